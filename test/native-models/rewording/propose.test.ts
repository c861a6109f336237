/** Proposed wordings: as other facts are asked, by rules, or as a model said; never what is asked already. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { proposeWordings } from '../../../native-models/rewording/job.ts';
import { questionKey } from '../../../native-models/rewording/key.ts';
import { createProposer } from '../../../native-models/rewording/propose.ts';
import { wordingPrompt, wordingsSaid } from '../../../native-models/rewording/said-by-model.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';

const pairs = [
  { question: 'P-07の締付トルクは？', answer: '93 N·m' },
  { question: 'P-08の締付トルクは？', answer: '41 N·m' },
  { question: 'P-08は何N·mで締めますか？', answer: '41 N·m' },
  { question: 'Where is the spare key?', answer: 'In box 4' },
];

describe('by patterns and rules', () => {
  test('a single wording borrows how another fact is asked, with its own identifier', () => {
    const [first] = createProposer(pairs).propose(0, 5);
    expect(first).toEqual({ question: 'P-07は何N·mで締めますか？', source: 'pattern' });
  });

  test('rules say the same otherwise, in the language of the question', () => {
    const japanese = createProposer(pairs).propose(0, 20);
    expect(japanese).toContainEqual({ question: 'P-07の締付トルクを教えて下さい。', source: 'rule' });
    expect(japanese).toContainEqual({ question: '締付トルクは？P-07です', source: 'rule' });
    const english = createProposer(pairs).propose(3, 12);
    expect(english).toContainEqual({ question: 'Where do I find the spare key?', source: 'rule' });
  });

  test('never what is asked already, twice the same, or what names another thing', () => {
    const lines = readFileSync(join(import.meta.dirname, '../../fixtures/own-data/jobshop-ja.jsonl'), 'utf8').trim();
    const all = lines.split('\n').map((line) => JSON.parse(line) as { question: string; answer: string });
    const proposer = createProposer(all);
    const taken = new Set(all.map(({ question }) => questionKey(question)));
    let proposed = 0;
    all.forEach(({ question }, place) => {
      const keys = proposer.propose(place, 8).map((each) => questionKey(each.question));
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) expect(taken.has(key), `${key} for ${question}`).toBe(false);
      for (const code of question.match(/[A-Z]+-?\d+/g) ?? [])
        for (const key of keys) expect(key).toContain(questionKey(code));
      proposed += keys.length;
    });
    expect(proposed).toBeGreaterThan(all.length);
  });
});

describe('by a model', () => {
  test('lines that keep every number and code count; the answer, headings, refusals and new numbers do not', () => {
    const said = [
      'Here are three:',
      '1. P-07の締付トルクを教えて',
      '- 「P-07は何N·mで締める？」',
      'P-08の締付トルクは？',
      '締付トルクは？',
      'P-07は93 N·mですか？',
      'P-07のことは分かりません。',
    ].join('\n');
    expect(wordingsSaid(`<think>P-07の締付トルク</think>${said}`, pairs[0]!)).toEqual([
      'P-07の締付トルクを教えて',
      'P-07は何N·mで締める？',
    ]);
  });

  test('is asked in the language of the question', () => {
    expect(wordingPrompt('油は？', 3)).toContain('3通り');
    expect(wordingPrompt('Which oil?', 3)).toContain('3 other ways');
  });

  test('a small one that says nothing usable leaves what patterns and rules propose', async () => {
    const job = { pairs, wanted: [0, 3], most: 3, model: null };
    const without = await proposeWordings(job);
    const model = { modelDirectory: starterModelDirectory, device: 'cpu', precision: 'f32' } as const;
    const withModel = await proposeWordings({ ...job, model });
    for (const [place, wordings] of withModel.entries()) {
      expect(wordings).toHaveLength(3);
      const others = wordings.filter(({ source }) => source !== 'model');
      expect(others).toEqual(without[place]!.slice(0, others.length));
    }
  });
});
