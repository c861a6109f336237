/** Two models on the same questions, two answers before the same people. */

import type { PairedVerdict } from '../../contract/entities.ts';

/** Below this a difference is called one, where it is looked at once. */
const significance = 0.05;

/**
 * Two-sided p-value of the exact McNemar test: `better` and `worse` questions are flips of a fair coin where the
 * models do not differ. McNemar 1947; Fay 2010, "Two-sided exact tests and matching confidence intervals".
 */
export function exactMcNemar(better: number, worse: number): number {
  const flips = better + worse;
  const fewer = Math.min(better, worse);
  let logTerm = -flips * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k += 1) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((flips - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * Two-sided p-value of the sign test on votes, ties left out: the same fair coin as McNemar's. Dixon & Mood 1946,
 * doi:10.1080/01621459.1946.10501898.
 */
export const signTest = (preferred: number, rejected: number): number => exactMcNemar(preferred, rejected);

/** Outcome of one question for both models. */
export interface PairedOutcome {
  readonly baseRight: boolean;
  readonly adapterRight: boolean;
}

/** @param level below this chance a difference is called one; a fifth of it where up to five looks are taken. */
export function pairedVerdict(outcomes: readonly PairedOutcome[], level = significance): PairedVerdict {
  const better = outcomes.filter(({ baseRight, adapterRight }) => adapterRight && !baseRight).length;
  const worse = outcomes.filter(({ baseRight, adapterRight }) => baseRight && !adapterRight).length;
  const pValue = exactMcNemar(better, worse);
  const verdict = pValue >= level ? 'not-enough-evidence' : better > worse ? 'better' : 'worse';
  return { better, worse, same: outcomes.length - better - worse, pValue, verdict };
}
