/** What rows of different adapters add is masked within their second product and added by the base's, and nothing else is. */

import { expect, test } from 'vitest';
import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import { withMasksInside } from '../../../native-models/passes/masks-inside.ts';
import * as op from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { numbers } from '../autodiff/operator-checks.ts';
import { relativeNorm } from '../goldens/golden.ts';

const shapes = { input: [3, 5], weight: [4, 5], bias: [4], lowRank: [3, 2], mask: [3, 2], row: [2], B: [2, 4] };
type Inputs = Readonly<Record<keyof typeof shapes, Value>>;

function built(build: (inputs: Inputs) => Value): Graph {
  const graph = new Graph('masks');
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

const base = ({ input, weight }: Inputs): Value => op.gemm(input, weight, { transposeRight: true });

test.each<[string, readonly string[], (inputs: Inputs) => Value]>([
  [
    'an adapter beside its base',
    ['Einsum', 'Gemm'],
    (all) => op.gemm(op.multiply(all.lowRank, all.mask), all.B, { bias: base(all) }),
  ],
  [
    'a base with a bias, which has something to add',
    ['Gemm', 'Mul', 'Gemm'],
    (all) => {
      const biased = op.gemm(all.input, all.weight, { transposeRight: true, bias: all.bias });
      return op.gemm(op.multiply(all.lowRank, all.mask), all.B, { bias: biased });
    },
  ],
  [
    'a factor for each column',
    ['Gemm', 'Mul', 'Gemm'],
    (all) => {
      const output = base(all);
      return op.gemm(op.multiply(all.lowRank, all.row), all.B, { bias: output });
    },
  ],
  [
    'a base that is read twice',
    ['Gemm', 'Mul', 'Gemm', 'Add'],
    (all) => {
      const output = base(all);
      return op.add(op.gemm(op.multiply(all.lowRank, all.mask), all.B, { bias: output }), output);
    },
  ],
])('%s', async (_, expected, build) => {
  const graph = built(build);
  const changed = withMasksInside(graph);
  expect(changed.nodes.map(({ operator }) => operator.name)).toEqual(expected);
  expect(relativeNorm(await resultOf(changed), await resultOf(graph))).toBeLessThan(1e-6);
});
