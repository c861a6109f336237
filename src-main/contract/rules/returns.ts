/** Which of several returns is the one to say first. */

import type { Return, Returns } from '../entities.ts';

/** With fewer graded answers the log says too little to outweigh an evaluation, and nobody should promise what they say. */
export const enoughGraded = 30;

/** Whether a return rests on so few answers that a few more may turn it. */
export const restsOnFew = ({ answers }: Pick<Return, 'answers'>): boolean => answers < enoughGraded;

/** What somebody counted in use, else what the log says of enough graded answers, else the evaluation. null: nothing is known. */
export function foremostReturn({ realUse, logged, evaluated }: Returns): Return | null {
  if (realUse) return realUse;
  return logged && (!restsOnFew(logged) || !evaluated) ? logged : evaluated;
}

/** All that are known, in the order in which they came to be known. */
export const knownReturns = ({ evaluated, logged, realUse }: Returns): readonly Return[] =>
  [evaluated, logged, realUse].filter((each) => each !== null);
