/** The situations from which sets of own data are drawn. */

import { describe, expect, it } from 'vitest';
import { languages } from '../../../native-models/starter/corpus/types.ts';
import { readRegression, readSamplePlant } from '../../../native-models/starter/index.ts';
import { parseSituations, situationExamples, situationsIn } from '../../fixtures/own-data/situations.ts';

describe('situations', () => {
  it('refuse lines that are neither a question nor an answer, and questions that nothing answers', () => {
    expect(parseSituations('? one\n? two\n= both\n\n? three\n= third\n')).toEqual([
      { questions: ['one', 'two'], answer: 'both' },
      { questions: ['three'], answer: 'third' },
    ]);
    expect(() => parseSituations('? one\n! two\n= both')).toThrow('line 2');
    expect(() => parseSituations('= both')).toThrow('line 1');
    expect(() => parseSituations('? one\n=  \n')).toThrow('line 2');
    expect(() => parseSituations('? one\n')).toThrow('one');
  });

  it.each(languages)('are hundreds, each asked in at least five ways of which no two are alike (%s)', (language) => {
    const all = situationsIn(language);
    expect(all.length).toBeGreaterThanOrEqual(200);
    expect(all.filter(({ questions }) => questions.length < 5)).toEqual([]);
    const asked = all.flatMap(({ questions }) => questions);
    expect(asked.filter((question, index) => asked.indexOf(question) !== index)).toEqual([]);
    expect(asked.filter((question) => /\{(?![abn]\})/.test(question))).toEqual([]);
    expect(all.filter(({ answer }) => /\{(?![abnq]\})/.test(answer))).toEqual([]);
    const known = new Set(asked);
    expect([...readRegression(), ...readSamplePlant()].filter(({ question }) => known.has(question))).toEqual([]);
  });

  it.each(languages)('make sets of 42 facts whose names are filled in, another for each seed (%s)', (language) => {
    const examples = situationExamples(3, language);
    expect(examples).toEqual(situationExamples(3, language));
    expect(examples).not.toEqual(situationExamples(4, language));
    expect(examples.filter(({ question, answer }) => /[{}]/.test(question + answer))).toEqual([]);
    const byFact = Map.groupBy(examples, ({ fact }) => fact);
    expect(byFact.size).toBe(42);
    for (const asked of byFact.values()) {
      expect(asked.map(({ split }) => split)).toEqual(['train', 'train', 'train', 'heldOut']);
      expect(new Set(asked.map(({ answer }) => answer)).size).toBe(1);
    }
  });
});
