/** Readiness names duplicates, contradictions and texts that do not fit, and says which of them block. */

import { describe, expect, test } from 'vitest';
import type { Example, ExampleMeasure, ExampleSplit } from '../../../src-main/contract/entities.ts';
import { ExampleIndex } from '../../../src-main/domain/example-index.ts';
import { toItsEnd } from '../../../src-main/domain/to-its-end.ts';

let counter = 0;
const example = (question: string, answer: string, split: ExampleSplit = 'auto', category = ''): Example => ({
  id: `e${(counter += 1)}`,
  question,
  answer,
  category,
  split,
  createdBy: 'tester',
  createdAt: '',
  updatedAt: '',
});
function assessReadiness(examples: readonly Example[], measures: readonly ExampleMeasure[], limit: number) {
  const index = new ExampleIndex<Example>();
  for (const each of examples) index.put(each);
  toItsEnd(index.decide());
  index.measured(examples, measures, limit);
  return index.readiness();
}

const plenty = () => Array.from({ length: 30 }, (_, n) => example(`q${n}`, `a${n}`, 'auto', n < 20 ? '油' : '警報'));

describe('readiness', () => {
  test('counts splits and categories', () => {
    const readiness = assessReadiness(plenty(), [], 100);
    expect(readiness).toMatchObject({ total: 30, train: 24, heldOut: 6, regression: 0, canFreeze: true, findings: [] });
    expect(readiness.byCategory).toEqual([
      { category: '油', count: 20 },
      { category: '警報', count: 10 },
    ]);
  });

  test('needs enough on both sides', () => {
    expect(assessReadiness(plenty().slice(0, 10), [], 100).canFreeze).toBe(false);
    expect(assessReadiness([], [], 100)).toMatchObject({ total: 0, canFreeze: false });
  });

  test('half and full width are the same question; equal answers only count double', () => {
    const twice = [example('Ｅ－１０７とは?', 'ガイド高さ'), example('E-107とは？', 'ガイド高さ ')];
    const { findings, canFreeze } = assessReadiness([...plenty(), ...twice], [], 100);
    expect(findings).toMatchObject([{ kind: 'duplicate', blocking: false, exampleIds: twice.map(({ id }) => id) }]);
    expect(canFreeze).toBe(true);
  });

  test('different answers to one question block', () => {
    const two = [example('Torque of M8?', '25 N·m'), example('torque of M8', '28 N·m')];
    const { findings, canFreeze } = assessReadiness([...plenty(), ...two], [], 100);
    expect(findings).toMatchObject([{ kind: 'contradiction', blocking: true, values: { answers: 2 } }]);
    expect(canFreeze).toBe(false);
  });

  test('a question put on both sides by hand blocks, because the check would be a memory test', () => {
    const both = [example('same?', 'yes', 'train'), example('same?', 'yes', 'heldOut')];
    expect(assessReadiness([...plenty(), ...both], [], 100).findings).toMatchObject([
      { kind: 'duplicate', blocking: true },
    ]);
  });

  test('what does not fit or has nothing to learn blocks and is named', () => {
    const list = plenty();
    const measures = [
      { id: list[0]!.id, tokens: 130, answerTokens: 9, tooLong: true },
      { id: list[1]!.id, tokens: 10, answerTokens: 0, tooLong: false },
      { id: list[2]!.id, tokens: 10, answerTokens: 4, tooLong: false },
    ];
    const { findings, canFreeze } = assessReadiness(list, measures, 100);
    expect(findings).toMatchObject([
      { kind: 'too-long', exampleIds: [list[0]!.id], values: { tokens: 130, limit: 100, excess: 30 } },
      { kind: 'nothing-to-learn', exampleIds: [list[1]!.id] },
    ]);
    expect(canFreeze).toBe(false);
  });
});
