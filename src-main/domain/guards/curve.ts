/**
 * A curve that stays small however long it grows: of each stretch the highest value, because that is what reaches a line,
 * and the last value as it is.
 */

import type { CurvePoint } from '../../contract/entities/rollout.ts';

/** Even, so that stretches can be joined in pairs. */
const mostStretches = 240;

/** A point with what whoever added it wants to find again. */
export interface MarkedPoint<Mark> extends CurvePoint {
  readonly mark: Mark;
}

export class Curve<Mark = null> {
  /** One for each full stretch. */
  #peaks: MarkedPoint<Mark>[] = [];
  /** Of the stretch that is not full yet. */
  #open: MarkedPoint<Mark> | null = null;
  #last: MarkedPoint<Mark> | null = null;
  #stretch = 1;

  /** 0 before the first. */
  get last(): number {
    return this.#last?.value ?? 0;
  }

  add(value: number, mark: Mark): void {
    const count = (this.#last?.count ?? 0) + 1;
    this.#last = { count, value, mark };
    this.#open = higher(this.#open, this.#last);
    if (count % this.#stretch !== 0) return;
    this.#peaks.push(this.#open);
    this.#open = null;
    if (this.#peaks.length < mostStretches) return;
    this.#peaks = this.#peaks.flatMap((peak, index, all) => (index % 2 === 0 ? [higher(peak, all[index + 1]!)] : []));
    this.#stretch *= 2;
  }

  /** In order, at most 241. */
  points(): readonly CurvePoint[] {
    return this.marked().map(({ count, value }) => ({ count, value }));
  }

  marked(): readonly MarkedPoint<Mark>[] {
    const drawn = this.#open ? [...this.#peaks, this.#open] : [...this.#peaks];
    return !this.#last || drawn.at(-1)?.count === this.#last.count ? drawn : [...drawn, this.#last];
  }
}

function higher<Point extends CurvePoint>(before: Point | null, after: Point): Point {
  return before && before.value > after.value ? before : after;
}
