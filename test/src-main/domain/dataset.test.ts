/** Freezing: the split is fair, fixed and keeps equal questions together; the hash names the content. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExampleSplit } from '../../../src-main/contract/entities.ts';
import {
  assignSplits,
  countSplits,
  factKey,
  type FrozenExample,
  hashing,
  heldOutShare,
} from '../../../src-main/domain/dataset.ts';
import { toItsEnd } from '../../../src-main/domain/to-its-end.ts';
import { questionKey } from '../../../src-main/domain/normalise.ts';

const split = fc.constantFrom<ExampleSplit>('auto', 'train', 'heldOut', 'regression');
const examples = fc
  .array(fc.record({ question: fc.string(), answer: fc.string(), category: fc.constantFrom('', 'oil', '警報'), split }))
  .map((list) => list.map((example, index) => ({ id: `e${index}`, ...example })));

const automatic = (count: number, categories: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `e${n}`,
    question: `question ${n}`,
    answer: `answer ${n}`,
    category: `c${n % categories}`,
    split: 'auto' as const,
  }));

const datasetHash = (examples: readonly FrozenExample[]) => toItsEnd(hashing(examples));

describe('split', () => {
  test('keeps explicit splits and order, and is the same every time', () => {
    fc.assert(
      fc.property(examples, (list) => {
        const frozen = assignSplits(list);
        expect(frozen).toEqual(assignSplits(list));
        frozen.forEach((example, index) => {
          const asked = list[index];
          expect(example.id).toBe(asked?.id);
          if (asked?.split !== 'auto') expect(example.split).toBe(asked?.split);
        });
      }),
    );
  });

  test('never trains on an automatic question that is kept back', () => {
    fc.assert(
      fc.property(examples, (list) => {
        const frozen = assignSplits(list);
        const keptBack = new Set(
          frozen.filter((example) => example.split !== 'train').map((example) => questionKey(example.question)),
        );
        frozen.forEach((example, index) => {
          if (list[index]?.split === 'auto' && example.split === 'train')
            expect(keptBack.has(questionKey(example.question))).toBe(false);
        });
      }),
    );
  });

  test.each([
    [300, 7],
    [25, 25],
    [10, 1],
  ])('keeps a fifth of %i questions in %i categories back', (count, categories) => {
    const frozen = assignSplits(automatic(count, categories));
    expect(countSplits(frozen).heldOut).toBe(Math.round(count * heldOutShare));
    for (const members of Map.groupBy(frozen, ({ category }) => category).values()) {
      const kept = members.filter((example) => example.split === 'heldOut').length;
      expect(Math.abs(kept - members.length * heldOutShare)).toBeLessThan(1);
    }
  });

  test('an equal question follows the one whose split was chosen by hand', () => {
    const [first] = assignSplits([
      { id: 'a', question: 'Ｔｏｒｑｕｅ　of P-07？', answer: '12', category: '', split: 'auto' },
      { id: 'b', question: 'torque of p-07', answer: '12', category: '', split: 'heldOut' },
    ]);
    expect(first?.split).toBe('heldOut');
  });
});

describe('facts', () => {
  /** `wordings` ways to ask for each of `facts` facts. */
  const asked = (facts: number, wordings: number) =>
    Array.from({ length: facts * wordings }, (_, n) => ({
      id: `e${n}`,
      question: `question ${n}`,
      answer: `fact ${n % facts}`,
      category: `c${n % 3}`,
      split: 'auto' as const,
    }));
  const factsOf = (frozen: ReturnType<typeof assignSplits>, split: string) =>
    new Set(frozen.filter((example) => example.split === split).map(({ answer }) => factKey(answer)));

  test.each([
    [20, 2],
    [20, 5],
    [7, 3],
  ])('of %i facts in %i wordings each, what is held out is trained in other words', (facts, wordings) => {
    const frozen = assignSplits(asked(facts, wordings));
    expect(countSplits(frozen).heldOut).toBe(Math.round(facts * wordings * heldOutShare));
    const trained = factsOf(frozen, 'train');
    for (const fact of factsOf(frozen, 'heldOut')) expect(trained).toContain(fact);
    expect(trained.size).toBe(facts);
  });

  test('in one wording each, whole facts are held out', () => {
    const frozen = assignSplits(asked(30, 1));
    const trained = factsOf(frozen, 'train');
    const heldOut = factsOf(frozen, 'heldOut');
    expect(heldOut.size).toBe(6);
    for (const fact of heldOut) expect(trained).not.toContain(fact);
  });

  test('mixed: facts in several wordings go first, and no fact of a new case is trained', () => {
    const single = asked(10, 1).map((example) => ({ ...example, answer: `alone ${example.id}` }));
    const many = asked(10, 4).map((example) => ({
      ...example,
      id: `m${example.id}`,
      question: `m ${example.question}`,
    }));
    const frozen = assignSplits([...single, ...many]);
    expect(countSplits(frozen).heldOut).toBe(10);
    expect([...factsOf(frozen, 'heldOut')].filter((fact) => fact.startsWith('alone'))).toEqual([]);
  });

  test('a fact is new or trained, whatever is collected', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ question: fc.string(), answer: fc.constantFrom('a', 'b', 'c', 'd', 'e') })),
        (list) => {
          const frozen = assignSplits(
            list.map((each, n) => ({ ...each, id: `e${n}`, category: '', split: 'auto' as const })),
          );
          const trained = factsOf(frozen, 'train');
          const once = (fact: string) =>
            new Set(frozen.filter(({ answer }) => answer === fact).map(({ question }) => questionKey(question))).size;
          for (const fact of factsOf(frozen, 'heldOut')) expect(trained.has(fact) || once(fact) === 1).toBe(true);
        },
      ),
    );
  });
});

describe('hash', () => {
  test('depends on content and order, not on ids', () => {
    const frozen = assignSplits(automatic(20, 3));
    const renamed = frozen.map((example, index) => ({ ...example, id: `other${index}` }));
    expect(datasetHash(renamed)).toBe(datasetHash(frozen));
    expect(datasetHash(frozen.toReversed())).not.toBe(datasetHash(frozen));
    expect(datasetHash(frozen.with(3, { ...frozen[3]!, answer: 'other' }))).not.toBe(datasetHash(frozen));
  });
});
