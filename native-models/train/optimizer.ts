/** Where parameters, moments and gradients lie between the steps of a run: in memory here, or on a device. The loop does not care. */

import type { Session } from '../runtime/session.ts';
import type { AdamWSettings, Parameter } from './adamw.ts';
import { applyGradients, computeGradients, type Feeds, type Gradients } from './step.ts';

export interface OptimizerSettings {
  readonly adamW: AdamWSettings;
  /** Largest gradient norm. */
  readonly clipNorm: number;
}

export interface Optimizer {
  /** Whether the parameters in memory are those of the last update. */
  readonly inMemory: boolean;
  /** Sums losses and gradients of micro-batches, and keeps the gradients for `update`. Nothing else is changed. */
  computeGradients(
    microBatches: readonly Feeds[],
    beforeEach: () => Promise<void>,
  ): Promise<Pick<Gradients, 'loss' | 'norm'>>;
  /** Clips and applies the gradients. `step` counts from 1. */
  update(step: number, learningRate: number): Promise<void>;
  /** Takes the values back to what they were before the last update; the moments stay. */
  takeBack(): void;
  /** Puts values and moments into the parameters in memory, all or none. */
  readBack(): Promise<void>;
  /** Takes other values over, one array for each parameter; the moments stay. Only between two steps, after `readBack`. */
  restore(values: readonly Float32Array[]): void;
}

/** Everything in the parameters themselves. */
export class MemoryOptimizer implements Optimizer {
  readonly inMemory = true;
  readonly #session: Session;
  readonly #parameters: readonly Parameter[];
  readonly #settings: OptimizerSettings;
  /** Filled before every update; allocated once, since a whole model's weights may be gigabytes. */
  readonly #before: readonly Float32Array[];
  #gradients: Gradients | undefined;

  constructor(session: Session, parameters: readonly Parameter[], settings: OptimizerSettings) {
    this.#session = session;
    this.#parameters = parameters;
    this.#settings = settings;
    this.#before = parameters.map(({ values }) => new Float32Array(values.length));
  }

  async computeGradients(microBatches: readonly Feeds[], beforeEach: () => Promise<void>): Promise<Gradients> {
    this.#gradients = await computeGradients(this.#session, this.#parameters, microBatches, beforeEach);
    return this.#gradients;
  }

  async update(step: number, learningRate: number): Promise<void> {
    const { adamW, clipNorm } = this.#settings;
    this.#parameters.forEach(({ values }, index) => this.#before[index]!.set(values));
    applyGradients(this.#parameters, this.#gradients!, step, learningRate, clipNorm, adamW);
  }

  takeBack(): void {
    this.#before.forEach((values, index) => this.#parameters[index]!.values.set(values));
  }

  async readBack(): Promise<void> {}

  restore(values: readonly Float32Array[]): void {
    this.#parameters.forEach((parameter, index) => parameter.values.set(values[index]!));
  }
}
