/** Kept change by change, the index says what it would say of the same examples read at once. */

import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Example, ExampleSplit } from '../../../src-main/contract/entities.ts';
import { heldOutShare } from '../../../src-main/domain/dataset-rules.ts';
import { ExampleIndex } from '../../../src-main/domain/example-index.ts';
import { InOrder } from '../../../src-main/domain/in-order.ts';
import { normaliseText, questionKey } from '../../../src-main/domain/normalise.ts';
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

/** The rule itself, told at full length: of each category a share, first from facts that keep a wording, then whole facts. */
function heldOutByTheRule(examples: readonly Put[]): ReadonlySet<string> {
  const questions = [...Map.groupBy(examples, ({ question }) => questionKey(question))].map(([key, same]) => ({
    ids: same.map(({ id }) => id),
    place: rank(key),
    category: same[0]!.category,
    byHand: same.findLast(({ split }) => split !== 'auto' && split !== 'train')?.split ?? same.find(({ split }) => split === 'train')?.split, // prettier-ignore
    facts: [...new Set(same.map(({ answer }) => normaliseText(answer)))],
    taught: same.filter(({ split }) => split === 'train').map(({ answer }) => normaliseText(answer)),
  }));
  const taught = new Set(questions.flatMap((each) => (each.byHand === 'train' ? each.taught : [])));
  const open = questions.filter(({ byHand }) => byHand === undefined).sort((a, b) => (a.place < b.place ? -1 : 1));
  const wordings = (fact: string, among: typeof open) => among.filter(({ facts }) => facts.includes(fact)).length;
  const shares = [...Map.groupBy(open, ({ category }) => category)].map(([category, some]) => {
    const exact = some.length * heldOutShare;
    return { some, count: Math.floor(exact), remainder: exact - Math.floor(exact), place: rank(category) };
  });
  shares.sort((a, b) => b.remainder - a.remainder || (a.place < b.place ? -1 : 1));
  const rest = Math.round(open.length * heldOutShare) - shares.reduce((sum, { count }) => sum + count, 0);
  const held = new Set<(typeof open)[number]>();
  const left = (fact: string) => wordings(fact, open.filter((each) => !held.has(each))); // prettier-ignore
  for (const [at, { some, count }] of shares.entries()) {
    const most = count + Number(at < rest);
    const isSpare = ({ facts }: (typeof open)[number]) => facts.every((fact) => taught.has(fact) || left(fact) > 1);
    const isAlone = ({ facts }: (typeof open)[number]) =>
      facts.every((fact) => !taught.has(fact) && wordings(fact, open) === 1);
    for (const fits of [isSpare, isAlone])
      for (const each of some)
        if (some.filter((one) => held.has(one)).length < most && !held.has(each) && fits(each)) held.add(each);
  }
  return new Set([...held].flatMap(({ ids }) => ids));
}

const rank = (text: string): string => createHash('sha256').update(`usumaku split 1\0${text}`).digest('hex');

test('what is held out follows the rule', () => {
  fc.assert(
    fc.property(fc.array(example, { maxLength: 40 }), (some) => {
      const examples = [...new Map(some.map((each) => [each.id, each])).values()];
      const held = [...decided(examples).frozen()].filter(({ id, split }) => {
        return split === 'heldOut' && examples.find((each) => each.id === id)!.split === 'auto';
      });
      const byHand = heldOutByTheRule(examples);
      const expected = examples.filter(({ id, split }) => split === 'auto' && byHand.has(id)).map(({ id }) => id);
      const together = examples.filter(
        ({ split, question }) =>
          split === 'auto' &&
          examples.some((each) => each.split === 'heldOut' && questionKey(each.question) === questionKey(question)),
      );
      const all = new Set([...expected, ...together.map(({ id }) => id)]);
      for (const { id } of held) expect(all).toContain(id);
      for (const id of expected) expect(held.map((each) => each.id)).toContain(id);
    }),
    { numRuns: 300 },
  );
});

describe('one change among 30,000 examples', () => {
  const facts = 10_000;
  const one = (n: number): Put => ({
    ...{ id: String(n), question: `${n % 3}: E-${Math.floor(n / 3)}?`, answer: `valve ${Math.floor(n / 3)}` },
    ...{ category: `category ${n % 12}`, split: 'auto' },
  });
  /** Stops, each after the same number of things that were looked at. */
  function stops(index: ExampleIndex<Put>): number {
    let count = 0;
    for (const _ of index.decide()) count += 1;
    return count;
  }

  test('looks at what is held out, and no more of the others than it has to', () => {
    const index = new ExampleIndex<Put>();
    for (let n = 0; n < 3 * facts; n += 1) index.put(one(n));
    const whole = stops(index);
    const { heldOut } = index.counts();
    expect(heldOut).toBe(6000);
    const changes = [
      () => index.put({ ...one(5), answer: 'another' }),
      () => index.put({ ...one(7), question: 'new' }),
      () => index.put({ ...one(9), split: 'train' }),
      () => index.put({ ...one(11), category: 'another' }),
      () => index.put({ ...one(0), id: 'new', question: 'new, too' }),
      () => index.remove('new'),
      () => index.remove('12'),
    ];
    for (const change of changes) {
      change();
      // Each that is held out is let go and chosen again; with three wordings a fact, every third is passed over.
      expect(stops(index)).toBeLessThan((2.6 * heldOut) / 200);
      expect(whole).toBeGreaterThan(3 * ((2.6 * heldOut) / 200) - 100);
    }
    expect(stops(index)).toBe(0);
  });
});

test('the order holds whatever comes and goes, also where many parts are made and emptied', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(3000)), { maxLength: 4000, minLength: 3000 }), (changes) => {
      const inOrder = new InOrder<number>((a, b) => a - b);
      const there = new Set<number>();
      for (const [comes, number] of changes) {
        if (!comes && there.delete(number)) inOrder.remove(number);
        else if (comes && !there.has(number)) {
          there.add(number);
          inOrder.add(number);
        } else inOrder.remove(-1);
      }
      expect([...inOrder]).toEqual([...there].toSorted((a, b) => a - b));
      expect(inOrder.size).toBe(there.size);
      for (const number of there) inOrder.remove(number);
      expect([...inOrder]).toEqual([]);
    }),
    { numRuns: 20 },
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
