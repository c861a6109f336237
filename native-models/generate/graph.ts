/** Prefill and decode as one graph: new tokens in, logits of chosen rows and the grown key-value cache out. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { Graph } from '../graph/graph.ts';
import { groupModules, type ModuleGroup } from '../lora/stack.ts';
import { type Attention, cachedAttention, type KeyValues, maskedAttention } from '../nn/attention.ts';
import { gatherRows } from '../ops/index.ts';
import { declareAdapters } from './adapters.ts';
import type { BaseWeights } from './base-weights.ts';

export const cacheNames = (layer: number) =>
  ({
    pastKeys: `past_keys.${layer}`,
    pastValues: `past_values.${layer}`,
    keys: `keys.${layer}`,
    values: `values.${layer}`,
  }) as const;

export interface GenerateGraph {
  readonly graph: Graph;
  /** Adapters to feed, by module type; empty for the base alone. */
  readonly groups: readonly ModuleGroup[];
}

/**
 * What rows may carry: nothing, all the same LoRA adapter, LoRA adapters of their own or none, or any adapters, DoRA's
 * among them.
 */
export type GraphKind = 'base' | 'one' | 'lora' | 'dora';

export interface GenerateGraphOptions {
  /** The graph of the base alone holds no trace of adapters. */
  readonly kind: GraphKind;
  /** Longest text in tokens. */
  readonly positions: number;
  /** Caches of fixed capacity, written in place, with one operator a layer; or caches that grow with every run. */
  readonly inPlace: boolean;
}

export function generateGraph(model: ModelFolder, base: BaseWeights, options: GenerateGraphOptions): GenerateGraph {
  const { decoder } = model;
  const { kind, positions: longestText } = options;
  const graph = new Graph(`generate_${kind}`);
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const positions = graph.input('position_ids', 'int64', ['batch', 'tokens']);
  const logitRows = graph.input('logit_rows', 'int64', ['logits']);
  const past = Array.from({ length: decoder.layers }, (_, layer): KeyValues => {
    const shape = ['batch', decoder.keyValueHeads, 'past', decoder.headDim];
    const names = cacheNames(layer);
    return {
      keys: graph.input(names.pastKeys, 'float32', shape),
      values: graph.input(names.pastValues, 'float32', shape),
    };
  });
  const attention = (): Attention => {
    if (options.inPlace) {
      const lastKeys = graph.input('last_keys', 'int32', ['batch']);
      return cachedAttention({ positions, lastKeys, textLength: graph.input('text_length', 'int32', []), past });
    }
    const mask = graph.input('attention_mask', 'float32', ['batch', 1, 'tokens', 'keys']);
    const keyPositions =
      decoder.slidingWindow === null ? positions : graph.input('key_positions', 'int64', ['batch', 'keys']);
    return maskedAttention({ positions, mask, keyPositions, past });
  };
  const inputs = { inputIds, positions, attention: attention(), longestText };
  const groups = kind === 'base' ? [] : groupModules(decoder.linearModules);
  const scope = { graph, ...base.declare(graph), adapter: declareAdapters(graph, groups, kind) };
  const { hidden, present } = decoder.forward(scope, inputs);
  graph.output('logits', decoder.head(scope, gatherRows(hidden, logitRows)));
  present.forEach(({ keys, values }, layer) => {
    graph.output(cacheNames(layer).keys, keys);
    graph.output(cacheNames(layer).values, values);
  });
  return { graph, groups };
}
