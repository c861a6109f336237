/** How much memory a graph needs when onnxruntime runs it on the CPU: from shapes, lifetimes and operators, without running it. */

import { type Dimension, elementCount } from './dimension.ts';
import { executionOrder } from './execution-order.ts';
import type { DataType, ExternalData, Graph, Node, Value } from './graph.ts';

/** Numbers for the symbolic dimensions of a graph, by name. */
export type Sizes = Readonly<Record<string, number>>;

const elementBytes: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
  uint4: 0.5,
};

/** Columns of a packed matrix are padded to this many (MLAS). */
const packedColumns = 16;

/** A dimension in numbers; throws where a symbol has none. */
function sizeOf(dimension: Dimension, sizes: Sizes): number {
  if (typeof dimension === 'number') return dimension;
  return dimension.split('*').reduce((product, part) => {
    const size = /^\d+$/.test(part) ? Number(part) : sizes[part];
    if (size === undefined) throw new Error(`the dimension ${part} has no size`);
    return product * size;
  }, 1);
}

/** Bytes of a value. */
export function bytesOf(value: Value, sizes: Sizes): number {
  return sizeOf(elementCount(value.shape), sizes) * elementBytes[value.dataType];
}

/** Values that depend on no input: onnxruntime computes them once, when it loads the graph, and keeps them. */
function foldedValues(graph: Graph): ReadonlySet<Value> {
  const fixed = new Set<Value>([...graph.constants.keys(), ...graph.externals.keys()]);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.every((input) => input === undefined || fixed.has(input))) outputs.forEach((value) => fixed.add(value));
  }
  return fixed;
}

/**
 * Bytes of what a session keeps between runs: initializers, and for the right-hand matrix of each product a packed copy
 * instead of it, one for each orientation in which it is used (forward transposed, backward not). Rows of a table that is
 * kept whole count with it.
 * @param mapped whether packing is off, as `SessionOptions.mapped` asks
 */
export function initializerBytes(graph: Graph, mapped: boolean): number {
  const folded = foldedValues(graph);
  const packed = new Set<string>();
  const kept = new Set<Value>();
  let bytes = 0;
  for (const node of graph.nodes) {
    if (node.outputs.every((output) => folded.has(output))) continue;
    node.inputs.forEach((input, index) => {
      if (!input || !folded.has(input)) return;
      if (mapped || index !== 1 || input.shape.length !== 2 || !node.operator.packsRight) {
        kept.add(input);
        return;
      }
      const transposed = node.attributes['transB'] === 1;
      const key = `${input.name} ${transposed}`;
      if (packed.has(key)) return;
      packed.add(key);
      const [rows, columns] = (transposed ? input.shape.toReversed() : input.shape) as [number, number];
      bytes += elementBytes[input.dataType] * rows * Math.ceil(columns / packedColumns) * packedColumns;
    });
  }
  const pages = [...kept].flatMap((value) => graph.externals.get(value) ?? []);
  return [...kept]
    .filter((value) => !pages.some((other) => isPartOf(graph.externals.get(value), other)))
    .reduce((sum, value) => sum + bytesOf(value, {}), bytes);
}

/** Whether these bytes of a file are some of the other's: the same pages in memory. */
function isPartOf(some: ExternalData | undefined, whole: ExternalData): boolean {
  if (some?.location !== whole.location || some.length >= whole.length) return false;
  return some.offset >= whole.offset && some.offset + some.length <= whole.offset + whole.length;
}

/**
 * The bytes of the values that live at the same time at the worst moment of a run, as a function of the sizes: what nodes
 * compute, from the node that writes it to the last one that reads it, and outputs until the end. Inputs and initializers
 * are not counted.
 */
export function peakLiveBytes(graph: Graph): (sizes: Sizes) => number {
  const order = executionOrder(graph);
  const folded = foldedValues(graph);
  const readers = new Map<Value, number>();
  for (const node of order) for (const input of node.inputs) if (input) count(readers, input, 1);
  for (const { value } of graph.outputs) count(readers, value, Infinity);
  return (sizes) => walk(order, folded, readers, sizes);
}

function walk(
  order: readonly Node[],
  folded: ReadonlySet<Value>,
  readers: ReadonlyMap<Value, number>,
  sizes: Sizes,
): number {
  /** The value whose memory a value uses. */
  const owners = new Map<Value, Value>();
  const ownerOf = (value: Value): Value => owners.get(value) ?? value;
  const outside = (value: Value): boolean => value.producer === undefined || folded.has(value);
  /** Reads that are still to come of a memory, through any of its values. */
  const pending = new Map<Value, number>();
  let live = 0;
  let peak = 0;
  const shared = ({ operator, inputs }: Node, output: Value): Value | undefined => {
    const { memory = [] } = operator;
    if (memory === 'view') return inputs[0];
    return memory
      .map((index) => inputs[index])
      .find((input) => {
        if (!input || outside(ownerOf(input)) || pending.get(ownerOf(input)) !== 1) return false;
        return bytesOf(input, sizes) === bytesOf(output, sizes);
      });
  };
  const read = (value: Value, times: number): void => {
    const owner = ownerOf(value);
    if (outside(owner)) return;
    count(pending, owner, -times);
    if (pending.get(owner) === 0) live -= bytesOf(owner, sizes);
  };
  for (const node of order) {
    const outputs = node.outputs.filter((output) => !folded.has(output));
    for (const output of outputs) {
      const source = shared(node, output);
      if (source) owners.set(output, ownerOf(source));
      else live += bytesOf(output, sizes);
      count(pending, ownerOf(output), readers.get(output) ?? 0);
    }
    peak = Math.max(peak, live);
    if (outputs.length === 0) continue;
    for (const input of node.inputs) if (input) read(input, 1);
    for (const output of outputs) if (!readers.has(output)) read(output, 0);
  }
  return peak;
}

function count(counts: Map<Value, number>, value: Value, by: number): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}
