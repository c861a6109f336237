/** Rows of one run: fewer where memory runs out, and a more frugal session where even one is too much. */

import { isMemoryError } from '../runtime/memory-errors.ts';
import { type PackedRow, rowLength } from './batch.ts';
import { memoryExhausted, untilItFits } from './step-session.ts';

export interface MicroBatchOptions {
  /** Makes the session need less memory; false where that is not possible. */
  readonly makeRoom?: (cause: unknown) => Promise<boolean>;
  /** What the most frugal way is predicted to need for one row, of the whole process: for the error. */
  readonly smallestPeakBytes: number;
  readonly onReduced: (from: number, to: number, reason: string) => void;
}

/** Training and validation share it: where one of them finds memory short, it is short for the other. */
export class MicroBatch {
  #size: number;
  readonly #options: MicroBatchOptions;

  /** @param size rows of one run at first */
  constructor(size: number, options: MicroBatchOptions) {
    this.#size = size;
    this.#options = options;
  }

  /**
   * Computes something of rows, and where memory runs out once more from the start, with half as many in one run.
   * Raises `memory-exhausted` where single rows do not fit in the most frugal way.
   */
  async over<Result>(rows: readonly PackedRow[], compute: (size: number) => Promise<Result>): Promise<Result> {
    try {
      return await untilItFits(
        () => compute(this.#size),
        (cause) => this.#shrink(rows.length, cause),
      );
    } catch (error) {
      if (!isMemoryError(error)) throw error;
      throw memoryExhausted(Math.max(...rows.map(rowLength)), this.#options.smallestPeakBytes, error);
    }
  }

  async #shrink(rows: number, cause: Error): Promise<boolean> {
    const { makeRoom, onReduced } = this.#options;
    const smaller = Math.floor(Math.min(this.#size, rows) / 2);
    if (smaller < 1) return (await makeRoom?.(cause)) ?? false;
    onReduced(this.#size, smaller, cause.message);
    this.#size = smaller;
    return true;
  }
}
