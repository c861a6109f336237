/** Exact binomial tails. */

import { gammaln } from 'simple-statistics';

/**
 * P(X ≥ successes) for X ~ Binomial(trials, share), exact but for rounding: its terms are added outwards from the largest,
 * on whichever side of the mean it lies, until what is left no longer counts.
 */
export function upperTail(successes: number, trials: number, share: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || share <= 0) return 0;
  if (share >= 1) return 1;
  if (successes > trials * share) return sumOutwards(successes, 1, trials, share);
  return Math.max(0, 1 - sumOutwards(successes - 1, -1, trials, share));
}

/** Terms of the distribution from `from` on, away from its mean. */
function sumOutwards(from: number, step: 1 | -1, trials: number, share: number): number {
  const odds = share / (1 - share);
  let term = Math.exp(logChoose(trials, from) + from * Math.log(share) + (trials - from) * Math.log1p(-share));
  let sum = 0;
  for (let k = from; k >= 0 && k <= trials && term > sum * Number.EPSILON ** 2; k += step) {
    sum += term;
    term *= step === 1 ? ((trials - k) / (k + 1)) * odds : k / (trials - k + 1) / odds;
  }
  return Math.min(1, sum);
}

/** P(X ≤ successes) for X ~ Binomial(trials, share). */
export const lowerTail = (successes: number, trials: number, share: number): number =>
  upperTail(trials - successes, trials, 1 - share);

const logChoose = (n: number, k: number): number => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
