/** Rows are picked before what computes them one by one, and not before what mixes them. */

import { describe, expect, test } from 'vitest';
import { pullback } from '../../../native-models/autodiff/gradients.ts';
import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import { gatherEarly } from '../../../native-models/passes/gather-early.ts';
import { prune } from '../../../native-models/passes/prune.ts';
import * as op from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, integerTensor } from '../../../native-models/runtime/tensor.ts';
import { relativeNorm } from '../goldens/golden.ts';
import { numbers } from '../autodiff/operator-checks.ts';
import { printGraph } from '../graph/print.ts';

interface Inputs {
  readonly graph: Graph;
  readonly x: Value;
  readonly weight: Value;
  readonly indices: Value;
}

function inputs(): Inputs {
  const graph = new Graph('gather');
  return {
    graph,
    x: graph.input('x', 'float32', ['rows', 4]),
    weight: graph.input('weight', 'float32', [3, 4]),
    indices: graph.input('indices', 'int64', ['picked']),
  };
}

function printed({ graph }: Inputs, result: Value): readonly string[] {
  graph.output('result', result);
  prune(graph);
  return printGraph(graph);
}

test('a product and what is added to it are computed for picked rows alone', () => {
  const given = inputs();
  const { x, weight, indices } = given;
  const product = op.gemm(x, weight, { transposeRight: true });
  expect(printed(given, gatherEarly(op.add(product, op.negate(product)), indices))).toEqual([
    'Gather(x, indices) -> [picked, 4]',
    'Gemm(%0, weight) -> [picked, 3]',
    'Neg(%1) -> [picked, 3]',
    'Add(%1, %2) -> [picked, 3]',
  ]);
});

test('what mixes rows is left as it is', () => {
  const given = inputs();
  const { x, indices } = given;
  const sums = op.reduceSum(x, [0], true);
  expect(printed(given, gatherEarly(op.multiply(x, op.softmax(sums)), indices))).toEqual([
    'ReduceSum(x, integers_0) -> [1, 4]',
    'Softmax(%0) -> [1, 4]',
    'Gather(x, indices) -> [picked, 4]',
    'Mul(%2, %1) -> [picked, 4]',
  ]);
});

test('what something else needs whole is not computed twice', () => {
  const given = inputs();
  const { graph, x, weight, indices } = given;
  const product = op.gemm(x, weight, { transposeRight: true });
  graph.output('all', op.sumAll(product));
  expect(printed(given, gatherEarly(op.negate(product), indices))).toEqual([
    'Gemm(x, weight) -> [rows, 3]',
    'ReduceSum(%0, integers_0_1) -> []',
    'Gather(%0, indices) -> [picked, 3]',
    'Neg(%2) -> [picked, 3]',
  ]);
});

test('an output stays whole', () => {
  const given = inputs();
  const { graph, x, indices } = given;
  const negative = op.negate(x);
  graph.output('all', negative);
  expect(printed(given, gatherEarly(negative, indices))).toEqual([
    'Neg(x) -> [rows, 4]',
    'Gather(%0, indices) -> [picked, 4]',
  ]);
});

describe('values and gradients are those of picking late', () => {
  const layers: Readonly<Record<string, (inputs: Inputs) => Value>> = {
    'norm and product': ({ x, weight, graph }) =>
      op.gemm(
        op.rmsNormalization(x, graph.constant('ones', 'float32', [4], new Float32Array(4).fill(1.5)), 1e-6),
        weight,
        {
          transposeRight: true,
        },
      ),
    'split and gate': ({ x }) => {
      const [left, right] = op.split(op.multiply(x, x), 1, [2, 2]) as [Value, Value];
      return op.multiply(op.silu(left), right);
    },
    'mean of each row': ({ x }) => op.subtract(x, op.reduceMean(x, [-1], true)),
  };
  test.each(Object.entries(layers))('%s', async (_, layer) => {
    const feeds = { x: numbers([5, 4]), weight: numbers([3, 4], 2), indices: integerTensor([4, 0, 4], [3]) };
    const run = async (gather: (value: Value, indices: Value) => Value) => {
      const given = inputs();
      const { graph, x, indices } = given;
      const result = gather(layer(given), indices);
      graph.output('result', result);
      graph.output('gradient', pullback(new Map([[result, result]]), [x])[0]!);
      prune(graph);
      const session = await openSession(graph, { device: 'cpu' });
      const outputs = await session.run(feeds);
      await session.close();
      return ['result', 'gradient'].map((name) => floatsOf(outputs[name]));
    };
    const [early, late] = [await run(gatherEarly), await run(op.gatherRows)];
    const difference = Math.max(...early.map((values, index) => relativeNorm(values, late[index]!)));
    console.info(`largest difference ${difference.toExponential(1)}`);
    expect(difference).toBeLessThan(1e-6);
  });
});
