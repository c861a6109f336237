/** What a graph becomes for WebGPU. The CPU has every graph as it was written. */

import { withFewBindings } from '../passes/few-bindings.ts';
import { withFloatBlocks } from '../passes/float-blocks.ts';
import { withGatedSums } from '../passes/gated-sums.ts';
import { withMasksInside } from '../passes/masks-inside.ts';
import { withNarrowIndices } from '../passes/narrow-indices.ts';
import { withNormGradients } from '../passes/norm-gradients.ts';
import { prune } from '../passes/prune.ts';
import { withRotaryTables } from '../passes/rotary-tables.ts';
import { withScalesInside } from '../passes/scales-inside.ts';
import { withSkipNorms } from '../passes/skip-norms.ts';
import { withSumsInside } from '../passes/sums-inside.ts';
import { untransposed } from '../passes/untransposed.ts';
import type { Graph } from '../graph/graph.ts';

const passes = [
  withScalesInside,
  withRotaryTables,
  withNormGradients,
  // Before sums: a product adds one thing alone, and a sum that it leaves goes into the next norm.
  withMasksInside,
  withSumsInside,
  withSkipNorms,
  withFloatBlocks,
  withGatedSums,
  untransposed,
  withFewBindings,
];

/** The same computation in nodes that a GPU takes; the CPU has kernels for them as well, but for `GatedAdd`. */
export const gpuNodes = (graph: Graph): Graph => passes.reduce((current, pass) => pass(current), graph);

/** The same, with indices of 32 bits, which are all that a GPU knows. */
export function gpuGraph(graph: Graph): Graph {
  const changed = gpuNodes(withNarrowIndices(graph));
  prune(changed);
  return changed;
}
