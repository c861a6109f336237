/** Which two are compared first, and which rows of the history were asked the same. */

import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src-main/contract/index.ts';
import { firstToCompare, questionLists, sideOfKey } from '../../../src-renderer/features/prove/compare.ts';

const evaluation = (id: string, adapterId: string, hash?: string): Evaluation =>
  ({
    ...{ id, adapterId, precision: 'f32', state: 'completed', createdAt: id },
    sets: hash === undefined ? [] : [{ kind: 'phrasings', hash }],
  }) as unknown as Evaluation;

describe('what the shown one is held against', () => {
  const all = [evaluation('3', 'c'), evaluation('2', 'b'), evaluation('1', 'a')];
  it.each([
    ['the adapter in service', { adapterId: 'a', precision: 'f32' as const }, '1'],
    ['the one before, where it serves itself', { adapterId: 'c', precision: 'f32' as const }, '2'],
    [
      'the one before, where the other was proven in another precision',
      { adapterId: 'a', precision: 'int4' as const },
      '2',
    ],
    ['the one before, where none serves', null, '2'],
  ])('%s', (_, release, expected) => {
    expect(firstToCompare(all, all[0]!, release)).toEqual({ evaluationId: expected, who: 'adapter' });
  });

  it('nothing, where there is nothing else but the same once more', () => {
    expect(firstToCompare([evaluation('4', 'c'), all[0]!], all[0]!, null)).toBeUndefined();
    expect(sideOfKey('x someone')).toBeUndefined();
  });
});

it('rows that were asked the same have the same letter; what was kept without a hash is like no other', () => {
  const lists = questionLists([
    ...[evaluation('6', 'x', 'first'), evaluation('5', 'x'), evaluation('4', 'x', '')],
    ...[evaluation('3', 'x', ''), evaluation('2', 'x', 'second'), evaluation('1', 'x', 'first')],
  ]);
  expect([...lists]).toEqual([...Object.entries({ 1: 'A', 2: 'B', 3: 'C', 4: 'D', 6: 'A' })]);
});
