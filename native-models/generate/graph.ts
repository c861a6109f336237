/** Prefill and decode as one graph: new tokens in, logits of chosen rows and the grown key-value cache out. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { frozenWeights } from '../architectures/model-folder.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { declareStacks, groupModules, type ModuleGroup } from '../lora/stack.ts';
import type { KeyValues } from '../nn/attention.ts';
import type { LinearAdapter } from '../nn/scope.ts';
import { gatherRows, multiply, reshape, split } from '../ops/index.ts';

/** Graph input with the weight of each adapter rank for each row of the batch: (batch, rank), 0 where a row does not use it. */
export const rowWeightsInput = (group: ModuleGroup): string => `adapter_rows.${group.type}`;
/** Graph input with DoRA's factors for each row of the batch: (modules, batch, out), 1 where a row has none. */
export const rowFactorsInput = (group: ModuleGroup): string => `adapter_factors.${group.type}`;
/** Symbol of a group's total rank over all adapters that serve. */
const rankSymbol = (group: ModuleGroup): string => `rank_${group.type}`;

export const cacheNames = (layer: number) =>
  ({
    pastKeys: `past_keys.${layer}`,
    pastValues: `past_values.${layer}`,
    keys: `keys.${layer}`,
    values: `values.${layer}`,
  }) as const;

export interface GenerateGraph {
  readonly graph: Graph;
  /** Stacks to feed; empty for the base alone. */
  readonly groups: readonly ModuleGroup[];
}

/** What rows may carry: nothing, LoRA adapters, or any adapters, DoRA's among them. */
export type GraphKind = 'base' | 'lora' | 'dora';

/**
 * @param kind the graph of the base alone holds no trace of adapters
 * @param positions longest text in tokens
 */
export function generateGraph(model: ModelFolder, kind: GraphKind, positions: number): GenerateGraph {
  const { decoder } = model;
  const graph = new Graph(`generate_${kind}`);
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const positionIds = graph.input('position_ids', 'int64', ['batch', 'tokens']);
  const mask = graph.input('attention_mask', 'float32', ['batch', 1, 'tokens', 'keys']);
  const logitRows = graph.input('logit_rows', 'int64', ['logits']);
  const past = Array.from({ length: decoder.layers }, (_, layer): KeyValues => {
    const shape = ['batch', decoder.keyValueHeads, 'past', decoder.headDim];
    const names = cacheNames(layer);
    return {
      keys: graph.input(names.pastKeys, 'float32', shape),
      values: graph.input(names.pastValues, 'float32', shape),
    };
  });
  const groups = kind === 'base' ? [] : groupModules(decoder.linearModules);
  const scope = {
    graph,
    weight: frozenWeights(model, graph),
    adapter: declareRowAdapters(graph, groups, kind === 'dora'),
  };
  const keyPositions =
    decoder.slidingWindow === null ? positionIds : graph.input('key_positions', 'int64', ['batch', 'keys']);
  const inputs = { inputIds, positions: positionIds, keyPositions, mask, past, longestText: positions };
  const { hidden, present } = decoder.forward(scope, inputs);
  graph.output('logits', decoder.head(scope, gatherRows(hidden, logitRows)));
  present.forEach(({ keys, values }, layer) => {
    graph.output(cacheNames(layer).keys, keys);
    graph.output(cacheNames(layer).values, values);
  });
  return { graph, groups };
}

/**
 * All serving adapters lie behind each other along the rank; each row's weights switch on its own adapter's ranks.
 * A row of zeros adds exactly zero: the base's answer.
 */
function declareRowAdapters(
  graph: Graph,
  groups: readonly ModuleGroup[],
  withFactors: boolean,
): (module: string) => LinearAdapter | undefined {
  const stacks = declareStacks(graph, groups, rankSymbol);
  const adapters = new Map<string, LinearAdapter>();
  for (const group of groups) {
    const rank = rankSymbol(group);
    const rows = reshape(graph.input(rowWeightsInput(group), 'float32', ['batch', rank]), ['batch', 1, rank]);
    const weigh = (lowRank: Value): Value =>
      reshape(multiply(reshape(lowRank, ['batch', 'tokens', rank]), rows), lowRank.shape);
    const rescale = withFactors ? declareRowFactors(graph, group) : () => undefined;
    group.modules.forEach(({ name }, index) => {
      adapters.set(name, { ...stacks.matrices(name)!, weigh, rescale: rescale(index), drop: (input) => input });
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
