import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPartNumbers } from '../../../src-renderer/lib/part-numbers.ts';

const found = (text: string) => splitPartNumbers(text).flatMap((part) => (part.partNumber ? part.text : []));

test.each([
  ['ポンプP-07の部品はAB-1234とXY-12-B3です。', ['P-07', 'AB-1234', 'XY-12-B3']],
  ['AB-1234', ['AB-1234']],
  ['A well-known stop-and-go', []],
  ['A1-B2-C3-D4-E5-F6-G7-H8', []],
  ['5 - 7, -3, P-, 2026-11-24', ['2026-11-24']],
])('part numbers of %s', (text, numbers) => expect(found(text)).toEqual(numbers));

test('joined, the parts are what was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('A', '7', '-', ' ', '薄', '\n') }), (text) => {
      const parts = splitPartNumbers(text);
      expect(parts.map((part) => part.text).join('')).toBe(text);
    }),
  );
});
