/** Rows waste little: padding over lengths as plants have them, short answers and long instructions. */

import { expect, test } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { rowLength, type Sequence } from '../../../native-models/train/batch.ts';
import { packRows, paddingShare } from '../../../native-models/train/examples.ts';

/** Sequences of log-normal length, as texts of people are. */
function texts(random: Random, count: number, median: number, spread: number): readonly Sequence[] {
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
    const ids = Array.from({ length: Math.max(8, Math.round(median * Math.exp(spread * normal))) }, () => 1);
    return { ids, labels: ids };
  });
}

test.each([
  [12, 40, 0.4],
  [24, 40, 0.4],
  [12, 80, 0.4],
  [24, 80, 0.5],
  [48, 80, 0.5],
  [300, 80, 0.6],
])('%s examples of about %s tokens', (count, median, spread) => {
  const random = new Random(7, 'packing', count, median);
  let padding = 0;
  const draws = 50;
  for (let draw = 0; draw < draws; draw++) {
    const sequences = texts(random, count, median, spread);
    const rows = packRows(sequences);
    expect(new Set(rows.flat())).toEqual(new Set(sequences));
    expect(rows.flat().length).toBe(count);
    expect(Math.max(...rows.map(rowLength))).toBeLessThanOrEqual(
      Math.max(512, ...sequences.map(({ ids }) => ids.length)),
    );
    padding += paddingShare(rows) / draws;
  }
  console.info(`padding ${(100 * padding).toFixed(1)} %`);
  expect(padding).toBeLessThan(0.05);
});

test('examples as long as a row each keep their own', () => {
  const sequences = texts(new Random(1, 'long'), 4, 900, 0).map(({ ids }) => ({ ids, labels: ids }));
  expect(packRows(sequences).map((row) => row.length)).toEqual([1, 1, 1, 1]);
});
