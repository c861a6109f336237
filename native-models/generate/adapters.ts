/** Adapters as inputs of a serving graph: every matrix an input of its own, so that none is copied while it runs. */

import type { Graph, Value } from '../graph/graph.ts';
import { rowFactorsInput, rowWeightsInput, servedNames } from '../lora/serving.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import type { LinearAdapter } from '../nn/scope.ts';
import { multiply, reshape, split } from '../ops/index.ts';
import type { GraphKind } from './graph.ts';

/**
 * All serving adapters lie behind each other along the rank; each row's weights switch on its own adapter's ranks.
 * A row of zeros adds exactly zero: the base's answer. Where all rows carry the same adapter there are no weights.
 */
export function declareAdapters(
  graph: Graph,
  groups: readonly ModuleGroup[],
  kind: GraphKind,
): (module: string) => LinearAdapter | undefined {
  const adapters = new Map<string, LinearAdapter>();
  for (const group of groups) {
    const rank = `rank_${group.type}`;
    const rows = kind === 'one' ? null : graph.input(rowWeightsInput(group), 'float32', ['batch*tokens', rank]);
    const weigh = (lowRank: Value): Value => (rows === null ? lowRank : multiply(lowRank, rows));
    const rescale = kind === 'dora' ? declareRowFactors(graph, group) : () => undefined;
    group.modules.forEach(({ name }, index) => {
      const names = servedNames(name);
      adapters.set(name, {
        A: graph.input(names.A, 'float32', [group.inputSize, rank]),
        B: graph.input(names.B, 'float32', [rank, group.outputSize]),
        transposed: true,
        weigh,
        rescale: rescale(index),
        drop: (input) => input,
      });
    });
  }
  return (module) => adapters.get(module);
}

/** Gives each module of a group, by its place there, the rescaling of its output. */
function declareRowFactors(graph: Graph, group: ModuleGroup): (index: number) => (output: Value) => Value {
  const { modules, outputSize } = group;
  const all = graph.input(rowFactorsInput(group), 'float32', [modules.length, 'batch', outputSize]);
  const each = split(
    all,
    0,
    modules.map(() => 1),
  );
  return (index) => (output) => {
    const factors = reshape(each[index]!, ['batch', 1, outputSize]);
    return reshape(multiply(reshape(output, ['batch', 'tokens', outputSize]), factors), output.shape);
  };
}
