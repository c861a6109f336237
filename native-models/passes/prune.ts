/** Drops nodes and initializers that no output needs: a reverse walk leaves some, and each would cost time and memory. */

import type { Graph, Value } from '../graph/graph.ts';

/** Removes in place everything that does not lead to an output. Inputs stay: they are the caller's contract. */
export function prune(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const kept = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) if (input) needed.add(input);
    return true;
  });
  graph.nodes.splice(0, graph.nodes.length, ...kept.reverse());
  for (const initializers of [graph.constants, graph.externals]) {
    for (const value of initializers.keys()) if (!needed.has(value)) initializers.delete(value);
  }
}
