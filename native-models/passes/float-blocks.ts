/**
 * Products with blocks whose left side stays in floats. Rounding it to 8 bits, which makes a CPU fast, is a kernel of its own
 * on a GPU.
 */

import type { Graph } from '../graph/graph.ts';
import { rewritten } from '../graph/rewrite.ts';
import { operators } from '../ops/index.ts';

/** The graph whose `MatMulNBits` say nothing of their accuracy. */
export function withFloatBlocks(graph: Graph): Graph {
  return rewritten(graph, {
    node({ copy, node, inputs, keep }) {
      if (node.operator !== operators.MatMulNBits) return keep();
      const { accuracy_level: _, ...attributes } = node.attributes;
      return copy.node(node.operator, inputs, attributes, node.outputs).outputs;
    },
  });
}
