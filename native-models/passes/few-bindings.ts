/**
 * Keeps what one node reads and writes within what every GPU binds to a shader. A `Split` or `Concat` of many parts, such
 * as an adapter's stack of all layers, becomes a tree of small ones: the same bytes in the same places.
 */

import type { Graph, Node, Value } from '../graph/graph.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { concatenate, operators, split } from '../ops/index.ts';

/**
 * Buffers that a shader may bind: Chrome's and Metal's limit, others allow a few more.
 * https://www.w3.org/TR/webgpu/#limits promises 8, of which onnxruntime asks for as many as the adapter has.
 */
export const mostBindings = 10;
/** Beside the whole, each part takes one. */
const mostParts = mostBindings - 1;

/** The graph in which no node splits or joins more parts than can be bound; itself where none does. */
export function withFewBindings(graph: Graph): Graph {
  if (!graph.nodes.some(hasMany)) return graph;
  return rewritten(graph, { node: (place) => (hasMany(place.node) ? inTree(place) : place.keep()) });
}

const partsOf = ({ operator, inputs, outputs }: Node): number =>
  operator === operators.Split ? outputs.length : operator === operators.Concat ? inputs.length : 0;

const hasMany = (node: Node): boolean => partsOf(node) > mostParts;

function inTree({ node, inputs }: Place): readonly Value[] {
  const axis = node.attributes['axis'] as number;
  const parts = inputs.map((input) => input!);
  if (node.operator === operators.Concat) return [joined(parts, axis, node.outputs[0]!.shape[axis])];
  return parted(
    parts[0]!,
    axis,
    node.outputs.map(({ shape }) => shape[axis] as number),
  );
}

/** Neighbouring parts in as few groups of nearly the same size as one node takes. */
function grouped<Part>(parts: readonly Part[]): readonly (readonly Part[])[] {
  const groups = Math.min(mostParts, Math.ceil(parts.length / mostParts));
  const size = Math.ceil(parts.length / groups);
  return Array.from({ length: Math.ceil(parts.length / size) }, (_, index) =>
    parts.slice(index * size, (index + 1) * size),
  );
}

function parted(whole: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  if (sizes.length === 1) return [whole];
  if (sizes.length <= mostParts) return split(whole, axis, sizes);
  const groups = grouped(sizes);
  const totals = groups.map((group) => group.reduce((sum, size) => sum + size, 0));
  return split(whole, axis, totals).flatMap((part, index) => parted(part, axis, groups[index]!));
}

/** @param dimension of the whole along the axis, for parts of unknown size */
function joined(parts: readonly Value[], axis: number, dimension?: Value['shape'][number]): Value {
  if (parts.length <= mostParts) return concatenate(parts, axis, dimension);
  return joined(
    grouped(parts).map((group) => joined(group, axis)),
    axis,
    dimension,
  );
}
