/**
 * Sums of a value and a product as one kernel: value + addend ⊙ gate, where the gate has one number for each row, or as many
 * as the value.
 */

import { elementCount, sameShape } from '../graph/dimension.ts';
import { soleConsumers } from '../graph/consumers.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { gatedAdd, operators, reshape } from '../ops/index.ts';

/** The graph in which an Add takes up a Mul that it alone reads. */
export function withGatedSums(graph: Graph): Graph {
  const consumer = soleConsumers(graph);
  const taken = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (node.operator !== operators.Add) continue;
    const product = node.inputs
      .map((input) => input?.producer)
      .find((each) => each?.operator === operators.Mul && consumer(each.outputs[0]!) === node && gateOf(each, node));
    if (product) taken.set(node, product);
  }
  const inside = new Set(taken.values());
  /** The products' inputs in the copy. */
  const waiting = new Map<Node, Place['inputs']>();
  return rewritten(graph, {
    node({ node, inputs, keep }) {
      if (inside.has(node)) {
        waiting.set(node, inputs);
        return [inputs[0]!];
      }
      const product = taken.get(node);
      if (!product) return keep();
      const gate = gateOf(product, node)!;
      const place = product.inputs.indexOf(gate);
      const factors = waiting.get(product)!;
      const value = inputs[1 - node.inputs.indexOf(product.outputs[0])]!;
      return [summed(value, factors[1 - place]!, factors[place]!)];
    },
  });
}

/** The factor that can be a gate: the value, the other factor and the sum are of one shape, and it is, or is a column. */
function gateOf(product: Node, sum: Node): Value | undefined {
  const { shape } = sum.outputs[0]!;
  const value = sum.inputs.find((input) => input !== product.outputs[0]);
  if (!value || shape.length === 0 || !sameShape(value.shape, shape)) return undefined;
  const [left, right] = product.inputs as readonly [Value, Value];
  const fits = (gate: Value, addend: Value): boolean =>
    left !== right && sameShape(addend.shape, shape) && (sameShape(gate.shape, shape) || isColumn(gate));
  const isColumn = (gate: Value): boolean => sameShape(gate.shape, [...shape.slice(0, -1), 1]);
  return fits(right, left) ? right : fits(left, right) ? left : undefined;
}

function summed(value: Value, addend: Value, gate: Value): Value {
  if (gate.shape.at(-1) === 1) return gatedAdd(value, addend, gate);
  const single = (each: Value): Value => reshape(each, [elementCount(each.shape), 1]);
  return reshape(gatedAdd(single(value), single(addend), single(gate)), value.shape);
}
