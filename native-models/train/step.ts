/** One update: gradients of all micro-batches summed, clipped, applied. Used for adapters and for whole models. */

import type { Session } from '../runtime/session.ts';
import { floatsOf, floatTensor, type Tensor } from '../runtime/tensor.ts';
import { adamWStep, type AdamWSettings, clipFactor, globalNorm, type Parameter } from './adamw.ts';
import { gradientOutput, lossOutput } from './graph.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

export interface Gradients {
  /** Weighted sum over the micro-batches: the batch's mean loss when the weights are 1 / trained tokens. */
  readonly loss: number;
  readonly byParameter: ReadonlyMap<string, Float32Array>;
  /** Euclidean norm before clipping. */
  readonly norm: number;
}

/** Runs the micro-batches one after another and sums losses and gradients. Nothing is changed. */
export async function computeGradients(
  session: Session,
  parameters: readonly Parameter[],
  microBatches: readonly Feeds[],
  beforeEach: () => Promise<void> = async () => {},
): Promise<Gradients> {
  const sums = new Map<string, Float32Array>();
  let loss = 0;
  for (const feeds of microBatches) {
    await beforeEach();
    const outputs = await session.run({ ...parameterFeeds(parameters), ...feeds });
    loss += floatsOf(outputs[lossOutput])[0]!;
    for (const { name } of parameters) {
      const gradient = floatsOf(outputs[gradientOutput(name)]);
      const sum = sums.get(name);
      if (!sum) sums.set(name, gradient);
      else for (let index = 0; index < sum.length; index++) sum[index]! += gradient[index]!;
    }
  }
  return { loss, byParameter: sums, norm: globalNorm(sums.values()) };
}

/** Clips to `clipNorm` and updates every parameter in place. `step` counts from 1. */
export function applyGradients(
  parameters: readonly Parameter[],
  gradients: Gradients,
  step: number,
  learningRate: number,
  clipNorm: number,
  settings: AdamWSettings,
): void {
  const factor = clipFactor(gradients.norm, clipNorm);
  for (const parameter of parameters) {
    adamWStep(parameter, gradients.byParameter.get(parameter.name)!, step, learningRate, factor, settings);
  }
}

/** The parameters as inputs of a run. */
export function parameterFeeds(parameters: readonly Parameter[]): Feeds {
  return Object.fromEntries(parameters.map(({ name, values, shape }) => [name, floatTensor(values, shape)]));
}
