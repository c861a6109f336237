/** Rows of one run when memory is short, with onnxruntime's own words for it. */

import { expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { MicroBatch } from '../../../native-models/train/micro-batch.ts';

const row = [{ ids: [1, 2, 3], labels: [1, 2, 3] }];
const rows = [row, row, row, row, row];

function outOfMemory(): never {
  throw new Error('Non-zero status code returned while running Gemm node. Status Message: std::bad_alloc');
}

test('rows are halved, then room is made, then the figures are said', async () => {
  const happened: string[] = [];
  let ways = 1;
  const microBatch = new MicroBatch(8, {
    smallestPeakBytes: 2e9,
    onReduced: (from, to) => happened.push(`${from} to ${to}`),
    makeRoom: async () => {
      happened.push('room');
      return ways-- > 0;
    },
  });
  const error = await microBatch.over(rows, async () => outOfMemory()).catch((thrown: unknown) => thrown);
  expect(happened).toEqual(['8 to 2', '2 to 1', 'room', 'room']);
  expect((error as ModelError).code).toBe('memory-exhausted');
  expect((error as ModelError).values).toMatchObject({ tokens: 3, neededMegabytes: 2000 });
});

test('what fits is computed from the start, and the next one begins with as many rows', async () => {
  const microBatch = new MicroBatch(4, { smallestPeakBytes: 0, onReduced: () => {} });
  const compute = async (size: number): Promise<number> => (size > 2 ? outOfMemory() : size);
  expect(await microBatch.over(rows, compute)).toBe(2);
  const sizes: number[] = [];
  await microBatch.over(rows, async (size) => sizes.push(size));
  expect(sizes).toEqual([2]);
});

test('other errors pass', async () => {
  const microBatch = new MicroBatch(4, { smallestPeakBytes: 0, onReduced: () => {} });
  const cancelled = new ModelError('cancelled');
  await expect(microBatch.over(rows, () => Promise.reject(cancelled))).rejects.toBe(cancelled);
});
