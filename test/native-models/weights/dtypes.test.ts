import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bf16ToFloat,
  decodeFloats,
  encodeFloats,
  f16ToFloat,
  floatToBf16,
  floatToF16,
} from '../../../native-models/weights/dtypes.ts';

const halves = Array.from({ length: 65_536 }, (_, half) => half);

describe.each([
  ['BF16', bf16ToFloat, floatToBf16],
  ['F16', f16ToFloat, floatToF16],
] as const)('%s', (dtype, widen, narrow) => {
  test('every one of the 65,536 values survives the way to 32 bits and back', () => {
    for (const half of halves) {
      const value = widen(half);
      if (Number.isNaN(value)) expect(widen(narrow(value))).toBeNaN();
      else if (narrow(value) !== half) throw new Error(`${half} became ${narrow(value)}`);
    }
  });

  test('rounds to the nearer neighbour, and to the even one when both are equally near', () => {
    const finite = halves.filter((half) => half < 0x7fff && Number.isFinite(widen(half + 1)));
    for (const lower of finite) {
      const [below, above] = [widen(lower), widen(lower + 1)];
      const middle = (below + above) / 2;
      const even = lower % 2 === 0 ? lower : lower + 1;
      const results = [narrow(middle), narrow(-middle), narrow(below + (middle - below) * 0.99)];
      if (results[0] !== even || results[1] !== (even | 0x8000) || results[2] !== lower)
        throw new Error(`${lower}: ${results.join(' ')}`);
    }
  });

  test('whole arrays convert from unaligned bytes too', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true })), fc.nat(3), (numbers, shift) => {
        const encoded = encodeFloats(Float32Array.from(numbers), dtype);
        const shifted = new Uint8Array(encoded.byteLength + shift);
        shifted.set(encoded, shift);
        const decoded = new Float32Array(numbers.length);
        decodeFloats(shifted.subarray(shift), dtype, decoded);
        expect(decoded).toEqual(Float32Array.from(numbers, (number) => widen(narrow(number))));
      }),
    );
  });
});

test('f16 agrees with the language', () => {
  const view = new DataView(new ArrayBuffer(2));
  if (!('setFloat16' in view)) return;
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      (view as unknown as { setFloat16(at: number, value: number): void }).setFloat16(0, value);
      expect(floatToF16(value)).toBe(view.getUint16(0));
    }),
    { numRuns: 2000 },
  );
});

test('values beyond the largest half become infinite', () => {
  expect(f16ToFloat(floatToF16(65_519))).toBe(65_504);
  expect(f16ToFloat(floatToF16(65_520))).toBe(Infinity);
  expect(bf16ToFloat(floatToBf16(-3.4e38))).toBe(-Infinity);
});
