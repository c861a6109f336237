/** The guards' arithmetic against published values, closed forms and the property that makes it valid. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logBeta, logBetaAbove, logBetaBelow, logGamma } from '../../../../src-main/domain/guards/beta.ts';
import { addToCusum, alarms } from '../../../../src-main/domain/guards/cusum.ts';
import { betAbove, betBelow, evidenceOf, noCapital } from '../../../../src-main/domain/guards/mean.ts';
import { evidenceAbove, evidenceBelow, rateBounds } from '../../../../src-main/domain/guards/rate.ts';
import { compareBlock, noComparison, type TwoSample } from '../../../../src-main/domain/guards/two-sample.ts';
import { seeded } from './simulate.ts';

describe('incomplete beta function', () => {
  test('log gamma at known points', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13);
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(171)).toBeCloseTo(706.5730622457874, 9);
  });

  // Critical values of Student's t and of F in every table of them: their tails are incomplete beta functions.
  test.each([
    [10, 2.228, 0.05],
    [30, 2.042, 0.05],
    [5, 4.032, 0.01],
  ])('Student t with %i degrees of freedom', (degrees, critical, tails) => {
    const tail = Math.exp(logBetaBelow(degrees / (degrees + critical ** 2), degrees / 2, 0.5));
    expect(tail).toBeCloseTo(tails, 4);
  });

  test.each([
    [5, 10, 3.33, 0.05],
    [10, 20, 2.35, 0.05],
    [2, 30, 5.39, 0.01],
  ])('F with %i and %i degrees of freedom', (first, second, critical, tail) => {
    const above = Math.exp(logBetaAbove((first * critical) / (first * critical + second), first / 2, second / 2));
    expect(above).toBeCloseTo(tail, 3);
  });

  test('is the tail of the binomial distribution', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(59),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, at, p) => {
          const k = 1 + (at % n);
          let tail = 0;
          for (let i = k; i <= n; i += 1)
            tail += Math.exp(-logBeta(i + 1, n - i + 1) - Math.log(n + 1) + i * Math.log(p) + (n - i) * Math.log1p(-p));
          expect(Math.exp(logBetaBelow(p, k, n - k + 1))).toBeCloseTo(tail, 10);
        },
      ),
    );
  });

  test('stays exact far out in a tail', () => {
    // I_x(a, 1) = x^a.
    expect(logBetaBelow(0.02, 500, 1)).toBeCloseTo(500 * Math.log(0.02), 8);
    expect(logBetaAbove(0.02, 1, 90_000)).toBeCloseTo(90_000 * Math.log(0.98), 6);
  });
});

describe('evidence against a rate', () => {
  /** The mean of E over all outcomes of n answers at a rate: at most 1 at the tolerated rate is what makes it valid. */
  function meanOf(evidence: (bad: number) => number, n: number, rate: number): number {
    let sum = 0;
    for (let bad = 0; bad <= n; bad += 1) {
      const choose = -logBeta(bad + 1, n - bad + 1) - Math.log(n + 1);
      sum += Math.exp(choose + bad * Math.log(rate) + (n - bad) * Math.log1p(-rate) + evidence(bad));
    }
    return sum;
  }

  test.each([0.005, 0.02, 0.1, 0.4])('is worth 1 on average at the tolerated rate %d, and less below', (tolerated) => {
    for (const n of [1, 20, 200]) {
      const above = (bad: number) => evidenceAbove({ bad, total: n }, tolerated);
      expect(meanOf(above, n, tolerated)).toBeCloseTo(1, 9);
      expect(meanOf(above, n, tolerated / 2)).toBeLessThanOrEqual(1);
      const unacceptable = Math.min(0.9, 5 * tolerated);
      const below = (bad: number) => evidenceBelow({ bad, total: n }, unacceptable, tolerated);
      expect(meanOf(below, n, unacceptable)).toBeCloseTo(1, 9);
      expect(meanOf(below, n, (unacceptable + 1) / 2)).toBeLessThanOrEqual(1);
    }
  });

  test('begins at nothing, grows with every bad answer and shrinks with every good one', () => {
    expect(evidenceAbove({ bad: 0, total: 0 }, 0.02)).toBeCloseTo(0, 12);
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.constantFrom(0.01, 0.02, 0.1, 0.3), (bad, good, tolerated) => {
        const now = evidenceAbove({ bad, total: bad + good }, tolerated);
        expect(evidenceAbove({ bad: bad + 1, total: bad + good + 1 }, tolerated)).toBeGreaterThan(now);
        expect(evidenceAbove({ bad, total: bad + good + 1 }, tolerated)).toBeLessThan(now);
      }),
    );
  });

  test('bounds hold the observed share and close in on it', () => {
    const [few, many] = [rateBounds({ bad: 2, total: 20 }, 0.05), rateBounds({ bad: 200, total: 2000 }, 0.05)];
    expect(few.low).toBeLessThan(many.low);
    expect(many.low).toBeLessThan(0.1);
    expect(many.high).toBeGreaterThan(0.1);
    expect(few.high).toBeGreaterThan(many.high);
    expect(many.high - many.low).toBeLessThan(0.06);
    expect(rateBounds({ bad: 0, total: 0 }, 0.05)).toEqual({ low: 0, high: 1 });
  });
});

