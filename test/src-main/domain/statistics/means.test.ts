/** Means over a set: of tokens for likelihood, of answers for all else, and none where some answer was not measured. */

import { expect, test } from 'vitest';
import { meansOf } from '../../../../src-main/domain/statistics/means.ts';
import { answerScores } from '../../../fixtures/answer-scores.ts';

const item = (logarithm: number, tokens: number, chrf: number) => {
  const adapterScores = answerScores(false, { likelihood: { logarithm, tokens }, chrf });
  return { baseScores: null, adapterScores };
};

test('a long answer weighs by its tokens in the likelihood, and as one answer in chrF', () => {
  const means = meansOf([item(-1, 2, 1), item(-9, 18, 0)], 'adapter');
  expect(means).toMatchObject({ chrf: 0.5, logLikelihood: -0.5 });
});

test('what does not fit counts for nothing; what was never measured leaves no mean', () => {
  const none = { baseScores: null, adapterScores: answerScores(true, { likelihood: null }) };
  expect(meansOf([none, item(-4, 2, 1)], 'adapter')?.logLikelihood).toBe(-2);
  expect(meansOf([none], 'adapter')?.logLikelihood).toBeNull();
  expect(meansOf([none, item(-4, 2, 1)], 'base')).toBeNull();
  expect(meansOf([], 'base')).toBeNull();
});
