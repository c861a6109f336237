/** Exact binomial tails. */

import { gammaln } from 'simple-statistics';

/** P(X ≥ successes) for X ~ Binomial(trials, share), summed from its smallest terms; exact but for rounding. */
export function upperTail(successes: number, trials: number, share: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || share <= 0) return 0;
  if (share >= 1) return 1;
  const [hit, miss] = [Math.log(share), Math.log1p(-share)];
  let sum = 0;
  for (let k = trials; k >= successes; k--) {
    sum += Math.exp(logChoose(trials, k) + k * hit + (trials - k) * miss);
  }
  return Math.min(1, sum);
}

/** P(X ≤ successes) for X ~ Binomial(trials, share). */
export const lowerTail = (successes: number, trials: number, share: number): number =>
  upperTail(trials - successes, trials, 1 - share);

const logChoose = (n: number, k: number): number => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
