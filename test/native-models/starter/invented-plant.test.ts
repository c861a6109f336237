/** Plants that benchmarks invent: every question has one answer, and a seed always gives the same plant. */

import { describe, expect, test } from 'vitest';
import { inventedExamples } from '../../../native-models/starter/corpus/plants/examples.ts';

describe.each(['ja', 'en'] as const)('%s', (language) => {
  const examples = inventedExamples(1, 60, language);
  const facts = Map.groupBy(examples, ({ fact }) => fact);

  test('sixty facts, each with one answer in four wordings of which one is held out', () => {
    expect(facts.size).toBe(60);
    for (const own of facts.values()) {
      expect(own.map(({ split }) => split)).toEqual(['train', 'train', 'train', 'heldOut']);
      expect(new Set(own.map(({ answer }) => answer)).size).toBe(1);
    }
  });

  test('no question is asked of two facts, or twice of one', () => {
    const letters = examples.map(({ question }) => question.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
    expect(new Set(letters).size).toBe(letters.length);
  });

  test('a seed gives the same plant again, another seed another', () => {
    expect(inventedExamples(1, 60, language)).toEqual(examples);
    const other = new Set(inventedExamples(2, 60, language).map(({ question }) => question));
    expect(examples.filter(({ question }) => other.has(question))).toEqual([]);
  });
});
