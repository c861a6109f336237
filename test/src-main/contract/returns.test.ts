/** Which return is said first. */

import { expect, test } from 'vitest';
import { enoughGraded, foremostReturn, knownReturns, restsOnFew } from '../../../src-main/contract/rules/returns.ts';
import { loggedUse, returnsOf, usualAssumptions } from '../../../src-main/domain/returns.ts';

const work = { questionsPerDay: 40, minutesPerQuestion: 6, hourlyCost: 4000, currency: 'JPY' };
const usual = usualAssumptions('JPY');
const times = { since: '2026-01-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' };
const known = (graded: number, evaluated: boolean, realUse = usual.realUse) => ({
  ...returnsOf(
    work,
    { ...usual, realUse },
    evaluated ? { correct: 8, total: 10 } : null,
    loggedUse({ asked: 500, graded, right: 0, ...times }, usual),
  ),
  assumptionsAt: '',
});

test('what somebody counted, else enough graded answers, else the evaluation, else the little that was graded', () => {
  expect(foremostReturn(known(enoughGraded - 1, true))?.basis).toBe('evaluation');
  expect(foremostReturn(known(enoughGraded, true))?.basis).toBe('log');
  expect(foremostReturn(known(1, false))?.basis).toBe('log');
  expect(foremostReturn(known(0, false))).toBeNull();
  const counted = known(enoughGraded, true, { right: 1, answers: 2, questionsPerDay: 3 });
  expect(foremostReturn(counted)?.basis).toBe('real-use');
  expect(restsOnFew(foremostReturn(counted)!)).toBe(true);
  expect(restsOnFew(foremostReturn(known(enoughGraded, true))!)).toBe(false);
  expect(knownReturns(counted).map(({ basis }) => basis)).toEqual(['evaluation', 'log', 'real-use']);
});
