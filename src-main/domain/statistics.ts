/** Scores with intervals and the paired comparison of two models on the same questions. */

import type { PairedVerdict, Score } from '../contract/entities.ts';

/** Two-sided 95 % point of the normal distribution. */
const z95 = 1.959963984540054;
/** Below this a difference is called one. */
const significance = 0.05;

/** 95 % Wilson score interval of a share. Wilson 1927; Brown, Cai & DasGupta 2001, doi:10.1214/ss/1009213286. */
export function wilsonInterval(correct: number, total: number): { readonly low: number; readonly high: number } {
  if (total === 0) return { low: 0, high: 1 };
  const share = correct / total;
  const square = z95 ** 2;
  const centre = share + square / (2 * total);
  const spread = z95 * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  const scale = 1 + square / total;
  return {
    low: correct === 0 ? 0 : (centre - spread) / scale,
    high: correct === total ? 1 : (centre + spread) / scale,
  };
}

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

/** Outcome of one question for both models. */
export interface PairedOutcome {
  readonly baseExact: boolean;
  readonly adapterExact: boolean;
}

export function pairedVerdict(outcomes: readonly PairedOutcome[]): PairedVerdict {
  const better = outcomes.filter(({ baseExact, adapterExact }) => adapterExact && !baseExact).length;
  const worse = outcomes.filter(({ baseExact, adapterExact }) => baseExact && !adapterExact).length;
  const pValue = exactMcNemar(better, worse);
  const verdict = pValue >= significance ? 'not-enough-evidence' : better > worse ? 'better' : 'worse';
  return { better, worse, same: outcomes.length - better - worse, pValue, verdict };
}

/** @param answers whether each was exact, and its chrF from 0 to 1. */
export function scoreOf(answers: readonly { readonly exact: boolean; readonly chrf: number }[]): Score {
  const total = answers.length;
  const correct = answers.filter(({ exact }) => exact).length;
  const chrf = total === 0 ? 0 : answers.reduce((sum, answer) => sum + answer.chrf, 0) / total;
  return { correct, total, share: total === 0 ? 0 : correct / total, ...wilsonInterval(correct, total), chrf };
}
