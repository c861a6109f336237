/** What onnxruntime's arena takes for values, beside what was measured. */

import { expect, test } from 'vitest';
import { arenaBytes } from '../../../native-models/memory/session.ts';

const mebibyte = 2 ** 20;

test('little more than what lives, and never more than the regions that hold it', () => {
  expect(arenaBytes(100 * mebibyte)).toBe(120 * mebibyte);
  expect(arenaBytes(120 * mebibyte)).toBe(128 * mebibyte);
  expect(arenaBytes(1600 * mebibyte)).toBe(1920 * mebibyte);
});

test('from 2 GiB on whole regions of 1 GiB, the gaps included', () => {
  expect(arenaBytes(2100 * mebibyte)).toBe(3072 * mebibyte);
  // Qwen2.5-0.5B's shape, 4×256 tokens: 3,221 MB were taken with a base in float32, 4,295 in 8 and in 4 bits.
  expect(arenaBytes(3011e6)).toBe(3072 * mebibyte);
  expect(arenaBytes(3168e6)).toBe(4096 * mebibyte);
});

test('more lives, more is taken', () => {
  const taken = Array.from({ length: 600 }, (_, index) => arenaBytes(10 * index * mebibyte));
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
});
