/** What an update does, as graphs of their own, for parameters that stay on a device: summing gradients, their norm, AdamW. */

import { Graph, type Value } from '../graph/graph.ts';
import { add, constant, divide, multiply, reduceSum, scale, squareRoot, subtract, sumAll } from '../ops/index.ts';
import type { AdamWSettings, Parameter } from './adamw.ts';
import { gradientOutput } from './graph.ts';

type Shaped = Pick<Parameter, 'name' | 'shape'>;

/** Names of a parameter's moments; its values and gradient are called as in the graph of a step. */
export const momentNames = (parameter: string): readonly [string, string] => [
  `first_moment.${parameter}`,
  `second_moment.${parameter}`,
];
/** Names of inputs and outputs that are new ones of another input. */
export const more = (name: string): string => `more.${name}`;
export const next = (name: string): string => `next.${name}`;
/** The input that an output named by `next` is a new one of. */
export const current = (name: string): string => name.slice(next('').length);
export const normOutput = 'norm';

/** Adds the gradients of one more micro-batch, `more.gradient.*`, to `gradient.*`. */
export function gradientSumGraph(parameters: readonly Shaped[]): Graph {
  const graph = new Graph('gradient_sum');
  for (const { name, shape } of parameters) {
    const gradient = gradientOutput(name);
    const [sum, one] = [gradient, more(gradient)].map((input) => graph.input(input, 'float32', shape));
    graph.output(next(gradient), add(sum!, one!));
  }
  return graph;
}

/** Euclidean norm over `gradient.*` together. */
export function gradientNormGraph(parameters: readonly Shaped[]): Graph {
  const graph = new Graph('gradient_norm');
  const squares = parameters.map(({ name, shape }) => {
    const gradient = graph.input(gradientOutput(name), 'float32', shape);
    // Row by row: a long sum in float32 would lose its small terms.
    return sumAll(reduceSum(multiply(gradient, gradient), [-1]));
  });
  graph.output(normOutput, squareRoot(squares.reduce(add)));
  return graph;
}

/** One update as `adamWStep`: values, moments and gradients in, `next.*` values and moments out. Scalars are fed. */
export function adamWGraph(parameters: readonly Omit<Parameter, 'values'>[], settings: AdamWSettings): Graph {
  const { beta1, beta2, epsilon } = settings;
  const graph = new Graph('adamw');
  const scalar = (name: string): Value => graph.input(name, 'float32', []);
  const clip = scalar('clipFactor');
  const shrink = scalar('shrink');
  const stepSize = scalar('stepSize');
  const rootCorrection = scalar('rootCorrection');
  for (const { name, shape, decays } of parameters) {
    const [first, second] = momentNames(name);
    const [w, m, v, gradient] = [name, first, second, gradientOutput(name)].map((input) =>
      graph.input(input, 'float32', shape),
    ) as [Value, Value, Value, Value];
    const g = multiply(gradient, clip);
    const nextM = add(scale(m, beta1), scale(g, 1 - beta1));
    const nextV = add(scale(v, beta2), multiply(scale(g, 1 - beta2), g));
    const root = add(divide(squareRoot(nextV), rootCorrection), graph.scalar(epsilon));
    const kept = decays ? multiply(w, shrink) : w;
    graph.output(next(name), subtract(kept, divide(multiply(nextM, stepSize), root)));
    graph.output(next(first), nextM);
    graph.output(next(second), nextV);
  }
  return graph;
}

/** Values and moments as they are: a run of it brings them back from a device. */
export function copyGraph(parameters: readonly Shaped[]): Graph {
  const graph = new Graph('copy');
  for (const { name, shape } of parameters) {
    for (const input of [name, ...momentNames(name)])
      graph.output(next(input), constant(graph.input(input, 'float32', shape)));
  }
  return graph;
}
