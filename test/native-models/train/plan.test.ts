/** How many steps a plan measures: all where they are quick, two that agree where they are slow. */

import { expect, test } from 'vitest';
import { isEnough } from '../../../native-models/train/plan.ts';

test('quick steps are all measured, slow ones until two agree, and nobody waits longer than the limit', () => {
  expect(isEnough([1, 1, 1, 1], 3_000)).toBe(false);
  expect(isEnough([], 60_000)).toBe(false);
  expect(isEnough([2, 1], 5_000)).toBe(false);
  expect(isEnough([2, 1, 1.05], 6_000)).toBe(true);
  expect(isEnough([2, 1], 21_000)).toBe(true);
});
