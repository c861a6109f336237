/** Pause and cancel of one job, heard between two micro-batches. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobControl } from '../../native-models/jobs.ts';

export class SwitchedJobControl implements JobControl {
  private readonly cancelledError: () => Error;
  private readonly cancelling = new AbortController();
  private paused: { readonly promise: Promise<void>; readonly open: () => void } | null = null;

  constructor(cancelledError: () => Error) {
    this.cancelledError = cancelledError;
  }

  pause(): void {
    if (this.paused) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.paused = { promise, open: resolve };
  }

  resume(): void {
    this.paused?.open();
    this.paused = null;
  }

  /** A paused job is let go as well, to find that it was cancelled. */
  cancel(): void {
    this.cancelling.abort();
    this.resume();
  }

  get signal(): AbortSignal {
    return this.cancelling.signal;
  }

  /** A bound function, so that loops may pass it on by itself. */
  readonly turn = async (): Promise<void> => {
    // One turn of the event loop: messages that came in while onnxruntime held the thread are heard now.
    await nextTurn();
    while (this.paused && !this.signal.aborted) await this.paused.promise;
    if (this.signal.aborted) throw this.cancelledError();
  };
}
