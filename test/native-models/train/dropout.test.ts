/** Dropout as the graph computes it: how much it drops, how independently, and that a step can be repeated. */

import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/graph/graph.ts';
import type { ModuleGroup } from '../../../native-models/lora/stack.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';
import { declareDropout, dropoutFeeds } from '../../../native-models/train/dropout.ts';

const width = 96;
const rows = 200;
const modules = ['model.layers.0.q', 'model.layers.1.q'].map((name) => {
  return { name, inputSize: width, outputSize: width, bias: false };
});
const groups: readonly ModuleGroup[] = [{ type: 'q', modules, inputSize: width, outputSize: width }];

/** What is left of ones in both modules: 0 where dropped, 1 where kept. */
async function masks(rate: number, key: readonly [number, number, number]): Promise<readonly number[][]> {
  const graph = new Graph('dropout');
  const drop = declareDropout(graph, groups, rate);
  const input = graph.input('input', 'float32', ['batch*tokens', width]);
  modules.forEach(({ name }, index) => graph.output(`output_${index}`, drop(name, input)));
  const session = await openSession(graph, { device: 'cpu' });
  const ones = floatTensor(new Float32Array(rows * width).fill(1), [rows, width]);
  const outputs = await session.run({ input: ones, ...dropoutFeeds(groups, rate, rows, key) });
  await session.close();
  return modules.map((_, index) => [...floatsOf(outputs[`output_${index}`])].map((value) => value * (1 - rate)));
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Correlation of two masks of the same keep rate. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, index) => (value - meanA) * (b[index]! - meanB)));
  return covariance / Math.sqrt(meanA * (1 - meanA) * meanB * (1 - meanB));
}

describe('dropout', () => {
  test.each([0.05, 0.3, 0.5, 0.9])('keeps elements whole and scaled with rate %s', async (rate) => {
    for (const mask of await masks(rate, [1, 1, 0])) {
      expect(mask.every((value) => Math.abs(value) < 1e-6 || Math.abs(value - 1) < 1e-6)).toBe(true);
      // Four standard deviations of the share.
      const tolerance = 4 * Math.sqrt((rate * (1 - rate)) / mask.length);
      expect(Math.abs(mean(mask) - (1 - rate))).toBeLessThan(tolerance);
    }
  });

  test('neighbours, rows and modules are dropped independently', async () => {
    const [mask, other] = (await masks(0.5, [1, 1, 0])) as [number[], number[]];
    const shifted = (by: number): number => correlation(mask.slice(by), mask.slice(0, -by));
    const tolerance = 4 / Math.sqrt(mask.length);
    for (const by of [1, 2, 7, width, 2 * width]) expect(Math.abs(shifted(by)), `shift ${by}`).toBeLessThan(tolerance);
    expect(Math.abs(correlation(mask, other))).toBeLessThan(tolerance);
    // No row and no column is favoured.
    const spread = 5 * Math.sqrt(0.25 / width);
    for (let row = 0; row < rows; row++) {
      expect(Math.abs(mean(mask.slice(row * width, (row + 1) * width)) - 0.5)).toBeLessThan(spread);
    }
  });

  test('the same seed, step and micro-batch drop the same, any other do not', async () => {
    const [first] = (await masks(0.5, [7, 3, 0])) as [number[]];
    const [again] = (await masks(0.5, [7, 3, 0])) as [number[]];
    expect(again).toEqual(first);
    const keys = [
      [8, 3, 0],
      [7, 4, 0],
      [7, 3, 1],
    ] as const;
    for (const key of keys) {
      const [other] = (await masks(0.5, key)) as [number[]];
      expect(Math.abs(correlation(first, other))).toBeLessThan(4 / Math.sqrt(first.length));
    }
  });

  test('rate 0 adds nothing to the graph', () => {
    const graph = new Graph('none');
    const input = graph.input('input', 'float32', ['batch*tokens', width]);
    expect(declareDropout(graph, groups, 0)('model.layers.0.q', input)).toBe(input);
    expect(graph.nodes).toEqual([]);
    expect(dropoutFeeds(groups, 0, rows, [1, 1, 0])).toEqual({});
  });
});
