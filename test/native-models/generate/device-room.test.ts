/** How much of a graphics card's memory texts may take. */

import { expect, test } from 'vitest';
import { deviceRowBytes } from '../../../native-models/generate/device-room.ts';

const card = (memoryBytes: number | null) => ({ memoryBytes });
const gib = 2 ** 30;

test('all that texts ever take is a quarter of the card, also while they join and others are remembered', () => {
  expect(3.5 * deviceRowBytes([card(4 * gib)])).toBeCloseTo(gib, 0);
  expect(3.5 * deviceRowBytes([card(24 * gib)])).toBeCloseTo(6 * gib, 0);
});

test('of several cards the smallest may compute', () => {
  expect(deviceRowBytes([card(24 * gib), card(gib)])).toBe(deviceRowBytes([card(gib)]));
});

test('where nobody tells how much a card has, it is taken for a small one', () => {
  expect(3.5 * deviceRowBytes([])).toBeCloseTo(0.5 * gib, 0);
  expect(deviceRowBytes([card(null)])).toBe(deviceRowBytes([]));
  expect(deviceRowBytes([card(24 * gib), card(null)])).toBe(deviceRowBytes([]));
  expect(deviceRowBytes([card(gib), card(null)])).toBe(deviceRowBytes([card(gib)]));
});
