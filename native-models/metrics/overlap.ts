/** How much of the expected answer an answer says: F1 of shared units, and of their longest common subsequence. */

import { type TextUnit, unitFor, unitsOf } from './units.ts';

/**
 * F1 of the units that both texts have, whatever their order, 0 to 1. Rajpurkar et al. 2016 (SQuAD),
 * https://aclanthology.org/D16-1264; two empty texts are the same (1).
 */
export function tokenF1(expected: string, actual: string, unit: TextUnit = unitFor(expected)): number {
  const [wanted, given] = [unitsOf(expected, unit), unitsOf(actual, unit)];
  const left = new Map<string, number>();
  for (const each of wanted) left.set(each, (left.get(each) ?? 0) + 1);
  let shared = 0;
  for (const each of given) {
    const count = left.get(each) ?? 0;
    if (count === 0) continue;
    left.set(each, count - 1);
    shared += 1;
  }
  return f1(shared, wanted.length, given.length);
}

/** F1 of the longest common subsequence of units, 0 to 1. Lin 2004 (ROUGE-L), https://aclanthology.org/W04-1013. */
export function rougeL(expected: string, actual: string, unit: TextUnit = unitFor(expected)): number {
  const [wanted, given] = [unitsOf(expected, unit), unitsOf(actual, unit)];
  return f1(commonSubsequence(wanted, given), wanted.length, given.length);
}

function f1(shared: number, wanted: number, given: number): number {
  if (wanted === 0 && given === 0) return 1;
  return shared === 0 ? 0 : (2 * shared) / (wanted + given);
}

/** Length of the longest common subsequence, in one row of the table. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const each of a) {
    const row = [0];
    for (let j = 1; j <= b.length; j++) {
      row[j] = each === b[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
    }
    above = row;
  }
  return above[b.length]!;
}
