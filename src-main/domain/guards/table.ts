/** The guards, one table: what counts as an event, out of what, and by which test. */

import type { AnswerFacts, GuardPlan, WatchedGuard } from '../../contract/entities/rollout.ts';

export interface WatchedRow {
  readonly name: WatchedGuard;
  /** Of all answers of the candidate, or of those that somebody graded. */
  readonly denominator: 'answers' | 'graded';
  readonly test: 'rate' | 'mean';
  /** 1 or 0 for a rate, 0 to 1 for a mean, null where an answer says nothing; grades are read elsewhere. */
  readonly read: ((facts: AnswerFacts, plan: GuardPlan) => number | null) | null;
}

const flag = (read: (facts: AnswerFacts) => boolean) => (facts: AnswerFacts) => Number(read(facts));

export const watchedGuards: readonly WatchedRow[] = [
  { name: 'bad', denominator: 'graded', test: 'rate', read: null },
  { name: 'empty', denominator: 'answers', test: 'rate', read: flag(({ empty }) => empty) },
  { name: 'loop', denominator: 'answers', test: 'rate', read: flag(({ loop }) => loop) },
  { name: 'unended', denominator: 'answers', test: 'rate', read: flag(({ unended }) => unended) },
  { name: 'refusal', denominator: 'answers', test: 'rate', read: flag(({ refusal }) => refusal) },
  {
    // "The 90 % quantile is at most s seconds" is "at most 10 % take longer": a rate like the others.
    name: 'latency',
    denominator: 'answers',
    test: 'rate',
    read: ({ seconds }, { slowSeconds }) => Number(seconds > slowSeconds),
  },
  {
    name: 'length',
    denominator: 'answers',
    test: 'mean',
    read: ({ characters }, { longestAnswer }) => Math.min(1, characters / longestAnswer),
  },
  { name: 'divergence', denominator: 'answers', test: 'mean', read: ({ divergence }) => divergence },
];

/** The guards that share α. */
export function activeGuards({ limits }: Pick<GuardPlan, 'limits'>): readonly WatchedRow[] {
  return watchedGuards.filter(({ name }) => limits[name] !== null);
}

/** What a guard's line and verdict are worth: its share of α. */
export function alphaOf(plan: GuardPlan): number {
  return plan.alpha / Math.max(1, activeGuards(plan).length);
}

/**
 * Where nobody chooses otherwise. Bad answers: 2 % is what people forgive, 10 % is what they notice. The adapter is
 * meant to answer otherwise than the base, so divergence is watched only between two adapters.
 */
export function usualGuards(presentIsAdapter: boolean): GuardPlan {
  const seldom = { tolerated: 0.01, unacceptable: 0.1 };
  return {
    alpha: 0.01,
    beta: 0.05,
    limits: {
      bad: { tolerated: 0.02, unacceptable: 0.1 },
      empty: seldom,
      loop: seldom,
      unended: { tolerated: 0.02, unacceptable: 0.1 },
      refusal: { tolerated: 0.05, unacceptable: 0.2 },
      latency: { tolerated: 0.1, unacceptable: 0.3 },
      length: { tolerated: 0.5, unacceptable: 0.8 },
      divergence: presentIsAdapter ? { tolerated: 0.5, unacceptable: 0.8 } : null,
    },
    baseline: 'declared',
    longestAnswer: 400,
    slowSeconds: 20,
    forbidden: [],
  };
}
