/**
 * A residual sum and the norm that reads it as one kernel, where no product takes the sum up:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.SkipSimplifiedLayerNormalization
 */

import { sameShape } from '../graph/dimension.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { rewritten } from '../graph/rewrite.ts';
import { operators, skipNormalization } from '../ops/index.ts';

/** The graph in which RMS norms add what they read. */
export function withSkipNorms(graph: Graph): Graph {
  const place = new Map(graph.nodes.map((node, index) => [node, index]));
  const norms = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (node.operator !== operators.RMSNormalization) continue;
    const [read, gain] = node.inputs as readonly [Value, Value];
    const sum = read.producer;
    if (sum?.operator !== operators.Add || norms.has(sum) || !sameShape(sum.inputs[0]!.shape, sum.inputs[1]!.shape)) {
      continue;
    }
    // The gain must be there when the sum is.
    if (!gain.producer || place.get(gain.producer)! < place.get(sum)!) norms.set(sum, node);
  }
  const normalized = new Map<Node, Value>();
  return rewritten(graph, {
    node({ node, inputs, copyOf, keep }) {
      const done = normalized.get(node);
      if (done) return [done];
      const norm = norms.get(node);
      if (!norm) return keep();
      const { float: epsilon } = norm.attributes['epsilon'] as { readonly float: number };
      const { output, sum } = skipNormalization(inputs[0]!, inputs[1]!, copyOf(norm.inputs[1]!), epsilon);
      normalized.set(norm, output);
      return [sum];
    },
  });
}
