/** What the answers to one set add up to. */

import type { Score } from '../../contract/entities.ts';
import { wilsonInterval } from './intervals.ts';

/** @param answers whether each was right, and its chrF from 0 to 1. */
export function scoreOf(answers: readonly { readonly right: boolean; readonly chrf: number }[]): Score {
  const total = answers.length;
  const correct = answers.filter(({ right }) => right).length;
  const chrf = total === 0 ? 0 : answers.reduce((sum, answer) => sum + answer.chrf, 0) / total;
  return { correct, total, share: total === 0 ? 0 : correct / total, ...wilsonInterval(correct, total), chrf };
}
