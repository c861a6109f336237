/** Watching on after full, told the same grades one by one. */

import type { GuardLimit, WatchState } from '../../contract/entities/rollout.ts';
import { Curve } from './curve.ts';
import { addToCusum, alarms, type CusumLimits } from './cusum.ts';
import type { Observation } from './outcomes.ts';

/** Graded answers until a false alarm, on average at least so many: years at a few graded answers a day. */
export const usualRunLength = 2000;
const mostCauses = 20;

export class Watch {
  readonly #limits: CusumLimits;
  #curve = new Curve();
  #causes: string[] = [];
  #alarm = false;

  constructor(bad: GuardLimit, runLength = usualRunLength) {
    this.#limits = { ...bad, runLength };
  }

  get alarm(): boolean {
    return this.#alarm;
  }

  /** Newest first. */
  get causes(): readonly string[] {
    return this.#causes.toReversed();
  }

  /** @param observation of the candidate */
  add({ answerId, value }: Pick<Observation, 'answerId' | 'value'>): void {
    const sum = addToCusum(this.#curve.last, value === 1, this.#limits);
    this.#curve.add(sum, null);
    this.#alarm ||= alarms(sum, this.#limits);
    if (value !== 1) return;
    this.#causes.push(answerId);
    if (this.#causes.length > mostCauses) this.#causes.shift();
  }

  /** Forgets all, because a grade was corrected. */
  readAgain(): void {
    [this.#curve, this.#causes, this.#alarm] = [new Curve(), [], false];
  }

  state(): WatchState {
    const { runLength } = this.#limits;
    return {
      curve: this.#curve.points(),
      line: Math.log(runLength),
      alarm: this.#alarm,
      runLength,
      causes: this.causes,
    };
  }
}
