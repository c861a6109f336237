/** Parameters, moments and gradients on a GPU: only losses and norms come back from a step. */

import type { Graph } from '../graph/graph.ts';
import type { Session } from '../runtime/session.ts';
import { floatsOf, floatTensor, type Tensors } from '../runtime/tensor.ts';
import { adamWFactors, clipFactor, type Parameter } from './adamw.ts';
import {
  adamWGraph,
  copyGraph,
  current,
  gradientNormGraph,
  gradientSumGraph,
  momentNames,
  more,
  next,
  normOutput,
} from './adamw-graph.ts';
import { gradientOutput, lossOutput } from './graph.ts';
import type { Optimizer, OptimizerSettings } from './optimizer.ts';
import { type Feeds, type Gradients, parameterFeeds } from './step.ts';

/** Opens a graph on the device on which the run's step is; the outputs named stay there. */
export type OpenOnDevice = (graph: Graph, outputsOnDevice: readonly string[]) => Promise<Session>;

/** The outputs of a run's step that stay on the device. */
export const gradientOutputs = (parameters: readonly Parameter[]): readonly string[] =>
  parameters.map(({ name }) => gradientOutput(name));

type Graphs = Readonly<Record<'sum' | 'norm' | 'update' | 'copy', Session>>;

export class DeviceOptimizer implements Optimizer {
  readonly #step: Session;
  readonly #parameters: readonly Parameter[];
  readonly #settings: OptimizerSettings;
  readonly #graphs: Graphs;
  #values: Tensors;
  #moments: Tensors;
  /** The values before the last update, until the next one or until they are taken back. */
  #before: Tensors = {};
  #gradients: Tensors = {};
  #norm = 0;
  #inMemory = true;

  get inMemory(): boolean {
    return this.#inMemory;
  }

  /** @param step leaves `gradientOutputs` on the device */
  static async open(
    step: Session,
    parameters: readonly Parameter[],
    settings: OptimizerSettings,
    open: OpenOnDevice,
  ): Promise<DeviceOptimizer> {
    const kept = (graph: Graph): Promise<Session> =>
      open(
        graph,
        graph.outputs.map(({ name }) => name),
      );
    return new DeviceOptimizer(step, parameters, settings, {
      sum: await kept(gradientSumGraph(parameters)),
      norm: await open(gradientNormGraph(parameters), []),
      update: await kept(adamWGraph(parameters, settings.adamW)),
      copy: await open(copyGraph(parameters), []),
    });
  }

  private constructor(step: Session, parameters: readonly Parameter[], settings: OptimizerSettings, graphs: Graphs) {
    this.#step = step;
    this.#parameters = parameters;
    this.#settings = settings;
    this.#graphs = graphs;
    // A copy: what is read back goes into the parameters' own arrays, while these may still be the values before an update.
    this.#values = parameterFeeds(parameters.map((parameter) => ({ ...parameter, values: parameter.values.slice() })));
    this.#moments = momentFeeds(parameters);
  }

  async computeGradients(
    microBatches: readonly Feeds[],
    beforeEach: () => Promise<void>,
  ): Promise<Pick<Gradients, 'loss' | 'norm'>> {
    // Of a step that was not finite, or was broken off.
    release(this.#gradients);
    this.#gradients = {};
    let loss = 0;
    for (const [index, feeds] of microBatches.entries()) {
      await beforeEach();
      const { [lossOutput]: part, ...gradients } = await this.#step.run({ ...this.#values, ...feeds });
      loss += floatsOf(part)[0]!;
      if (index === 0) this.#gradients = gradients;
      else await this.#add(renamed(gradients, more));
    }
    this.#norm = floatsOf((await this.#graphs.norm.run(this.#gradients))[normOutput])[0]!;
    return { loss, norm: this.#norm };
  }

  async #add(gradients: Tensors): Promise<void> {
    const sums = await this.#graphs.sum.run({ ...this.#gradients, ...gradients });
    release(this.#gradients);
    release(gradients);
    this.#gradients = renamed(sums, current);
  }

  async update(step: number, learningRate: number): Promise<void> {
    const { adamW, clipNorm } = this.#settings;
    const factors = { ...adamWFactors(step, learningRate, adamW), clipFactor: clipFactor(this.#norm, clipNorm) };
    const outputs = await this.#graphs.update.run({
      ...this.#values,
      ...this.#moments,
      ...this.#gradients,
      ...scalarFeeds(factors),
    });
    release(this.#before);
    release(this.#moments);
    release(this.#gradients);
    this.#gradients = {};
    this.#before = this.#values;
    const updated = renamed(outputs, current);
    this.#values = only(updated, Object.keys(this.#values));
    this.#moments = only(updated, Object.keys(this.#moments));
    this.#inMemory = false;
  }

  takeBack(): void {
    release(this.#values);
    this.#values = this.#before;
    this.#before = {};
    this.#inMemory = false;
  }

  async readBack(): Promise<void> {
    if (this.#inMemory) return;
    const outputs = await this.#graphs.copy.run({ ...this.#values, ...this.#moments });
    for (const { name, values, firstMoment, secondMoment } of this.#parameters) {
      const [first, second] = momentNames(name);
      values.set(floatsOf(outputs[next(name)]));
      firstMoment.set(floatsOf(outputs[next(first)]));
      secondMoment.set(floatsOf(outputs[next(second)]));
    }
    this.#inMemory = true;
  }

  restore(values: readonly Float32Array[]): void {
    this.#parameters.forEach((parameter, index) => parameter.values.set(values[index]!));
    release(this.#values);
    // A copy, as at the start.
    this.#values = parameterFeeds(this.#parameters.map((each) => ({ ...each, values: each.values.slice() })));
  }
}

const momentFeeds = (parameters: readonly Parameter[]): Tensors =>
  Object.fromEntries(
    parameters.flatMap(({ name, shape, firstMoment, secondMoment }) => {
      const [first, second] = momentNames(name);
      return [
        [first, floatTensor(firstMoment, shape)],
        [second, floatTensor(secondMoment, shape)],
      ];
    }),
  );

const scalarFeeds = (scalars: Readonly<Record<string, number>>): Tensors =>
  Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, floatTensor(Float32Array.of(value), [])]));

const renamed = (tensors: Tensors, rename: (name: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]));

const only = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));

/** Frees those that are on the device. */
function release(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) if ('release' in tensor) tensor.release();
}
