/** The return: a worked example to the last yen, and what must hold whatever is assumed. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loggedUse, returnsOf, usualAssumptions } from '../../../src-main/domain/returns.ts';

const work = { questionsPerDay: 40, minutesPerQuestion: 6, hourlyCost: 4000, currency: 'JPY' };
const assumptions = {
  workingDays: 250,
  coveredShare: 0.5,
  minutesToCheck: 1,
  collectionHours: 20,
  upkeepHours: 10,
  machineCost: 100_000,
  watts: 100,
  hoursPerDay: 8,
  electricityPrice: 30,
  realUse: null,
};

describe('return', () => {
  test('a worked example', () => {
    const { once, running, evaluated, realUse } = returnsOf(work, assumptions, { correct: 80, total: 100 });
    // The machine and 20 hours; 0.1 kW for 2,000 hours at 30 yen, and 10 hours.
    expect(once).toBe(180_000);
    expect(running).toBe(46_000);
    // 10,000 questions; of each 0.8 × 0.5 × 6 − 1 = 1.4 minutes are saved.
    expect(evaluated?.middle.hours).toBeCloseTo((10_000 * 1.4) / 60, 9);
    expect(evaluated?.middle.perYear).toBeCloseTo(((10_000 * 1.4) / 60) * 4000 - 46_000, 6);
    expect(evaluated?.middle.paybackMonths).toBeCloseTo((180_000 / 887_333.333) * 12, 6);
    // Wilson's interval of 80 in 100.
    expect(evaluated?.low.share).toBeCloseTo(0.7112, 4);
    expect(evaluated?.high.share).toBeCloseTo(0.8666, 4);
    expect(realUse).toBeNull();
  });

  test('what costs more time than it saves is never paid back', () => {
    const { evaluated } = returnsOf(work, assumptions, { correct: 10, total: 100 });
    expect(evaluated?.middle.perYear).toBeLessThan(0);
    expect(evaluated?.middle.paybackMonths).toBeNull();
  });

  test('what was counted in use stands beside, with its own questions a day and everything covered', () => {
    const real = { ...assumptions, realUse: { right: 45, answers: 60, questionsPerDay: 25 } };
    const { evaluated, realUse } = returnsOf(work, real, null);
    expect(evaluated).toBeNull();
    expect(realUse).toMatchObject({ basis: 'real-use', questionsPerDay: 25, middle: { share: 0.75 } });
    expect(realUse?.middle.hours).toBeCloseTo((25 * 250 * (0.75 * 6 - 1)) / 60, 9);
  });

  test('what the log holds after three months stands beside, by the questions of a working day and by graded answers', () => {
    const counted = { asked: 1500, graded: 60, right: 45 };
    const since = '2026-01-01T08:00:00.000Z';
    // 73 days hold 50 of 250 working days.
    const use = loggedUse({ ...counted, since, until: '2026-03-15T08:00:00.000Z' }, assumptions);
    expect(use.perDay).toBeCloseTo(30, 9);
    const { evaluated, logged, use: kept } = returnsOf(work, assumptions, { correct: 80, total: 100 }, use);
    expect(kept).toBe(use);
    expect(evaluated?.basis).toBe('evaluation');
    expect(logged).toMatchObject({ basis: 'log', right: 45, answers: 60, middle: { share: 0.75 } });
    expect(logged?.middle.hours).toBeCloseTo((30 * 250 * (0.75 * 6 - 1)) / 60, 6);
    // Silence is not right; what began an hour ago is a day at least.
    const young = loggedUse({ asked: 3, graded: 0, right: 0, since, until: '2026-01-01T09:00:00.000Z' }, assumptions);
    expect(young.perDay).toBe(3);
    expect(returnsOf(work, assumptions, null, young)).toMatchObject({ logged: null, use: young });
  });

  test('nothing is known of what nobody asked', () => {
    expect(returnsOf(work, assumptions, null).evaluated).toBeNull();
    expect(returnsOf(work, assumptions, { correct: 0, total: 0 }).evaluated).toBeNull();
  });

  test('low is never above middle, nor middle above high', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), amount, amount, (right, wrong, minutes, wage) => {
        fc.pre(right + wrong > 0);
        const found = returnsOf({ ...work, minutesPerQuestion: minutes, hourlyCost: wage }, usualAssumptions('JPY'), {
          correct: right,
          total: right + wrong,
        }).evaluated!;
        expect(found.low.perYear).toBeLessThanOrEqual(found.middle.perYear);
        expect(found.middle.perYear).toBeLessThanOrEqual(found.high.perYear);
      }),
    );
  });
});
