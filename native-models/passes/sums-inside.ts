/**
 * Sums of products in the products themselves: a Gemm adds a whole matrix for nothing
 * (https://onnx.ai/onnx/operators/onnx__Gemm.html, C). Residual streams, and gradients that come from several products,
 * are such sums.
 */

import { sameShape } from '../graph/dimension.ts';
import { soleConsumers } from '../graph/consumers.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { operators } from '../ops/index.ts';

/** The graph in which a Gemm that adds nothing yet adds what its output would be added to. */
export function withSumsInside(graph: Graph): Graph {
  const consumer = soleConsumers(graph);
  const chains = new Map<Node, { readonly chain: readonly Node[]; readonly other: Value }>();
  const inChain = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.operator !== operators.Add) continue;
    const [left, right] = node.inputs as readonly [Value, Value];
    if (left === right || left.shape.length !== 2 || !sameShape(left.shape, right.shape)) continue;
    for (const [own, other] of [
      [right, left],
      [left, right],
    ] as const) {
      const chain = chainOf(own, node, consumer);
      if (!chain || chain.some((each) => inChain.has(each))) continue;
      chains.set(node, { chain, other });
      for (const each of chain) inChain.add(each);
      break;
    }
  }
  /** Products that wait for what they add, with their inputs in the copy. */
  const waiting = new Map<Node, Place['inputs']>();
  return rewritten(graph, {
    node({ copy, node, inputs, keep }) {
      if (inChain.has(node)) {
        waiting.set(node, inputs);
        return [inputs[0]!];
      }
      const found = chains.get(node);
      if (!found) return keep();
      let sum = inputs[node.inputs.indexOf(found.other)]!;
      for (const product of found.chain) {
        const [left, right] = waiting.get(product)!;
        const { operator, attributes, outputs } = product;
        sum = copy.node(operator, [left, right, sum], attributes, outputs).outputs[0]!;
      }
      return [sum];
    },
  });
}

/** From a Gemm that adds nothing to the one whose output the sum reads, each adding the one before and read by nobody else. */
function chainOf(value: Value, sum: Node, consumer: (value: Value) => Node | undefined): readonly Node[] | undefined {
  const product = value.producer;
  if (product?.operator !== operators.Gemm || consumer(value) !== sum) return undefined;
  const added = product.inputs[2];
  if (!added) return [product];
  const { float: share } = (product.attributes['beta'] ?? { float: 1 }) as { readonly float: number };
  const before = share === 1 ? chainOf(added, product, consumer) : undefined;
  return before && [...before, product];
}
