/** Kept change by change, the index says what it would say of the same examples read at once. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Example, ExampleSplit } from '../../../src-main/contract/entities.ts';
import { ExampleIndex } from '../../../src-main/domain/example-index.ts';
import { toItsEnd } from '../../../src-main/domain/to-its-end.ts';

const example = fc.record({
  id: fc.constantFrom(...'abcdefghijklmnopqrst'),
  question: fc.constantFrom(
    '油は？',
    '油は',
    '圧力は？',
    'E-1とは',
    'E-2とは',
    'E-3とは',
    'E-4とは',
    'E-5とは',
    '何番？',
  ),
  answer: fc.constantFrom('VG 32', 'ＶＧ 32', '0.5 MPa', '止める'),
  category: fc.constantFrom('', '油', '警報'),
  split: fc.constantFrom<ExampleSplit>('auto', 'auto', 'auto', 'train', 'heldOut', 'regression'),
});
const change = fc.oneof(
  { weight: 4, arbitrary: example.map((put) => ({ put })) },
  { weight: 1, arbitrary: example.map(({ id }) => ({ remove: id })) },
  { weight: 1, arbitrary: fc.constant({ decide: true }) },
);
type Put = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'split'>;

function decided(examples: readonly Put[]): ExampleIndex<Put> {
  const index = new ExampleIndex<Put>();
  for (const each of examples) index.put(each);
  toItsEnd(index.decide());
  return index;
}

const seen = (index: ExampleIndex<Put>) => {
  const { byCategory, ...readiness } = index.readiness();
  return {
    frozen: [...index.frozen()],
    readiness,
    categories: Object.fromEntries(byCategory.map(({ category, count }) => [category, count])),
    sample: index.sample(4),
  };
};

test('after any changes it is what reading all of it anew gives', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const index = new ExampleIndex<Put>();
      const there = new Map<string, Put>();
      for (const each of changes) {
        if ('put' in each) {
          index.put(each.put);
          there.set(each.put.id, each.put);
        } else if ('remove' in each) {
          index.remove(each.remove);
          there.delete(each.remove);
        } else toItsEnd(index.decide());
      }
      toItsEnd(index.decide());
      expect(index.examples()).toEqual([...there.values()]);
      const { sample, ...said } = seen(index);
      const { sample: _, ...anew } = seen(decided([...there.values()]));
      expect(said).toEqual(anew);
      expect(sample.length).toBeLessThanOrEqual(Math.max(there.size, 4));
    }),
    { numRuns: 500 },
  );
});

test('what the model counted is kept of a text until that text is another', () => {
  const one: Put = { id: 'a', question: '油は？', answer: 'VG 32', category: '', split: 'auto' };
  const index = decided([one]);
  expect(index.uncounted(10)).toEqual([one]);
  index.measured([one], [{ id: 'a', tokens: 12, answerTokens: 3, tooLong: true }], 10);
  expect(index.uncounted(10)).toEqual([]);
  expect(index.readiness()).toMatchObject({ blockingCount: 1, findings: [{ kind: 'too-long', exampleIds: ['a'] }] });
  const shorter = { ...one, answer: 'VG' };
  index.put(shorter);
  expect(index.readiness().blockingCount).toBe(0);
  // An answer that comes late, of the text before.
  index.measured([one], [{ id: 'a', tokens: 12, answerTokens: 3, tooLong: true }], 10);
  expect(index.uncounted(10)).toEqual([shorter]);
});

test('of very many findings the first are told, blocking ones before others, and how many there are', () => {
  const twice = (n: number, answers: readonly string[]): readonly Put[] =>
    answers.map((answer, at) => ({ id: `${n}-${at}`, question: `q${n}`, answer, category: '', split: 'auto' }));
  const harmless = Array.from({ length: 300 }, (_, n) => twice(n, ['same', 'same'])).flat();
  const blocking = Array.from({ length: 30 }, (_, n) => twice(1000 + n, ['one', 'two'])).flat();
  const { findings, findingCount, blockingCount } = decided([...harmless, ...blocking]).readiness();
  expect({ findingCount, blockingCount, told: findings.length }).toEqual({
    findingCount: 330,
    blockingCount: 30,
    told: 200,
  });
  expect(findings.filter((finding) => finding.blocking)).toHaveLength(30);
});
