/** What an edit changed: nothing that stayed, everything that did not. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesBetween } from '../../../src-main/domain/changes.ts';

test('only what differs, with what it said before and after', () => {
  const before = { name: 'a', target: 0.8, inner: { right: 1, answers: 2 }, list: ['x', 'y'] };
  expect(changesBetween(before, { ...before, target: 0.9, inner: { right: 2, answers: 2 }, list: ['x'] })).toEqual([
    { field: 'target', before: 0.8, after: 0.9 },
    { field: 'inner.right', before: 1, after: 2 },
    { field: 'list', before: 'x, y', after: 'x' },
  ]);
});

test('what was not there before, or is gone, is null', () => {
  expect(changesBetween(null, { name: 'a', off: null })).toEqual([{ field: 'name', before: null, after: 'a' }]);
  expect(changesBetween({ inner: { n: 1 } }, { inner: null })).toEqual([{ field: 'inner.n', before: 1, after: null }]);
});

test('a thing does not differ from itself, and going back says the same the other way round', () => {
  const thing = fc.record({ a: fc.string(), b: fc.double({ noNaN: true }), c: fc.record({ d: fc.boolean() }) });
  fc.assert(
    fc.property(thing, thing, (one, other) => {
      expect(changesBetween(one, one)).toEqual([]);
      const there = changesBetween(one, other);
      expect(changesBetween(other, one)).toEqual(
        there.map(({ field, before, after }) => ({ field, before: after, after: before })),
      );
    }),
  );
});
