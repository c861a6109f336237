/** Intervals and paired tests against published values and against their definitions. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../../../../src-main/domain/statistics/intervals.ts';
import { exactMcNemar, pairedVerdict, signTest } from '../../../../src-main/domain/statistics/paired.ts';
import { scoreOf } from '../../../../src-main/domain/statistics/scores.ts';

describe('Wilson interval', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3 (score).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i', (correct, total, low, high) => {
    const interval = wilsonInterval(correct, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('holds the share, inside 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (correct, wrong) => {
        const total = correct + wrong;
        const { low, high } = wilsonInterval(correct, total);
        const share = total === 0 ? 0.5 : correct / total;
        return low >= 0 && high <= 1 && low <= share && share <= high;
      }),
    );
  });
});

describe('exact McNemar test', () => {
  test.each([
    // Sign test, 2 · P(X ≤ min) for a fair coin; the larger ones computed with exact fractions.
    [10, 0, 2 / 1024],
    [5, 0, 0.0625],
    [8, 2, (2 * 56) / 1024],
    [34, 9, 0.000170155],
    [5, 5, 1],
    [0, 0, 1],
    // The example of R's exact2x2 (mcnemar.exact): p-value = 0.06543.
    [9, 2, 0.0654296875],
  ])('%i better, %i worse', (better, worse, expected) => {
    expect(exactMcNemar(better, worse)).toBeCloseTo(expected, 6);
  });

  test('is symmetric, a probability, and does not break down for large counts', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (a, b) => {
        const p = exactMcNemar(a, b);
        return p === exactMcNemar(b, a) && p >= 0 && p <= 1;
      }),
    );
    expect(exactMcNemar(1500, 1500)).toBe(1);
    expect(exactMcNemar(2000, 1800)).toBeCloseTo(0.00124278677, 9);
  });
});

test('sign test: 15 of 18 prefer the same answer', () => {
  // 2 · (C(18,0) + C(18,1) + C(18,2) + C(18,3)) / 2^18.
  expect(signTest(15, 3)).toBeCloseTo((2 * (1 + 18 + 153 + 816)) / 2 ** 18, 12);
});

describe('verdict', () => {
  const outcomes = (better: number, worse: number, same: number) => [
    ...Array.from({ length: better }, () => ({ baseRight: false, adapterRight: true })),
    ...Array.from({ length: worse }, () => ({ baseRight: true, adapterRight: false })),
    ...Array.from({ length: same }, () => ({ baseRight: true, adapterRight: true })),
  ];

  test('says better, worse, or that there is not enough evidence', () => {
    expect(pairedVerdict(outcomes(34, 9, 10))).toMatchObject({ better: 34, worse: 9, same: 10, verdict: 'better' });
    expect(pairedVerdict(outcomes(0, 6, 50)).verdict).toBe('worse');
    // Five wins and no loss are p = 0.0625.
    expect(pairedVerdict(outcomes(5, 0, 95)).verdict).toBe('not-enough-evidence');
    expect(pairedVerdict([]).verdict).toBe('not-enough-evidence');
  });
});

test('a score counts, and takes the mean of chrF', () => {
  const score = scoreOf([
    { right: true, chrf: 1 },
    { right: false, chrf: 0.5 },
  ]);
  expect(score).toMatchObject({ correct: 1, total: 2, share: 0.5, chrf: 0.75 });
  expect(scoreOf([])).toMatchObject({ share: 0, low: 0, high: 1 });
});
