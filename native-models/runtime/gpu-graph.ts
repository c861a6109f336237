/** What a graph becomes for WebGPU. The CPU has every graph as it was written. */

import { withFewBindings } from '../graph/passes/few-bindings.ts';
import { withNarrowIndices } from '../graph/passes/narrow-indices.ts';
import { prune } from '../graph/passes/prune.ts';
import type { Graph } from '../graph/graph.ts';

/** The same computation in nodes that a GPU takes. */
export function gpuGraph(graph: Graph): Graph {
  const changed = withFewBindings(withNarrowIndices(graph));
  prune(changed);
  return changed;
}
