/** Pause and cancel. */

/** How a running job hears of pause and cancel. Awaited between micro-batches. */
export interface JobControl {
  /** Resolves at once while running, waits while paused, throws `ModelError('cancelled')` once cancelled. */
  readonly turn: () => Promise<void>;
}
