/**
 * Adapters whose low-rank activations are masked, row by row: mask and second product as one kernel, and what comes of them
 * added by the base's product, which had nothing to add.
 */

import { sameShape } from '../graph/dimension.ts';
import { soleConsumers } from '../graph/consumers.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { maskedProduct, operators } from '../ops/index.ts';

/** Of one product that adds the base's to that of a masked value: both nodes before it. */
interface Before {
  readonly mask: Node;
  readonly base: Node;
}

/** The graph without the products by masks that a Gemm reads, where what it adds is a Gemm that itself adds nothing. */
export function withMasksInside(graph: Graph): Graph {
  const consumer = soleConsumers(graph);
  const sums = new Map<Node, Before>();
  for (const node of graph.nodes) {
    const before = beforeOf(node, consumer);
    if (before) sums.set(node, before);
  }
  const inside = new Set([...sums.values()].flatMap(({ mask, base }) => [mask, base]));
  /** What these read, in the copy. */
  const waiting = new Map<Node, Place['inputs']>();
  return rewritten(graph, {
    node({ copy, node, inputs, keep }) {
      if (inside.has(node)) {
        waiting.set(node, inputs);
        return [inputs[0]!];
      }
      const before = sums.get(node);
      if (!before) return keep();
      const [lowRank, mask] = waiting.get(before.mask)!;
      const [input, weight] = waiting.get(before.base)!;
      const change = maskedProduct(lowRank!, mask!, inputs[1]!);
      const { operator, attributes } = before.base;
      return copy.node(operator, [input, weight, change], attributes, node.outputs).outputs;
    },
  });
}

function beforeOf(node: Node, consumer: (value: Value) => Node | undefined): Before | undefined {
  if (!isPlain(node) || node.attributes['transB'] === 1) return undefined;
  const [masked, , added] = node.inputs;
  const [mask, base] = [masked?.producer, added?.producer];
  if (mask?.operator !== operators.Mul || consumer(masked!) !== node) return undefined;
  if (!base || !isPlain(base) || base.inputs[2] || consumer(added!) !== node) return undefined;
  const [left, right] = mask.inputs as readonly [Value, Value];
  return sameShape(left.shape, right.shape) ? { mask, base } : undefined;
}

/** A product as it is, by no number of its own. */
const isPlain = ({ operator, attributes }: Node): boolean =>
  operator === operators.Gemm && attributes['transA'] === 0 && !attributes['alpha'] && !attributes['beta'];
