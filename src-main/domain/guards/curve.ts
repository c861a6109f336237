/**
 * A curve that stays small however long it grows: of each stretch the highest value, because that is what reaches a line,
 * and the last value as it is.
 */

import type { CurvePoint } from '../../contract/entities/rollout.ts';

/** Even, so that stretches can be joined in pairs. */
const mostStretches = 240;

export class Curve {
  /** One for each full stretch. */
  #peaks: CurvePoint[] = [];
  /** Of the stretch that is not full yet. */
  #open: CurvePoint | null = null;
  #last: CurvePoint = { count: 0, value: 0 };
  #stretch = 1;

  /** 0 before the first. */
  get last(): number {
    return this.#last.value;
  }

  add(value: number): void {
    this.#last = { count: this.#last.count + 1, value };
    this.#open = higher(this.#open, this.#last);
    if (this.#last.count % this.#stretch !== 0) return;
    this.#peaks.push(this.#open);
    this.#open = null;
    if (this.#peaks.length < mostStretches) return;
    this.#peaks = this.#peaks.flatMap((peak, index, all) => (index % 2 === 0 ? [higher(peak, all[index + 1]!)] : []));
    this.#stretch *= 2;
  }

  /** In order, at most 241. */
  points(): readonly CurvePoint[] {
    const drawn = this.#open ? [...this.#peaks, this.#open] : [...this.#peaks];
    return (drawn.at(-1)?.count ?? 0) === this.#last.count ? drawn : [...drawn, this.#last];
  }
}

function higher(before: CurvePoint | null, after: CurvePoint): CurvePoint {
  return before && before.value > after.value ? before : after;
}
