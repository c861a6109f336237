/** Watching on after full, replayed from the same events. */

import type { GuardEvent, GuardPlan, WatchState } from '../../contract/entities/rollout.ts';
import { addToCusum, alarms } from './cusum.ts';
import { readOutcomes } from './outcomes.ts';

/** Graded answers until a false alarm, on average at least so many: years at a few graded answers a day. */
export const usualRunLength = 2000;
const mostCauses = 20;

/** @param events since the candidate answers everybody; null where bad answers are not watched */
export function watch(
  events: readonly GuardEvent[],
  { limits: { bad } }: Pick<GuardPlan, 'limits'>,
  runLength = usualRunLength,
): WatchState | null {
  if (!bad) return null;
  const limits = { ...bad, runLength };
  const graded = readOutcomes(events).graded.filter(({ arm }) => arm === 'candidate');
  let sum = 0;
  const curve = graded.map(({ value }) => (sum = addToCusum(sum, value === 1, limits)));
  return {
    curve,
    line: Math.log(runLength),
    alarm: curve.some((value) => alarms(value, limits)),
    runLength,
    causes: graded
      .filter(({ value }) => value === 1)
      .map(({ answerId }) => answerId)
      .reverse()
      .slice(0, mostCauses),
  };
}
