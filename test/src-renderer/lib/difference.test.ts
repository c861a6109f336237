/** Differences by visible character: nothing lost, nothing invented, least marked. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../../src-renderer/lib/difference.ts';
import type { Piece } from '../../../src-renderer/lib/difference.ts';

const joined = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');
const kept = (pieces: readonly Piece[]): string => joined(pieces.filter((piece) => !piece.changed));
const text = fc.string({ unit: fc.constantFrom('a', 'b', '弁', '締', '5', 'が', '👷🏽', '㍑', ' '), maxLength: 30 });

describe('difference', () => {
  it('gives both texts back', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        const both = difference(left, right);
        expect(joined(both.left)).toBe(left);
        expect(joined(both.right)).toBe(right);
      }),
    );
  });

  it('keeps the same characters on both sides', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        const both = difference(left, right);
        expect(kept(both.left)).toBe(kept(both.right));
      }),
    );
  });

  it('marks nothing in equal texts', () => {
    fc.assert(fc.property(text, (same) => void expect(kept(difference(same, same).left)).toBe(same)));
  });

  it('marks the one digit that differs', () => {
    expect(difference('締付は85 N·m', '締付は35 N·m').left).toEqual([
      { text: '締付は', changed: false },
      { text: '8', changed: true },
      { text: '5 N·m', changed: false },
    ]);
  });

  it('never cuts a character that people see as one', () => {
    expect(difference('👷🏽', '👷🏻').left).toEqual([{ text: '👷🏽', changed: true }]);
  });

  it('does not try to compare texts that would make the page wait', () => {
    const long = 'あ'.repeat(3000);
    expect(difference(long, `${long}い`).left).toEqual([{ text: long, changed: true }]);
  });
});
