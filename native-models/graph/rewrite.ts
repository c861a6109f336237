/** Copies a graph node by node, so that a device can have it in another form: the graph itself stays as it is. */

import type { Shape } from './dimension.ts';
import { type DataType, Graph, type Node, type Value } from './graph.ts';

/** What a rewriting puts in the place of one node. */
export interface Place {
  readonly copy: Graph;
  readonly node: Node;
  /** The node's inputs in the copy. */
  readonly inputs: readonly (Value | undefined)[];
  /** A shape of the original as it is in the copy. */
  readonly sized: (shape: Shape) => Shape;
  /** Appends the node itself. */
  readonly keep: () => readonly Value[];
}

export interface Rewriting {
  /** The values that stand for the node's outputs. */
  readonly node: (place: Place) => readonly Value[];
  /** Left out: as it is. */
  readonly sized?: (shape: Shape) => Shape;
  /** The element type of a graph input; left out: as it is. */
  readonly inputType?: (value: Value) => DataType;
}

/** The graph with its nodes rewritten. Inputs, outputs and initializers keep their names. */
export function rewritten(graph: Graph, { node: rewrite, sized = (shape) => shape, inputType }: Rewriting): Graph {
  const copy = new Graph(graph.name);
  const copies = new Map<Value, Value>();
  for (const value of graph.inputs) {
    copies.set(value, copy.input(value.name, inputType?.(value) ?? value.dataType, sized(value.shape)));
  }
  for (const [value, data] of graph.constants) {
    copies.set(value, copy.constant(value.name, value.dataType, value.shape as readonly number[], data));
  }
  for (const [value, data] of graph.externals) {
    copies.set(value, copy.external(value.name, value.dataType, value.shape as readonly number[], data));
  }
  for (const [name, body] of graph.functions) copy.define(name, () => body);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => input && copies.get(input)!);
    const keep = (): readonly Value[] => {
      const types = node.outputs.map(({ dataType, shape }) => ({ dataType, shape: sized(shape) }));
      return copy.node(node.operator, inputs, node.attributes, types, node.domain).outputs;
    };
    const values = rewrite({ copy, node, inputs, sized, keep });
    node.outputs.forEach((output, index) => copies.set(output, values[index]!));
  }
  for (const { name, value } of graph.outputs) copy.output(name, copies.get(value)!);
  return copy;
}
