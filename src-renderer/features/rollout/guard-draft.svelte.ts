/** What the guards of a plan tolerate, as somebody types it: shares in percent. */

import {
  type GuardPlan,
  type RequestInput,
  type WatchedGuard,
  watchedGuardNames,
} from '../../../src-main/contract/index.ts';

type Declared = NonNullable<RequestInput<'rollouts.edit'>['guards']>;

interface LimitDraft {
  /** Whether it watches at all. */
  on: boolean;
  tolerated: number;
  unacceptable: number;
}

/** Without the tail that a product of two shares has. */
export const inPercent = (share: number): number => Number((share * 100).toFixed(2));
/** Of a guard that is switched on. */
const usualLimit = { tolerated: 0.5, unacceptable: 0.8 };

export class GuardDraft {
  alpha = $state(0);
  beta = $state(0);
  baseline = $state<GuardPlan['baseline']>('declared');
  slowSeconds = $state(0);
  longestAnswer = $state(0);
  limits = $state({}) as Record<WatchedGuard, LimitDraft>;
  readonly #before: string;

  constructor(plan: GuardPlan) {
    [this.alpha, this.beta] = [inPercent(plan.alpha), inPercent(plan.beta)];
    this.baseline = plan.baseline;
    [this.slowSeconds, this.longestAnswer] = [plan.slowSeconds, plan.longestAnswer];
    for (const name of watchedGuardNames) {
      const { tolerated, unacceptable } = plan.limits[name] ?? usualLimit;
      this.limits[name] = {
        on: plan.limits[name] !== null,
        tolerated: inPercent(tolerated),
        unacceptable: inPercent(unacceptable),
      };
    }
    this.#before = JSON.stringify(this.#declared());
  }

  /** undefined: it is as it was. What is out of bounds is left for the host to refuse by its name. */
  value(): Declared | undefined {
    const declared = this.#declared();
    return JSON.stringify(declared) === this.#before ? undefined : declared;
  }

  #declared(): Declared {
    const limitOf = ({ tolerated, unacceptable }: LimitDraft) => {
      return { tolerated: tolerated / 100, unacceptable: unacceptable / 100 };
    };
    const { bad, ...others } = this.limits;
    const named = Object.entries(others).map(([name, limit]) => [name, limit.on ? limitOf(limit) : null]);
    return {
      alpha: this.alpha / 100,
      beta: this.beta / 100,
      baseline: this.baseline,
      slowSeconds: this.slowSeconds,
      longestAnswer: this.longestAnswer,
      limits: { bad: limitOf(bad), ...(Object.fromEntries(named) as Omit<Declared['limits'], 'bad'>) },
    };
  }
}
