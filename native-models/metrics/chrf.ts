/** Character n-gram F-score: how near an answer comes to the expected one, without needing words. */

import { charactersOf } from './units.ts';

/** Longest character sequence compared, and how much recall weighs over precision: sacreBLEU's chrF2. */
const longest = 6;
const beta = 2;

/**
 * Character n-gram F-score of the normalised texts, 0 (nothing in common) to 1 (the same characters in the same order).
 * It needs no words, so it serves Japanese as well as English; spaces do not count.
 * Popović 2015, https://aclanthology.org/W15-3049; agrees with sacreBLEU's sentence-level chrF2 / 100.
 */
export function chrf(expected: string, actual: string): number {
  const [wanted, given] = [charactersOf(expected), charactersOf(actual)];
  if (wanted.length === 0 && given.length === 0) return 1;
  let precision = 0;
  let recall = 0;
  // Sequences longer than one of the texts say nothing about it and are left out of the mean.
  const orders = Math.min(longest, wanted.length, given.length);
  for (let order = 1; order <= orders; order++) {
    const shared = sharedSequences(sequencesOf(wanted, order), sequencesOf(given, order));
    precision += shared / (given.length - order + 1);
    recall += shared / (wanted.length - order + 1);
  }
  if (precision === 0) return 0;
  return ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall) / orders;
}

/** How often each sequence of `order` characters occurs. */
function sequencesOf(characters: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= characters.length; start++) {
    const sequence = characters.slice(start, start + order).join('');
    counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
  }
  return counts;
}

function sharedSequences(wanted: ReadonlyMap<string, number>, given: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [sequence, count] of given) shared += Math.min(count, wanted.get(sequence) ?? 0);
  return shared;
}
