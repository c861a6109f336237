/** A graph as text, one node a line, for comparison in tests. */

import type { Graph } from '../../../native-models/graph/graph.ts';

/** `operator(input, input) -> [shape]` in execution order; inputs by name, computed ones by the number of their line. */
export function printGraph(graph: Graph): readonly string[] {
  return graph.nodes.map(({ operator, inputs, outputs }) => {
    const names = inputs.map((input) => {
      const line = input?.producer ? graph.nodes.indexOf(input.producer) : -1;
      return line < 0 ? (input?.name ?? '') : `%${line}`;
    });
    return `${operator.name}(${names.join(', ')}) -> ${outputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')}`;
  });
}
