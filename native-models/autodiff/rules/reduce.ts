/** Gradient rules of reductions. */

import type { Node } from '../../graph/graph.ts';
import { divide, multiply, reshape, softmax } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';
import { spread } from '../unbroadcast.ts';

function axesOf(node: Node): number[] {
  const axes = inputOf(node, 1);
  return [...(axes.graph.constants.get(axes) as BigInt64Array)].map(Number);
}

export const reduceGradients: Record<string, GradientRule> = {
  ReduceSum: (node, outputs) => {
    const input = inputOf(node, 0);
    return [spread(onlyGradient(outputs), input, axesOf(node)), undefined];
  },
  ReduceMean: (node, outputs) => {
    const input = inputOf(node, 0);
    const axes = axesOf(node);
    const count = axes.reduce((product, axis) => {
      const dimension = input.shape[axis];
      if (typeof dimension !== 'number') throw new Error('the gradient of ReduceMean needs axes of known size');
      return product * dimension;
    }, 1);
    return [spread(divide(onlyGradient(outputs), input.graph.scalar(count)), input, axes), undefined];
  },
  // ∂ log Σ exp(x) / ∂x = softmax(x); every use here reduces the last axis.
  ReduceLogSumExp: (node, outputs) => {
    const input = inputOf(node, 0);
    const axes = axesOf(node);
    if (axes.length !== 1 || axes[0] !== input.shape.length - 1) {
      throw new Error('the gradient of ReduceLogSumExp is known for the last axis only');
    }
    const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
    return [multiply(softmax(input), reshape(onlyGradient(outputs), kept)), undefined];
  },
};
