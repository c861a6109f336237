/** An answer whose numbers were not collected is never shown as one that rests on what was. */

import { expect, test } from 'vitest';
import type { AnswerBasis } from '../../../src-main/contract/entities.ts';
import { numbersNotCollected } from '../../../src-main/contract/rules/figures.ts';

const basisOf = (answer: string, covered = true): AnswerBasis => ({
  covered,
  missing: [],
  nearest: [
    {
      ...{ id: '1', question: 'P-07の締付トルクは？', answer, category: '', createdBy: 'K', createdAt: '' },
      likeness: 1,
    },
  ],
});
const question = 'What is the torque of P-07?';

test.each([
  ['the number that was collected', 'It is 93 N·m.', '93 N·mです。', []],
  ['another one', 'It is 222 N·m.', '93 N·mです。', ['222']],
  ['full-width digits', '９３ N·mです。', '93 N·mです。', []],
  ['thousands', '1,250 rpm', '1250 rpm', []],
  ['a decimal that is another', '0.35 mm', '0.53 mm', ['0.35']],
  ['a part of a number is another number', '3 N·m', '93 N·m', ['3']],
  ['a time', '10:30', '10:45', ['10:30']],
  ['the machine that was asked about', 'P-07: 93 N·m', '93 N·m', []],
  ['no number at all', 'Ask the foreman.', '93 N·m', []],
])('%s', (_, answer, collected, expected) => {
  expect(numbersNotCollected(answer, question, basisOf(collected))).toEqual(expected);
});

test('where nothing covers the question, nothing is compared', () => {
  expect(numbersNotCollected('222 N·m', question, basisOf('93 N·m', false))).toEqual([]);
  expect(numbersNotCollected('222 N·m', question, { covered: true, missing: [], nearest: [] })).toEqual([]);
});
