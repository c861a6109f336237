import { expect, test } from 'vitest';
import { Graph } from '../../../../native-models/graph/graph.ts';
import { prune } from '../../../../native-models/graph/passes/prune.ts';
import * as op from '../../../../native-models/ops/index.ts';
import { printGraph } from '../print.ts';

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
