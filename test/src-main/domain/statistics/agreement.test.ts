/** Kappa against the examples of the papers and books that define it. */

import { expect, test } from 'vitest';
import { cohensKappa, fleissKappa } from '../../../../src-main/domain/statistics/agreement.ts';

/** The votes of a two-by-two table: both yes, first alone, second alone, both no. */
function votes(both: number, first: number, second: number, neither: number): [string[], string[]] {
  const repeat = (count: number, vote: string) => Array.from({ length: count }, () => vote);
  return [
    [...repeat(both + first, 'yes'), ...repeat(second + neither, 'no')],
    [...repeat(both, 'yes'), ...repeat(first, 'no'), ...repeat(second, 'yes'), ...repeat(neither, 'no')],
  ];
}

test.each([
  // Two readers of 50 grant proposals: 35 of 50 agreed, 0.5 by chance.
  [20, 5, 10, 15, 0.4],
  // The same agreement of 60 in 100 under two distributions of votes.
  [45, 15, 25, 15, 0.1304],
  [25, 35, 5, 35, 0.2593],
])('Cohen: %i, %i, %i, %i', (both, first, second, neither, expected) => {
  expect(cohensKappa(...votes(both, first, second, neither))).toBeCloseTo(expected, 4);
});

test('Fleiss: fourteen people put ten items into five categories', () => {
  const table = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  expect(fleissKappa(table)).toBeCloseTo(0.20993, 4);
});

test('full agreement is 1, none to be measured is said', () => {
  expect(cohensKappa(['a', 'b'], ['a', 'b'])).toBe(1);
  expect(cohensKappa(['a', 'a'], ['a', 'a'])).toBeNull();
  expect(cohensKappa([], [])).toBeNull();
  expect(
    fleissKappa([
      [2, 0],
      [0, 2],
    ]),
  ).toBe(1);
  expect(
    fleissKappa([
      [2, 0],
      [2, 0],
    ]),
  ).toBeNull();
  expect(
    fleissKappa([
      [2, 0],
      [1, 0],
    ]),
  ).toBeNull();
  expect(fleissKappa([[1], [1]])).toBeNull();
});

test('two people: Fleiss falls below Cohen where their habits differ', () => {
  const [first, second] = votes(25, 35, 5, 35);
  const table = first.map((vote, index) => {
    const yes = [vote, second[index]!].filter((each) => each === 'yes').length;
    return [yes, 2 - yes];
  });
  expect(fleissKappa(table)!).toBeLessThan(cohensKappa(first, second)!);
});
