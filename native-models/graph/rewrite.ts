/** Copies a graph node by node, so that a device can have it in another form: the graph itself stays as it is. */

import { type DataType, Graph, type Node, type Value } from './graph.ts';

/** What a rewriting puts in the place of one node. */
export interface Place {
  readonly copy: Graph;
  readonly node: Node;
  /** The node's inputs in the copy. */
  readonly inputs: readonly (Value | undefined)[];
  /** What stands in the copy for a value of the original: an input, an initializer, or what a node before this one computes. */
  readonly copyOf: (value: Value) => Value;
  /** Appends the node itself. */
  readonly keep: () => readonly Value[];
}

export interface Rewriting {
  /** The values that stand for the node's outputs. */
  readonly node: (place: Place) => readonly Value[];
  /** The element type of a graph input; left out: as it is. */
  readonly inputType?: (value: Value) => DataType;
}

/** The graph with its nodes rewritten. Inputs, outputs and initializers keep their names, operators of our own what they compute. */
export function rewritten(graph: Graph, { node: rewrite, inputType }: Rewriting): Graph {
  const copy = new Graph(graph.name);
  const copies = new Map<Value, Value>();
  for (const value of graph.inputs) {
    copies.set(value, copy.input(value.name, inputType?.(value) ?? value.dataType, value.shape));
  }
  for (const [value, data] of graph.constants) {
    copies.set(value, copy.constant(value.name, value.dataType, value.shape as readonly number[], data));
  }
  for (const [value, data] of graph.externals) {
    copies.set(value, copy.external(value.name, value.dataType, value.shape as readonly number[], data));
  }
  const copyOf = (value: Value): Value => copies.get(value)!;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => input && copyOf(input));
    const keep = () => copy.node(node.operator, inputs, node.attributes, node.outputs).outputs;
    const values = rewrite({ copy, node, inputs, copyOf, keep });
    node.outputs.forEach((output, index) => copies.set(output, values[index]!));
  }
  for (const { name, value } of graph.outputs) copy.output(name, copyOf(value));
  const used = new Set(copy.nodes.map(({ operator }) => operator));
  for (const [operator, body] of graph.functions) if (used.has(operator)) copy.define(operator, () => body);
  return copy;
}
