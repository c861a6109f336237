/** Norms are differentiated in fewer nodes from their own outputs, to the same numbers. */

import { expect, test } from 'vitest';
import { gradients } from '../../../native-models/autodiff/gradients.ts';
import { Graph } from '../../../native-models/graph/graph.ts';
import { inlined } from '../../../native-models/graph/inlined.ts';
import { withNormGradients } from '../../../native-models/passes/norm-gradients.ts';
import { prune } from '../../../native-models/passes/prune.ts';
import * as op from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';
import { numbers } from '../autodiff/operator-checks.ts';
import { relativeNorm } from '../goldens/golden.ts';

const epsilon = 1e-5;

/** Two norms of the same rows by different weights, whose gradients meet. */
function built(gains = [1, 2].map((seed) => floatsOf(numbers([6], seed + 3)))) {
  const graph = new Graph('norms');
  const x = graph.input('x', 'float32', ['rows', 6]);
  const normalized = gains.map((gain) =>
    op.rmsNormalization(x, graph.constant('weight', 'float32', [6], gain), epsilon),
  );
  const [first, second] = normalized;
  const loss = op.sumAll(op.multiply(op.multiply(first!, first!), op.sigmoid(second!)));
  graph.output('gradient', gradients(loss, [x])[0]!);
  prune(graph);
  return graph;
}

async function gradientOf(graph: Graph, x: Float32Array): Promise<Float32Array> {
  const session = await openSession(graph, { device: 'cpu' });
  const outputs = await session.run({ x: floatTensor(x, [4, 6]) });
  await session.close();
  return floatsOf(outputs['gradient']);
}

// Of the smallest size, what keeps rows of zeros from being divided by zero counts most.
test.each([1, 1e3, 1e-3])('numbers about %s, and a row of zeros', async (size) => {
  const graph = built();
  const changed = withNormGradients(graph);
  prune(changed);
  expect(changed.functions.size).toBe(0);
  expect(changed.nodes.length).toBeLessThan(inlined(graph).nodes.length);
  const x = floatsOf(numbers([4, 6])).map((value) => value * size);
  x.fill(0, 6, 12);
  expect(relativeNorm(await gradientOf(changed, x), await gradientOf(graph, x))).toBeLessThan(1e-6);
});

test('a gain that makes every row one of length 1 leaves less to compute', async () => {
  const gains = [3, 1 / Math.sqrt(6)].map((gain) => new Float32Array(6).fill(gain));
  const graph = built(gains);
  const [general, changed] = [withNormGradients(built()), withNormGradients(graph)];
  prune(general);
  prune(changed);
  // The frozen gain's own product among them.
  expect(changed.nodes.length).toBe(general.nodes.length - 3);
  const x = floatsOf(numbers([4, 6]));
  expect(relativeNorm(await gradientOf(changed, x), await gradientOf(graph, x))).toBeLessThan(1e-6);
});
