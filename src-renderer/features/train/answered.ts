/** How many of the wordings that a run asks on its way it answers, and whether that will do. */

import type { RunDetail, ValidationMetric } from '../../../src-main/contract/index.ts';

export interface Answered {
  readonly right: number;
  readonly of: number;
}

/** At the newest ask; null where nothing is asked, or nothing was counted. */
export function answeredSoFar(validation: readonly ValidationMetric[]): Answered | null {
  const { right, of } = validation.at(-1) ?? {};
  return right == null || !of ? null : { right, of };
}

/** Share of the answers that a plain set reaches; and the share of a run after which it would show. */
const wanted = 0.6;
const early = 0.5;

/** Whether half of a run is over and fewer questions are answered than a plain set of short answers comes to. */
export function isBehind(run: Pick<RunDetail, 'validation' | 'step' | 'steps' | 'secondsLeft' | 'state'>): boolean {
  const answered = answeredSoFar(run.validation);
  if (!answered || run.state === 'waiting' || run.step < early * run.steps) return false;
  return answered.right < wanted * answered.of;
}
