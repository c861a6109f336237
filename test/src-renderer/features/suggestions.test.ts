/** Suggested questions: few, spread over the list, in the reader's language. */

import { expect, test } from 'vitest';
import { suggestedQuestions } from '../../../src-renderer/features/operate/suggestions.ts';

const examples = Array.from({ length: 9 }, (_, index) => [
  { question: `Where is part K-${index}?` },
  { question: `部品K-${index}はどこですか` },
]).flat();

test('three from all over the list, in the language of the page', () => {
  expect(suggestedQuestions(examples, 'en')).toEqual([
    'Where is part K-0?',
    'Where is part K-3?',
    'Where is part K-6?',
  ]);
  expect(suggestedQuestions(examples, 'ja')).toEqual([
    '部品K-0はどこですか',
    '部品K-3はどこですか',
    '部品K-6はどこですか',
  ]);
});

test('a plant that writes in another language is asked in its own', () => {
  expect(suggestedQuestions([{ question: '締め付けトルクは' }], 'en')).toEqual(['締め付けトルクは']);
});

test('a bare number belongs to every language, and nothing is suggested twice', () => {
  expect(suggestedQuestions([{ question: 'E-17' }, { question: 'E-17' }], 'ja')).toEqual(['E-17']);
  expect(suggestedQuestions([], 'ja')).toEqual([]);
});
