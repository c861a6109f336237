/** The verdict on a share: against exact tails, and by simulating ten thousand plants where nothing is to be found. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowerTail, upperTail } from '../../../../src-main/domain/statistics/binomial.ts';
import { pairedBootstrap, wilsonInterval } from '../../../../src-main/domain/statistics/intervals.ts';
import { exactMcNemar } from '../../../../src-main/domain/statistics/paired.ts';
import { randomSource } from '../../../../src-main/domain/statistics/random.ts';
import { judgeShare, lookLevel, plannedLooks } from '../../../../src-main/domain/statistics/verdict.ts';

describe('binomial tails', () => {
  test.each([
    // By hand: 0.5^10 · (1 + 10 + 45); 1 - 0.9^10; 0.8^60.
    [8, 10, 0.5, 56 / 1024],
    [1, 10, 0.1, 1 - 0.9 ** 10],
    [60, 60, 0.8, 0.8 ** 60],
    [0, 7, 0.3, 1],
    [8, 7, 0.3, 0],
  ])('at least %i of %i at %f', (count, total, share, expected) => {
    expect(upperTail(count, total, share)).toBeCloseTo(expected, 12);
  });

  test('both tails share one term', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, share) => {
        const [count, total] = [Math.min(a, b), Math.max(a, b)];
        const both = upperTail(count, total, share) + lowerTail(count - 1, total, share);
        expect(both).toBeCloseTo(1, 9);
      }),
    );
  });
});

const target = { limit: 0.8, side: 'at-least' } as const;
const invented = { limit: 0.1, side: 'at-most' } as const;

describe('verdict', () => {
  test.each([
    [60, 60, target, 'pass'],
    [50, 60, target, 'not-enough-evidence'],
    [30, 60, target, 'fail'],
    [0, 30, target, 'fail'],
    [0, 0, target, 'not-enough-evidence'],
    [0, 60, invented, 'pass'],
    [3, 30, invented, 'not-enough-evidence'],
    [30, 30, invented, 'fail'],
    [59, 60, { limit: 1, side: 'at-least' }, 'fail'],
    [60, 60, { limit: 1, side: 'at-least' }, 'not-enough-evidence'],
    [1, 60, { limit: 0, side: 'at-most' }, 'fail'],
    [0, 60, { limit: 0, side: 'at-least' }, 'pass'],
    [60, 60, { limit: 1, side: 'at-most' }, 'pass'],
  ] as const)('%i of %i', (count, total, criterion, verdict) => {
    expect(judgeShare(count, total, criterion).verdict).toBe(verdict);
  });

  test('says how many further questions would decide, and that many do', () => {
    const { verdict, furtherQuestions } = judgeShare(54, 60, target);
    expect(verdict).toBe('not-enough-evidence');
    expect(furtherQuestions).toBeGreaterThan(0);
    const total = 60 + furtherQuestions!;
    expect(judgeShare(Math.round(0.9 * total), total, target).verdict).toBe('pass');
    expect(judgeShare(Math.round(0.9 * (total - 8)), total - 8, target).verdict).toBe('not-enough-evidence');
  });

  test('says that no number decides where the share is the criterion itself', () => {
    expect(judgeShare(48, 60, target)).toEqual({ verdict: 'not-enough-evidence', furtherQuestions: null });
    expect(judgeShare(0, 0, target).furtherQuestions).toBeNull();
  });

  test('concludes nothing more after the looks that were planned', () => {
    expect(judgeShare(60, 60, target, plannedLooks).verdict).toBe('pass');
    expect(judgeShare(60, 60, target, plannedLooks + 1).verdict).toBe('not-enough-evidence');
  });
});

const nulls = 10_000;
/** Three standard errors of a share of 5 % over so many plants. */
const error = 3 * Math.sqrt((0.05 * 0.95) / nulls);

describe('over five looks', () => {
  /** Share of plants in which some look says `wanted`, though the truth lies on the criterion itself. */
  function everSaid(wanted: string, looks: readonly number[], criterion: typeof target | typeof invented): number {
    const random = randomSource(7);
    const known = new Map<string, string>();
    let said = 0;
    for (let plant = 0; plant < nulls; plant++) {
      let [count, asked, ever] = [0, 0, false];
      looks.forEach((total, index) => {
        for (; asked < total; asked++) if (random() < criterion.limit) count += 1;
        const key = `${count} ${total}`;
        const verdict = known.get(key) ?? judgeShare(count, total, criterion, index + 1).verdict;
        known.set(key, verdict);
        ever ||= verdict === wanted;
      });
      if (ever) said += 1;
    }
    return said / nulls;
  }

  test.each([
    ['evenly', [20, 40, 60, 80, 100]],
    ['ever further apart', [10, 20, 40, 80, 160]],
  ])('%s spaced: neither passes nor fails by luck in more than 5 %%', (_, looks) => {
    for (const criterion of [target, invented])
      for (const verdict of ['pass', 'fail']) expect(everSaid(verdict, looks, criterion)).toBeLessThan(0.05 + error);
  });

  test('two equal models are called different in at most 5 %, looked at five times', () => {
    const random = randomSource(11);
    const called = { guarded: 0, naive: 0 };
    for (let plant = 0; plant < nulls; plant++) {
      let [better, worse, smallest] = [0, 0, 1];
      for (let look = 0; look < plannedLooks; look++) {
        for (let flip = 0; flip < 8; flip++) {
          if (random() < 0.5) better += 1;
          else worse += 1;
        }
        smallest = Math.min(smallest, exactMcNemar(better, worse));
      }
      if (smallest < lookLevel) called.guarded += 1;
      if (smallest < 0.05) called.naive += 1;
    }
    expect(called.guarded / nulls).toBeLessThan(0.05 + error);
    // Looked at as if each look were the only one, luck would win more often than promised: the guard is needed.
    expect(called.naive / nulls).toBeGreaterThan(0.05 + error);
  });
});

describe('intervals hold the truth', () => {
  test('Wilson: on average 95 % over shares, computed exactly', () => {
    const total = 60;
    const coverages = Array.from({ length: 99 }, (_, index) => (index + 1) / 100).map((share) => {
      let coverage = 0;
      for (let count = 0; count <= total; count++) {
        const { low, high } = wilsonInterval(count, total);
        const chance = upperTail(count, total, share) - upperTail(count + 1, total, share);
        if (low <= share && share <= high) coverage += chance;
      }
      return coverage;
    });
    const mean = coverages.reduce((sum, each) => sum + each, 0) / coverages.length;
    expect(mean).toBeGreaterThan(0.94);
    expect(mean).toBeLessThan(0.965);
  });

  test('bootstrap of paired differences: 95 % within the error of 150 plants', () => {
    const random = randomSource(3);
    const truth = 0.3 - 0.1;
    let held = 0;
    for (let plant = 0; plant < 150; plant++) {
      const differences = Array.from({ length: 60 }, () => {
        const chance = random();
        return chance < 0.3 ? 1 : chance < 0.4 ? -1 : 0;
      });
      const { low, high } = pairedBootstrap(differences, plant);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / 150).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.05 * 0.95) / 150));
  });

  test('the same seed gives the same interval', () => {
    const differences = [1, 0, 0, -1, 1, 1, 0, 0, 1, 0];
    expect(pairedBootstrap(differences)).toEqual(pairedBootstrap(differences));
    expect(pairedBootstrap([1, 1, 1])).toEqual({ low: 1, high: 1 });
    expect(pairedBootstrap([])).toEqual({ low: -1, high: 1 });
  });
});
