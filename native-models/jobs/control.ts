/** Pause and cancel. */

/** How a running job hears of pause and cancel. Awaited between micro-batches. */
export interface JobControl {
  /** Resolves at once while running, waits while paused, throws `ModelError('cancelled')` once cancelled. */
  readonly turn: () => Promise<void>;
  /** Aborted once cancelled, for work that others share and that goes on for them. */
  readonly signal?: AbortSignal;
}
