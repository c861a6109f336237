/**
 * Seeded rollouts against the guards, fast enough for a hundred thousand: the evidence is the office's own, only
 * remembered for pairs of counts that were met before.
 */

import type { GuardPlan } from '../../../../src-main/contract/entities/rollout.ts';
import { betAbove, evidenceOf, noCapital } from '../../../../src-main/domain/guards/mean.ts';
import { evidenceAbove } from '../../../../src-main/domain/guards/rate.ts';
import { activeGuards, alphaOf } from '../../../../src-main/domain/guards/table.ts';

export type Random = () => number;

/** mulberry32: small, seeded, good enough to draw answers from. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SimulatedRollout {
  /** Answer at which a guard halted it; null where none did. */
  readonly haltedAt: number | null;
}

export interface Truth {
  /** True rate of bad answers. */
  readonly bad: number;
  /** Other guards' true rates and means, as a multiple of what they tolerate. */
  readonly others: number;
  /** Graded answers of the candidate until the rollout ends. */
  readonly answers: number;
}

const remembered = new Map<number, Map<number, number>>();

/** ln E of counts, remembered. */
function evidence(bad: number, total: number, tolerated: number): number {
  const known = remembered.get(tolerated) ?? new Map<number, number>();
  remembered.set(tolerated, known);
  const key = total * 100_000 + bad;
  const value = known.get(key) ?? evidenceAbove({ bad, total }, tolerated);
  known.set(key, value);
  return value;
}

export function simulateRollout(plan: GuardPlan, { bad, others, answers }: Truth, random: Random): SimulatedRollout {
  const line = -Math.log(alphaOf(plan));
  const guards = activeGuards(plan).map(({ name, test }) => {
    const { tolerated } = plan.limits[name]!;
    const truth = name === 'bad' ? bad : tolerated * others;
    return { test, tolerated, truth, count: 0, capital: noCapital };
  });
  for (let total = 1; total <= answers; total += 1) {
    let halted = false;
    for (const guard of guards) {
      if (guard.test === 'mean') {
        // Evenly spread around its mean, within 0 and 1.
        const spread = Math.min(guard.truth, 1 - guard.truth);
        guard.capital = betAbove(guard.capital, guard.truth + spread * (2 * random() - 1), guard.tolerated);
        // A mean is over a line only where its largest part is.
        halted ||= guard.capital.some((log) => log >= line) && evidenceOf(guard.capital) >= line;
      } else if (random() < guard.truth) {
        // A good answer only lowers E, so that only bad ones need a look.
        guard.count += 1;
        halted ||= evidence(guard.count, total, guard.tolerated) >= line;
      }
    }
    if (halted) return { haltedAt: total };
  }
  return { haltedAt: null };
}

export function onlyBad(plan: GuardPlan): GuardPlan {
  const off = { empty: null, loop: null, unended: null, refusal: null, latency: null, length: null, divergence: null };
  return { ...plan, limits: { ...plan.limits, ...off } };
}

export interface Figures {
  readonly halted: number;
  readonly rollouts: number;
  /** Answers until the halt, of those halted. */
  readonly median: number | null;
}

export function simulateMany(plan: GuardPlan, truth: Truth, rollouts: number, seed: number): Figures {
  const random = seeded(seed);
  const at: number[] = [];
  for (let n = 0; n < rollouts; n += 1) {
    const { haltedAt } = simulateRollout(plan, truth, random);
    if (haltedAt !== null) at.push(haltedAt);
  }
  at.sort((a, b) => a - b);
  return { halted: at.length, rollouts, median: at.length === 0 ? null : at[Math.floor((at.length - 1) / 2)]! };
}
