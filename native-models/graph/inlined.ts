/** A graph as onnxruntime has it once it is loaded: what defines an operator of our own stands in the place of each of its nodes. */

import { type Dimension, multiplyDimensions, type Shape } from './dimension.ts';
import { Graph, type Node, type Value } from './graph.ts';

/** A copy of the graph in standard operators alone; the graph itself where it has no others. */
export function inlined(graph: Graph): Graph {
  if (graph.functions.size === 0) return graph;
  const copy = new Graph(graph.name);
  const copies = copyDeclared(graph, copy);
  for (const node of graph.nodes) {
    const body = graph.functions.get(node.operator);
    if (body) inlineNode(node, body, copy, copies);
    else copyNode(node, copy, copies, (shape) => shape);
  }
  for (const { name, value } of graph.outputs) copy.output(name, copies.get(value)!);
  return copy;
}

type Copies = Map<Value, Value>;

function copyDeclared(graph: Graph, copy: Graph): Copies {
  const copies: Copies = new Map();
  for (const value of graph.inputs) copies.set(value, copy.input(value.name, value.dataType, value.shape));
  copyConstants(graph, copy, copies);
  for (const [value, data] of graph.externals) {
    copies.set(value, copy.external(value.name, value.dataType, value.shape as readonly number[], data));
  }
  return copies;
}

function copyConstants(graph: Graph, copy: Graph, copies: Copies): void {
  for (const [value, data] of graph.constants) {
    copies.set(value, copy.constant(value.name, value.dataType, value.shape as readonly number[], data));
  }
}

/** Puts the body's nodes into the copy. Its inputs and outputs say how large its symbols are here. */
function inlineNode(node: Node, body: Graph, copy: Graph, copies: Copies): void {
  const sizes = new Map<string, Dimension>();
  const measure = (inside: Value, outside: Value | undefined): void =>
    inside.shape.forEach((symbol, axis) => {
      if (typeof symbol === 'string' && outside) sizes.set(symbol, outside.shape[axis]!);
    });
  const inner: Copies = new Map();
  body.inputs.forEach((value, index) => {
    const given = node.inputs[index];
    measure(value, given);
    if (given) inner.set(value, copies.get(given)!);
  });
  body.outputs.forEach(({ value }, index) => measure(value, node.outputs[index]));
  copyConstants(body, copy, inner);
  const sized = (shape: Shape): Shape =>
    shape.map((dimension) =>
      multiplyDimensions(
        ...String(dimension)
          .split('*')
          .map((part) => sizes.get(part) ?? part),
      ),
    );
  for (const each of body.nodes) copyNode(each, copy, inner, sized);
  body.outputs.forEach(({ value }, index) => copies.set(node.outputs[index]!, inner.get(value)!));
}

function copyNode(node: Node, copy: Graph, copies: Copies, sized: (shape: Shape) => Shape): void {
  const { operator, domain, attributes } = node;
  const inputs = node.inputs.map((input) => input && copies.get(input));
  const types = node.outputs.map(({ dataType, shape }) => ({ dataType, shape: sized(shape) }));
  const { outputs } = copy.node(operator, inputs, attributes, types, domain);
  node.outputs.forEach((output, index) => copies.set(output, outputs[index]!));
}
