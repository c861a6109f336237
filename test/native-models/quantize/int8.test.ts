/** Products of 8 bits beside the same products in float64 on the rounded matrix: within their bound, and unbiased backwards. */

import { describe, expect, test } from 'vitest';
import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import { int8Matmul, int8MatmulGradient, transposeMatrix } from '../../../native-models/ops/index.ts';
import { quantizeBlocks, rowFormat } from '../../../native-models/quantize/blocks.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';
import { dequantizeBlocks } from './dequantize.ts';
import { matrixValues } from './matrices.ts';

const [outputs, inputs] = [48, 160];
const blocks = quantizeBlocks(matrixValues(outputs, inputs), outputs, inputs, rowFormat(inputs));
/** (outputs, inputs) */
const weight = dequantizeBlocks(blocks, outputs, inputs, rowFormat(inputs));

type Product = (left: Value, levels: Value, scales: Value) => Value;
const forwards: Product = (left, levels, scales) => int8Matmul(left, transposeMatrix(levels), scales);
const backwards: Product = (gradient, levels, scales) => int8MatmulGradient(gradient, levels, scales);

async function run(product: Product, left: Float32Array, width: number): Promise<Float32Array> {
  const graph = new Graph('product');
  const levels = graph.constant('levels', 'int8', [outputs, inputs], blocks.packed);
  const scales = graph.constant('scales', 'float32', [outputs], blocks.scales);
  graph.output('product', product(graph.input('left', 'float32', ['rows', width]), levels, scales));
  const session = await openSession(graph, { device: 'cpu' });
  try {
    return floatsOf((await session.run({ left: floatTensor(left, [left.length / width, width]) })).product);
  } finally {
    await session.close();
  }
}

/** Rows of numbers whose sizes differ a thousandfold, with one that stands out. */
const uneven = (rows: number, width: number): Float32Array =>
  Float32Array.from({ length: rows * width }, (_, at) => {
    const size = 10 ** -(3 * Math.abs(Math.sin(at * 3.7)));
    return at % width === 5 ? 4 : size * Math.sin((at + 1) * 12.9898);
  });

/** Σ over the summed index of |scale · weight|: what an error of one in every level changes a result by, at most. */
const reach = (summed: number, result: number, weightAt: (result: number, summed: number) => number): number => {
  let sum = 0;
  for (let index = 0; index < summed; index++) sum += Math.abs(weightAt(result, index));
  return sum;
};

interface Side {
  readonly width: number;
  readonly results: number;
  /** What multiplies the left side's element before it is rounded. */
  readonly scaleOf: (summed: number) => number;
  /** What its levels are multiplied by. */
  readonly factorOf: (result: number, summed: number) => number;
}

const forwardSide: Side = {
  width: inputs,
  results: outputs,
  scaleOf: () => 1,
  factorOf: (output, input) => weight[output * inputs + input]!,
};
const backwardSide: Side = {
  width: outputs,
  results: inputs,
  scaleOf: (output) => blocks.scales[output]!,
  factorOf: (input, output) => weight[output * inputs + input]! / blocks.scales[output]!,
};

/** The largest error of a product as a share of what rounding by `levels` levels can do. */
function largestShare(product: Float32Array, left: Float32Array, side: Side, levels: number): number {
  const { width, results, scaleOf, factorOf } = side;
  let largest = 0;
  for (let row = 0; row < left.length / width; row++) {
    const scaled = Array.from({ length: width }, (_, at) => left[row * width + at]! * scaleOf(at));
    const step = Math.max(...scaled.map(Math.abs)) / 127;
    for (let result = 0; result < results; result++) {
      const exact = scaled.reduce((sum, value, at) => sum + value * factorOf(result, at), 0);
      const bound = levels * step * reach(width, result, factorOf);
      largest = Math.max(largest, Math.abs(product[row * results + result]! - exact) / bound);
    }
  }
  return largest;
}

describe('products of 8 bits', () => {
  test.each([
    ['forwards', forwards, forwardSide, 0.5],
    ['backwards', backwards, backwardSide, 1],
  ] as const)('%s: no result is further off than its rounding allows', async (name, product, side, levels) => {
    const left = uneven(40, side.width);
    const share = largestShare(await run(product, left, side.width), left, side, levels);
    console.info(`${name}: at most ${(100 * share).toFixed(1)} % of the bound`);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
  });

  test('a gradient far below the largest of its row counts on average, though it is less than half a level', async () => {
    const rows = 2048;
    const small = 1 / 600;
    const gradient = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let output = 0; output < outputs; output++)
        gradient[row * outputs + output] = small / blocks.scales[output]!;
      gradient[row * outputs] = 1 / blocks.scales[0]!;
    }
    const product = await run(backwards, gradient, outputs);
    let [difference, size] = [0, 0];
    for (let input = 0; input < inputs; input++) {
      let mean = 0;
      for (let row = 0; row < rows; row++) mean += product[row * inputs + input]! / rows;
      let exact = 0;
      for (let output = 1; output < outputs; output++) exact += small * backwardSide.factorOf(input, output);
      difference += (mean - backwardSide.factorOf(input, 0) - exact) ** 2;
      size += exact ** 2;
    }
    const error = Math.sqrt(difference / size);
    console.info(`mean of small gradients: ${(100 * error).toFixed(1)} % off`);
    expect(error).toBeLessThan(0.05);
  });
});
