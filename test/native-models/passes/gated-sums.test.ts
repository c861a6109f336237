/** What is added to a product of its own shape is computed with it, and nothing else is. */

import { expect, test } from 'vitest';
import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import { withGatedSums } from '../../../native-models/passes/gated-sums.ts';
import { prune } from '../../../native-models/passes/prune.ts';
import * as op from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { numbers } from '../autodiff/operator-checks.ts';
import { relativeNorm } from '../goldens/golden.ts';

const shapes = { value: [3, 4], addend: [3, 4], column: [3, 1], row: [4], full: [3, 4] };
type Inputs = Readonly<Record<keyof typeof shapes, Value>>;

function built(build: (inputs: Inputs) => Value) {
  const graph = new Graph('sums');
  const inputs = Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, 'float32', shape)]);
  graph.output('result', build(Object.fromEntries(inputs) as Inputs));
  return graph;
}

async function resultOf(graph: Graph): Promise<Float32Array> {
  const session = await openSession(graph, { device: 'cpu' });
  const feeds = Object.entries(shapes).map(([name, shape], index) => [name, numbers(shape, index + 1)]);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.close();
  return floatsOf(outputs['result']);
}

const gated = (graph: Graph): number => graph.nodes.filter(({ operator }) => operator.name === 'GatedAdd').length;

test.each<[string, number, (inputs: Inputs) => Value]>([
  ['a factor for each row', 1, ({ value, addend, column }) => op.add(value, op.multiply(addend, column))],
  ['the product first', 1, ({ value, addend, column }) => op.add(op.multiply(column, addend), value)],
  ['a factor for each number', 1, ({ value, addend, full }) => op.add(value, op.multiply(addend, full))],
  [
    'one in another',
    2,
    ({ value, addend, column, full }) => op.add(op.multiply(op.add(value, op.multiply(addend, full)), column), full),
  ],
  ['a factor for each column', 0, ({ value, addend, row }) => op.add(value, op.multiply(addend, row))],
  ['a sum that is wider than its value', 0, ({ addend, column, full }) => op.add(column, op.multiply(addend, full))],
  [
    'a product that is read twice',
    0,
    ({ value, addend, column }) => {
      const product = op.multiply(addend, column);
      return op.subtract(op.add(value, product), product);
    },
  ],
])('%s', async (_, expected, build) => {
  const graph = built(build);
  const changed = withGatedSums(graph);
  prune(changed);
  expect(gated(changed)).toBe(expected);
  expect(relativeNorm(await resultOf(changed), await resultOf(graph))).toBeLessThan(1e-6);
});
