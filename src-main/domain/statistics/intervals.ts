/** How far the truth may be from what was measured. */

import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../contract/entities.ts';
import { randomSource } from './random.ts';

/** Two-sided 95 % point of the normal distribution. */
const z95 = 1.959963984540054;

/** 95 % Wilson score interval of a share. Wilson 1927; Brown, Cai & DasGupta 2001, doi:10.1214/ss/1009213286. */
export function wilsonInterval(correct: number, total: number): Interval {
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

/** Resamples that an interval is read from, and the seed they are drawn with: stored results can be made again. */
export const bootstrapRounds = 2000;
export const bootstrapSeed = 20_260_101;

/**
 * 95 % percentile interval of the mean of paired differences: questions are drawn with replacement, each with both its
 * answers. Efron & Tibshirani 1993, chapter 13; Koehn 2004 for texts, https://aclanthology.org/W04-3250. No differences
 * at all give no interval but a point, which is why the counts stand beside it.
 */
export function pairedBootstrap(differences: readonly number[], seed = bootstrapSeed): Interval {
  const count = differences.length;
  if (count === 0) return { low: -1, high: 1 };
  const random = randomSource(seed);
  const means = Array.from({ length: bootstrapRounds }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn++) sum += differences[Math.floor(random() * count)]!;
    return sum / count;
  }).sort((a, b) => a - b);
  return { low: quantileSorted(means, 0.025), high: quantileSorted(means, 0.975) };
}
