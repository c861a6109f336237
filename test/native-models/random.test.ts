import { expect, test } from 'vitest';
import { Random } from '../../native-models/random.ts';

test('a weight is drawn as often as it is large, and none where all are 0', () => {
  const random = new Random(1, 'weights');
  const drawn = Array.from({ length: 8000 }, () => random.weighted([1, 0, 3]));
  const often = [0, 1, 2].map((place) => drawn.filter((each) => each === place).length);
  expect(often[1]).toBe(0);
  // Three standard deviations of 8,000 draws of one quarter.
  expect(Math.abs(often[0]! - 2000)).toBeLessThan(3 * Math.sqrt(8000 * 0.25 * 0.75));
  expect(random.weighted([0, 0])).toBe(-1);
  expect(random.weighted([])).toBe(-1);
});
