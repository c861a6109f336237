/** Matrices in blocks: rounding error, and that onnxruntime reads the layout as it was meant. */

import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/graph/graph.ts';
import { blockMatmul, blockRows } from '../../../native-models/ops/index.ts';
import { type BlockFormat, blocksOf, quantizeBlocks, transposed } from '../../../native-models/quantize/blocks.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor, integerTensor } from '../../../native-models/runtime/tensor.ts';
import { dequantizeBlocks } from './dequantize.ts';

const formats: readonly BlockFormat[] = [
  { bits: 4, blockSize: 32 },
  { bits: 4, blockSize: 128 },
  { bits: 8, blockSize: 32 },
  { bits: 8, blockSize: 128 },
];
const title = ({ bits, blockSize }: BlockFormat): string => `${bits} bits, blocks of ${blockSize}`;

function noise(count: number, seed: number): Float32Array {
  const random = new Random(seed, 'blocks');
  return Float32Array.from({ length: count }, () => random.fraction() - 0.5);
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);

describe.each(formats.map((format) => [title(format), format] as const))('%s', (_, format) => {
  const [rows, columns] = [40, 256];
  const values = noise(rows * columns, 1);

  test('no weight is further than one step from what it was, the largest of a block is exact', () => {
    const blocks = quantizeBlocks(values, rows, columns, format);
    const back = dequantizeBlocks(blocks, rows, columns, format);
    const step = 0.5 / 2 ** (format.bits - 1);
    expect(largestDifference(values, back)).toBeLessThanOrEqual(step);
    for (let block = 0; block < rows * blocksOf(columns, format); block++) {
      const part = values.subarray(block * format.blockSize, (block + 1) * format.blockSize);
      const at = part.reduce((best, value, index) => (Math.abs(value) > Math.abs(part[best]!) ? index : best), 0);
      expect(back[block * format.blockSize + at]).toBeCloseTo(part[at]!, 6);
    }
  });

  test.each([256, 200])('MatMulNBits multiplies by the rounded matrix, %i columns', async (columns) => {
    const values = noise(rows * columns, 2);
    const blocks = quantizeBlocks(values, rows, columns, format);
    const graph = new Graph('product');
    const left = graph.input('left', 'float32', ['rows', columns]);
    const matrix = {
      packed: (...shape: readonly number[]) => graph.constant('packed', 'uint8', shape, blocks.packed),
      scales: graph.constant('scales', 'float32', [rows, blocksOf(columns, format)], blocks.scales),
      rows,
      columns,
      ...format,
    };
    const bias = noise(rows, 3);
    graph.output('product', blockMatmul(left, matrix, graph.constant('bias', 'float32', [rows], bias)));
    const session = await openSession(graph, { device: 'cpu' });
    const input = noise(3 * columns, 4);
    const product = floatsOf((await session.run({ left: floatTensor(input, [3, columns]) })).product);
    await session.close();
    const back = dequantizeBlocks(blocks, rows, columns, format);
    const expected = Float32Array.from({ length: 3 * rows }, (_, at) => {
      let sum = bias[at % rows]!;
      for (let k = 0; k < columns; k++)
        sum += input[Math.floor(at / rows) * columns + k]! * back[(at % rows) * columns + k]!;
      return sum;
    });
    // The left side is rounded to 8 bits.
    expect(largestDifference(product, expected)).toBeLessThan(0.03);
  });

  test('GatherBlockQuantized gives the rounded rows', async () => {
    const blocks = quantizeBlocks(values, rows, columns, format);
    const graph = new Graph('rows');
    const ids = graph.input('ids', 'int64', ['ids']);
    const matrix = {
      packed: (...shape: readonly number[]) => graph.constant('packed', 'uint8', shape, blocks.packed),
      scales: graph.constant('scales', 'float32', [rows, blocksOf(columns, format)], blocks.scales),
      rows,
      columns,
      ...format,
    };
    graph.output('rows', blockRows(matrix, ids));
    const session = await openSession(graph, { device: 'cpu' });
    const found = floatsOf((await session.run({ ids: integerTensor([7, 0, 39], [3]) })).rows);
    await session.close();
    const back = dequantizeBlocks(blocks, rows, columns, format);
    const expected = [7, 0, 39].flatMap((row) => Array.from(back.subarray(row * columns, (row + 1) * columns)));
    expect(largestDifference(found, Float32Array.from(expected))).toBeLessThan(1e-7);
  });
});

test('a block of zeros stays zero', () => {
  const format = { bits: 4, blockSize: 32 } as const;
  const blocks = quantizeBlocks(new Float32Array(32), 1, 32, format);
  expect(dequantizeBlocks(blocks, 1, 32, format).every((value) => value === 0)).toBe(true);
});

test('transposing twice gives the matrix back', () => {
  const values = noise(15, 5);
  expect(transposed(values, 3, 5)[1]).toBe(values[5]);
  expect(transposed(transposed(values, 3, 5), 5, 3)).toEqual(values);
});
