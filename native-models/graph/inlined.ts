/** A graph as onnxruntime has it once it is loaded: what defines an operator of our own stands in the place of each of its nodes. */

import { type Dimension, multiplyDimensions, type Shape } from './dimension.ts';
import type { Graph, Value } from './graph.ts';
import { type Place, rewritten } from './rewrite.ts';

/** A copy of the graph in standard operators alone; the graph itself where it has no others. */
export function inlined(graph: Graph): Graph {
  if (graph.functions.size === 0) return graph;
  return rewritten(graph, {
    node(place) {
      const body = graph.functions.get(place.node.operator);
      return body ? inlinedBody(place, body) : place.keep();
    },
  });
}

/** Puts the body's nodes into the copy. Its inputs and outputs say how large its symbols are here. */
function inlinedBody({ copy, node, inputs }: Place, body: Graph): readonly Value[] {
  const sizes = new Map<string, Dimension>();
  const measure = (inside: Value, outside: Value | undefined): void =>
    inside.shape.forEach((symbol, axis) => {
      if (typeof symbol === 'string' && outside) sizes.set(symbol, outside.shape[axis]!);
    });
  const inner = new Map<Value, Value>();
  body.inputs.forEach((value, index) => {
    measure(value, node.inputs[index]);
    const given = inputs[index];
    if (given) inner.set(value, given);
  });
  body.outputs.forEach(({ value }, index) => measure(value, node.outputs[index]));
  for (const [value, data] of body.constants) {
    inner.set(value, copy.constant(value.name, value.dataType, value.shape as readonly number[], data));
  }
  const sized = (shape: Shape): Shape =>
    shape.map((dimension) =>
      multiplyDimensions(
        ...String(dimension)
          .split('*')
          .map((part) => sizes.get(part) ?? part),
      ),
    );
  for (const { operator, attributes, ...each } of body.nodes) {
    const given = each.inputs.map((input) => input && inner.get(input));
    const types = each.outputs.map(({ dataType, shape }) => ({ dataType, shape: sized(shape) }));
    const { outputs } = copy.node(operator, given, attributes, types);
    each.outputs.forEach((output, index) => inner.set(output, outputs[index]!));
  }
  return body.outputs.map(({ value }) => inner.get(value)!);
}
