/** Adapters in a serving graph: one as part of it, or any as its inputs. */

import type { Graph, Value } from '../graph/graph.ts';
import { rowFactorsInput, rowWeightsInput, servedNames } from '../lora/serving.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import type { LinearAdapter } from '../nn/scope.ts';
import { multiply, reshape, split } from '../ops/index.ts';
import type { IncludedAdapter, MatrixData } from './included-adapter.ts';

/** The adapter that all rows carry: onnxruntime packs its matrices as it does weights, and nothing is fed. */
export function includeAdapter(graph: Graph, adapter: IncludedAdapter): (module: string) => LinearAdapter | undefined {
  const declare = (name: string, shape: readonly number[], data: MatrixData): Value =>
    data instanceof Float32Array
      ? graph.constant(name, 'float32', shape, data)
      : graph.external(name, 'float32', shape, data);
  return (module) => {
    const matrices = adapter.get(module);
    if (!matrices) return undefined;
    const { A, B, rank, inputSize, outputSize, factors } = matrices;
    const names = servedNames(module);
    const scales = factors && declare(`factors.${module}`, [outputSize], factors);
    return {
      A: declare(names.A, [inputSize, rank], A),
      B: declare(names.B, [rank, outputSize], B),
      transposed: true,
      weigh: (lowRank) => lowRank,
      rescale: scales && ((output) => multiply(output, scales)),
      drop: (input) => input,
    };
  };
}

/**
 * All serving adapters lie behind each other along the rank; each row's weights switch on its own adapter's ranks.
 * A row of zeros adds exactly zero: the base's answer. Every matrix is an input of its own, so that none is copied while
 * the graph runs.
 * @param dora whether rows may also carry DoRA's factors
 */
export function declareAdapters(
  graph: Graph,
  groups: readonly ModuleGroup[],
  dora: boolean,
): (module: string) => LinearAdapter | undefined {
  const adapters = new Map<string, LinearAdapter>();
  for (const group of groups) {
    const rank = `rank_${group.type}`;
    const rows = graph.input(rowWeightsInput(group), 'float32', ['batch*tokens', rank]);
    const weigh = (lowRank: Value): Value => multiply(lowRank, rows);
    const rescale = dora ? declareRowFactors(graph, group) : () => undefined;
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
