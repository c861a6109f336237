/** Freezing: the split is fair, fixed and keeps equal questions together; the hash names the content. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExampleSplit } from '../../../src-main/contract/entities.ts';
import { assignSplits, countSplits, datasetHash, heldOutShare } from '../../../src-main/domain/dataset.ts';
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

describe('hash', () => {
  test('depends on content and order, not on ids', () => {
    const frozen = assignSplits(automatic(20, 3));
    const renamed = frozen.map((example, index) => ({ ...example, id: `other${index}` }));
    expect(datasetHash(renamed)).toBe(datasetHash(frozen));
    expect(datasetHash(frozen.toReversed())).not.toBe(datasetHash(frozen));
    expect(datasetHash(frozen.with(3, { ...frozen[3]!, answer: 'other' }))).not.toBe(datasetHash(frozen));
  });
});
