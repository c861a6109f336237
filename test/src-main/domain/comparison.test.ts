/** Comparing any two: on the same questions alone, and never by what one of them was trained on. */

import { describe, expect, test } from 'vitest';
import type { EvaluationItem, SetKind } from '../../../src-main/contract/entities.ts';
import { compareSides, type Side } from '../../../src-main/domain/comparison.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';

const item = (set: SetKind, question: string, base: boolean, adapter: boolean): EvaluationItem => ({
  ...{ exampleId: question, set, category: '', question, expected: 'right', acceptance: null },
  ...{ base: base ? 'right' : 'b', baseRight: base, baseScores: answerScores(base) },
  ...{ adapter: adapter ? 'right' : 'a', adapterRight: adapter, adapterScores: answerScores(adapter) },
});
const side = (who: Side['who'], items: readonly EvaluationItem[], trained: readonly string[] = []): Side => ({
  ...{ who, items, trained },
});
const ten = (base: boolean, adapter: boolean) =>
  Array.from({ length: 10 }, (_, n) => item('phrasings', `${n}?`, base, adapter));

describe('comparison', () => {
  test('of two adapters, paired, question by question', () => {
    const { sets, answers } = compareSides(side('adapter', ten(false, false)), side('adapter', ten(false, true)));
    expect(sets).toMatchObject([
      {
        ...{ kind: 'phrasings', left: { correct: 0 }, right: { correct: 10 }, onlyLeft: 0, onlyRight: 0 },
        ...{ paired: { better: 10, worse: 0, verdict: 'better' }, difference: { low: 1, high: 1 } },
      },
    ]);
    // Ten of ten fair coins, both sides.
    expect(sets[0]?.paired.pValue).toBeCloseTo(2 / 2 ** 10, 12);
    expect(answers[0]).toMatchObject({ left: 'a', leftRight: false, right: 'right', rightRight: true });
  });

  test('of an adapter with the base that answered beside another one', () => {
    const { sets } = compareSides(side('base', ten(true, false)), side('adapter', ten(false, false)));
    expect(sets[0]).toMatchObject({ paired: { better: 0, worse: 10, verdict: 'worse' } });
  });

  test('of one with itself is no difference', () => {
    const { sets } = compareSides(side('adapter', ten(false, true)), side('adapter', ten(false, true)));
    expect(sets[0]?.paired).toMatchObject({ better: 0, worse: 0, same: 10, pValue: 1, verdict: 'not-enough-evidence' });
  });

  test('counts what only one was asked, and compares none of it', () => {
    const left = [item('phrasings', 'both', true, true), item('phrasings', 'left alone', true, true)];
    const right = [item('phrasings', 'both', true, false), item('new-cases', 'right alone', true, true)];
    const { sets } = compareSides(side('adapter', left), side('adapter', right));
    expect(sets).toMatchObject([
      { kind: 'phrasings', left: { total: 1 }, right: { total: 1 }, onlyLeft: 1, onlyRight: 0, paired: { worse: 1 } },
      { kind: 'new-cases', left: { total: 0 }, onlyLeft: 0, onlyRight: 1 },
    ]);
  });

  test('the same words with another right answer are another question', () => {
    const other = { ...item('phrasings', '1?', true, true), expected: 'changed since' };
    const { sets } = compareSides(side('adapter', [item('phrasings', '1?', true, true)]), side('adapter', [other]));
    expect(sets).toMatchObject([{ left: { total: 0 }, onlyLeft: 1, onlyRight: 1 }]);
  });

  test('leaves out what one of them was trained on, however it is written', () => {
    const [left, right] = [side('adapter', ten(false, false)), side('adapter', ten(false, true), ['３?', '4?'])];
    const { sets, trainedOn } = compareSides(left, right);
    expect(trainedOn).toBe(2);
    expect(sets[0]).toMatchObject({ left: { total: 8 }, paired: { better: 8 } });
  });
});