describe('evidence against a mean', () => {
  test('is worth at most 1 on average for values of the tolerated mean, however they spread', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (mean, spread) => {
          // Two values around the mean, weighted so that they have it exactly.
          const [low, high] = [mean * (1 - spread), mean + (1 - mean) * spread];
          const weight = (mean - low) / (high - low);
          const average = (bet: typeof betAbove) =>
            weight * Math.exp(evidenceOf(bet(noCapital, high, mean))) +
            (1 - weight) * Math.exp(evidenceOf(bet(noCapital, low, mean)));
          expect(average(betAbove)).toBeCloseTo(1, 9);
          expect(average(betBelow)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  test('passes 100 within some dozens of values that are twice as large as tolerated', () => {
    let capital = noCapital;
    let n = 0;
    while (evidenceOf(capital) < Math.log(100)) {
      capital = betAbove(capital, 0.4, 0.2);
      n += 1;
    }
    expect(n).toBeLessThan(40);
  });
});

describe('evidence of a difference', () => {
  test.each([1, 4])('is worth at most 1 on average where both are equal, with %i of the present to one', (present) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.tuple(fc.nat(5), fc.nat(30), fc.nat(5), fc.nat(30)),
        (rate, [a, b, c, d]) => {
          const state: TwoSample = {
            evidence: 0,
            present: { bad: a, total: a + b },
            candidate: { bad: c, total: c + d },
          };
          let mean = 0;
          for (let mask = 0; mask < 2 ** (present + 1); mask += 1) {
            const outcomes = Array.from({ length: present + 1 }, (_, k) => (mask & (1 << k)) !== 0);
            const weight = outcomes.reduce((product, bad) => product * (bad ? rate : 1 - rate), 1);
            mean += weight * Math.exp(compareBlock(state, outcomes.slice(1), outcomes[0]!).evidence);
          }
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  test('finds a candidate that is always wrong where the present is always right', () => {
    let state = noComparison;
    for (let n = 0; n < 30; n += 1) state = compareBlock(state, [false], true);
    expect(state.evidence).toBeGreaterThan(Math.log(100));
    expect(state.candidate).toEqual({ bad: 30, total: 30 });
  });
});

describe('watching on', () => {
  const limits = { tolerated: 0.02, unacceptable: 0.1, runLength: 1000 };

  test('forgets good times and notices a run of bad ones', () => {
    let sum = 0;
    for (let n = 0; n < 500; n += 1) sum = addToCusum(sum, false, limits);
    expect(sum).toBe(0);
    for (let n = 0; n < 4; n += 1) sum = addToCusum(sum, true, limits);
    expect(alarms(sum, limits)).toBe(false);
    expect(alarms(addToCusum(sum, true, limits), limits)).toBe(true);
  });

  test('keeps its word: at the tolerated rate a false alarm comes after more answers than stated, on average', () => {
    const random = seeded(5);
    const runs = Array.from({ length: 300 }, () => {
      let sum = 0;
      let answers = 0;
      for (; !alarms(sum, { runLength: 50 }); answers += 1) sum = addToCusum(sum, random() < 0.02, limits);
      return answers;
    });
    expect(runs.reduce((all, answers) => all + answers, 0) / runs.length).toBeGreaterThanOrEqual(50);
  });
});
