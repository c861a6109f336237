/** How many may be answered or wait, and when whoever comes too many should try again. */

import { ApiError } from './api-error.ts';

/** Answers that are on their way at once at most: those that go on side by side, and those that wait for them. */
export const mostOutstanding = 256;

export interface QueueState {
  /** Answers that are being given or wait. */
  readonly outstanding: number;
  readonly most: number;
}

export class Queue {
  readonly #most: number;
  readonly #clock: () => number;
  #outstanding = 0;
  /** Mean seconds between two answers that have ended, the newest counting most; 0: none has. */
  #interval = 0;
  #lastEnd: number | undefined;

  /** @param clock in milliseconds */
  constructor(most = mostOutstanding, clock: () => number = () => performance.now()) {
    this.#most = most;
    this.#clock = clock;
  }

  get state(): QueueState {
    return { outstanding: this.#outstanding, most: this.#most };
  }

  /**
   * Takes so many places; call what comes back to leave them.
   * @throws ApiError 429 with the seconds after which there should be room
   */
  enter(answers: number): () => void {
    if (this.#outstanding + answers > this.#most) {
      const retryAfter = Math.min(60, Math.max(1, Math.ceil(answers * this.#interval)));
      throw new ApiError(
        429,
        `${this.#outstanding} answers are on their way, and ${this.#most} at most are at once. Try again in ${retryAfter} s.`,
        { code: 'rate_limit_exceeded', retryAfter },
      );
    }
    this.#outstanding += answers;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#outstanding -= answers;
      this.#ended(answers);
    };
  }

  #ended(answers: number): void {
    const now = this.#clock();
    // Only while there is a queue, the time between two ends says how fast it moves.
    if (this.#lastEnd !== undefined && this.#outstanding > 0) {
      const each = (now - this.#lastEnd) / 1000 / answers;
      this.#interval = this.#interval === 0 ? each : 0.8 * this.#interval + 0.2 * each;
    }
    this.#lastEnd = now;
  }
}
