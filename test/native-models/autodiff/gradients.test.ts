/** What differentiation refuses, and what it leaves alone. */

import { expect, test } from 'vitest';
import { gradients } from '../../../native-models/autodiff/gradients.ts';
import { Graph } from '../../../native-models/graph/graph.ts';
import * as op from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';

test('what is marked constant passes nothing back', async () => {
  const graph = new Graph('constant');
  const x = graph.input('x', 'float32', [2]);
  const [gradient] = gradients(op.sumAll(op.multiply(x, op.constant(x))), [x]);
  graph.output('gradient', gradient!);
  const session = await openSession(graph, { device: 'cpu' });
  const outputs = await session.run({ x: floatTensor(Float32Array.of(3, -5), [2]) });
  await session.close();
  // d(x·x)/dx would be 2x.
  expect([...floatsOf(outputs['gradient'])]).toEqual([3, -5]);
});

test('an operator without a rule is named', () => {
  const graph = new Graph('floor');
  const x = graph.input('x', 'float32', [2]);
  expect(() => gradients(op.sumAll(op.floor(x)), [x])).toThrow('Floor has no gradient rule');
});

test('a parameter that the loss does not use is named', () => {
  const graph = new Graph('unused');
  const [x, y] = [graph.input('x', 'float32', [2]), graph.input('y', 'float32', [2])];
  expect(() => gradients(op.sumAll(x), [x, y])).toThrow('does not depend on y');
});

test('only a scalar is differentiated', () => {
  const graph = new Graph('vector');
  const x = graph.input('x', 'float32', [2]);
  expect(() => gradients(op.add(x, x), [x])).toThrow('must be a scalar, not [2]');
});

test('frozen operands cost no product', () => {
  const graph = new Graph('frozen');
  const [x, weight] = [graph.input('x', 'float32', [3, 4]), graph.input('weight', 'float32', [5, 4])];
  gradients(op.sumAll(op.gemm(x, weight, { transposeRight: true })), [x]);
  expect(graph.nodes.filter(({ operator }) => operator === op.operators.Gemm).length).toBe(2);
});
