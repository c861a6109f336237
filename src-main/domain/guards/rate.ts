/**
 * How strongly answers speak against a rate, valid at every look: a beta mixture of likelihood ratios (an e-process).
 * A true rate within the tolerance drives E over 1/α with probability at most α, however often somebody looks (Ville).
 * Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
 * doi:10.1214/20-AOS1991. E depends on the two counts alone, so a corrected grade is only another count.
 */

import { logBeta, logBetaAbove, logBetaBelow } from './beta.ts';

export interface Counts {
  readonly bad: number;
  readonly total: number;
}

/**
 * ln E against "the rate is at most `tolerated`": grows while more is bad than tolerated.
 * The mixing prior is Beta(1, 1/(4·tolerated)) above the tolerance: it expects rates a few times as high.
 */
export function evidenceAbove({ bad, total }: Counts, tolerated: number): number {
  const { a, b } = prior(tolerated);
  const good = total - bad;
  const posterior = logBeta(a + bad, b + good) + logBetaAbove(tolerated, a + bad, b + good);
  const before = logBeta(a, b) + logBetaAbove(tolerated, a, b);
  return posterior - before - logLikelihood({ bad, total }, tolerated);
}

/** ln E against "the rate is at least `unacceptable`": grows while less is bad. */
export function evidenceBelow({ bad, total }: Counts, unacceptable: number, tolerated: number): number {
  const { a, b } = prior(tolerated);
  const good = total - bad;
  const posterior = logBeta(a + bad, b + good) + logBetaBelow(unacceptable, a + bad, b + good);
  const before = logBeta(a, b) + logBetaBelow(unacceptable, a, b);
  return posterior - before - logLikelihood({ bad, total }, unacceptable);
}

/** Bounds that hold a rate at all times together with probability 1 − `miss`: every rate that E has not refuted. */
export function rateBounds({ bad, total }: Counts, miss: number): { readonly low: number; readonly high: number } {
  const limit = -Math.log(miss);
  const peak = total === 0 ? 0.5 : bad / total;
  const against = (rate: number) => {
    const good = total - bad;
    return logBeta(0.5 + bad, 0.5 + good) - logBeta(0.5, 0.5) - logLikelihood({ bad, total }, rate);
  };
  return {
    low: bad === 0 ? 0 : bisect(0, peak, (rate) => against(rate) >= limit),
    high: bad === total ? 1 : bisect(1, peak, (rate) => against(rate) >= limit),
  };
}

function prior(tolerated: number): { readonly a: number; readonly b: number } {
  return { a: 1, b: Math.max(1, 1 / (4 * tolerated)) };
}

function logLikelihood({ bad, total }: Counts, rate: number): number {
  const good = total - bad;
  return (bad === 0 ? 0 : bad * Math.log(rate)) + (good === 0 ? 0 : good * Math.log1p(-rate));
}

/** The place between `outside`, where the condition holds, and `inside`, where it does not. */
function bisect(outside: number, inside: number, holds: (value: number) => boolean): number {
  let [yes, no] = [outside, inside];
  for (let step = 0; step < 60; step += 1) {
    const middle = (yes + no) / 2;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
