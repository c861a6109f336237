/** What a long job hears and tells while it runs. */

/** How a running job hears of pause and cancel. Awaited between micro-batches. */
export interface JobControl {
  /** Resolves at once while running, waits while paused, throws `ModelError('cancelled')` once cancelled. */
  readonly turn: () => Promise<void>;
  /** Aborted once cancelled, for work that others share and that goes on for them. */
  readonly signal?: AbortSignal | undefined;
}

/** The second argument of every long job; the first is what it is to do. */
export interface JobHooks<Event> {
  readonly control: JobControl;
  readonly onEvent: (event: Event) => void;
}
