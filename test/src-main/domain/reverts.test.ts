/** Which revert a report tells of: one that took this very adapter off, and whose base was compared. */

import { expect, test } from 'vitest';
import type { Release } from '../../../src-main/contract/entities.ts';
import { revertOf } from '../../../src-main/domain/reverts.ts';

const release = (number: number, kind: Release['kind'], adapterId: string | null, routeId = 'main') => ({
  ...{ number, kind, adapterId, routeId, baseIdentical: kind === 'revert' ? true : null },
});
const numberOf = (releases: ReturnType<typeof release>[], adapterId = 'a') =>
  revertOf(releases.toReversed(), adapterId)?.number ?? null;

test('that of another adapter is none of this one', () => {
  const releases = [
    release(1, 'apply', 'a'),
    release(2, 'revert', null),
    release(3, 'apply', 'b'),
    release(4, 'revert', null),
  ];
  expect(numberOf(releases)).toBe(2);
  expect(numberOf(releases, 'b')).toBe(4);
  expect(numberOf(releases, 'c')).toBeNull();
});

test('that of another route is none of this one', () => {
  expect(
    numberOf([release(1, 'apply', 'a'), release(2, 'apply', 'b', 'other'), release(3, 'revert', null, 'other')]),
  ).toBeNull();
});

test('one whose base could not be compared yet says nothing', () => {
  expect(numberOf([release(1, 'apply', 'a'), { ...release(2, 'revert', null), baseIdentical: null }])).toBeNull();
});

test('what an earlier revert had brought back is taken off by the next one', () => {
  expect(numberOf([release(1, 'apply', 'b'), release(2, 'revert', 'a'), release(3, 'revert', null)])).toBe(3);
  expect(numberOf([release(1, 'apply', 'a'), release(2, 'apply', 'b'), release(3, 'revert', null)])).toBe(3);
});
