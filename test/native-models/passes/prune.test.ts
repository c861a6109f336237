import { expect, test } from 'vitest';
import { pullback } from '../../../native-models/autodiff/gradients.ts';
import { Graph } from '../../../native-models/graph/graph.ts';
import * as op from '../../../native-models/ops/index.ts';
import { prune } from '../../../native-models/passes/prune.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { numbers } from '../autodiff/operator-checks.ts';
import { printGraph } from '../graph/print.ts';

function build(): { readonly graph: Graph; readonly used: string } {
  const graph = new Graph('prune');
  const x = graph.input('x', 'float32', [2]);
  op.multiply(x, graph.constant('left', 'float32', [2], Float32Array.of(1, 2)));
  graph.output('y', op.add(x, graph.constant('right', 'float32', [2], Float32Array.of(3, 4))));
  return { graph, used: 'Add(x, right) -> [2]' };
}

test('what no output needs goes, with its initializers', () => {
  const { graph, used } = build();
  expect(printGraph(graph)).toEqual(['Mul(x, left) -> [2]', used]);
  prune(graph);
  expect(printGraph(graph)).toEqual([used]);
  expect([...graph.constants.keys()].map(({ name }) => name)).toEqual(['right']);
});

test('what outputs need stays', () => {
  const { graph } = build();
  graph.output('z', graph.nodes[0]!.outputs[0]!);
  const before = printGraph(graph);
  prune(graph);
  expect(printGraph(graph)).toEqual(before);
  expect(graph.constants.size).toBe(2);
});

test('a gradient is the same, bit for bit, and its graph shorter', async () => {
  const feeds = { x: numbers([3, 4]), weight: numbers([2, 4], 2) };
  const run = async (pass: (graph: Graph) => void) => {
    const graph = new Graph('gradient');
    const x = graph.input('x', 'float32', [3, 4]);
    const weight = graph.input('weight', 'float32', [2, 4]);
    op.silu(op.gemm(x, op.negate(weight), { transposeRight: true }));
    const result = op.softmax(op.multiply(op.gemm(x, weight, { transposeRight: true }), graph.scalar(2)));
    graph.output('gradient', pullback(new Map([[result, result]]), [weight])[0]!);
    pass(graph);
    const session = await openSession(graph, { device: 'cpu' });
    const { gradient } = await session.run(feeds);
    await session.close();
    return { nodes: graph.nodes.length, gradient: floatsOf(gradient) };
  };
  const [pruned, whole] = [await run(prune), await run(() => {})];
  expect(pruned.gradient).toEqual(whole.gradient);
  expect(pruned.gradient.some((value) => value !== 0)).toBe(true);
  expect(pruned.nodes).toBeLessThan(whole.nodes);
});
