/** Who reads what in a graph: for rewritings that may change a value only where nobody else needs it. */

import type { Graph, Node, Value } from './graph.ts';

/** Tells of a value the one node that reads it, and once; undefined where there are several, or it leaves the graph. */
export function soleConsumers(graph: Graph): (value: Value) => Node | undefined {
  const readers = new Map<Value, Node | null>();
  for (const { value } of graph.outputs) readers.set(value, null);
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input) readers.set(input, readers.has(input) ? null : node);
  }
  return (value) => readers.get(value) ?? undefined;
}
