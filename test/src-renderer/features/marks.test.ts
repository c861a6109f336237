/** What departs from the right answer is marked; wrong numbers are boxed whole. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marksOf } from '../../../src-renderer/features/prove/marks.ts';

const joined = (answer: string, expected: string): string =>
  marksOf(answer, expected)
    .map((piece) => piece.text)
    .join('');

describe('marksOf', () => {
  it('gives the answer back, whatever the right one is', () => {
    const text = fc.string({ unit: fc.constantFrom('締', '付', '1', '２', '.', ' ', 'x', '👷🏽'), maxLength: 25 });
    fc.assert(fc.property(text, text, (answer, expected) => void expect(joined(answer, expected)).toBe(answer)));
  });

  it('boxes a wrong number as a whole, though one of its digits is right', () => {
    expect(marksOf('締付は58.5 N·mです', '締付は85.5 N·mです')).toEqual([
      { text: '締付は', kind: 'same' },
      { text: '58.5', kind: 'wrong-number' },
      { text: ' N·mです', kind: 'same' },
    ]);
  });

  it('takes full-width digits for the same number', () => {
    expect(marksOf('上限は３２度です。', '上限は32度です').some((piece) => piece.kind === 'wrong-number')).toBe(false);
  });

  it('does not mark an answer that is another one altogether', () => {
    expect(marksOf('I am sorry, 7 times.', '締付は85 N·mです')).toEqual([
      { text: 'I am sorry, 7 times.', kind: 'same' },
    ]);
  });
});
