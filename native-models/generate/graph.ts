/**
 * Prefill and decode as one graph: new tokens and the cache of the text so far in, logits of chosen rows out, and what the
 * new tokens add to the cache: `added`, (batch*tokens, layers × keys and values × keyValueHeads*headDim).
 */

import type { Decoder } from '../architectures/index.ts';
import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { groupModules, type ModuleGroup } from '../lora/stack.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { type Attention, cachedAttention, type KeyValues, maskedAttention } from '../nn/attention.ts';
import type { Rope } from '../nn/rope.ts';
import type { Rotary } from '../nn/rotary.ts';
import { concatenate, gatherRows } from '../ops/index.ts';
import type { BaseWeights } from '../quantize/base-weights.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { declareAdapters, includeAdapter } from './adapters.ts';
import type { IncludedAdapter } from './included-adapter.ts';

/** Graph inputs of one layer's cache. */
export const cacheNames = (layer: number) => ({ keys: `past_keys.${layer}`, values: `past_values.${layer}` }) as const;

/** Graph inputs of the new tokens' cosines and sines, by the rope's place in `Decoder.ropes`. */
export const rotaryNames = (rope: number) =>
  ({ cosine: `rotary_cosine.${rope}`, sine: `rotary_sine.${rope}` }) as const;

export interface GenerateGraph {
  readonly graph: Graph;
  /** Adapters to feed, by module type; empty where the graph takes none. */
  readonly groups: readonly ModuleGroup[];
}

/**
 * What rows may carry: nothing, all the same adapter, LoRA adapters of their own or none, or any adapters, DoRA's among
 * them.
 */
export type GraphAdapters = 'base' | IncludedAdapter | 'lora' | 'dora';

export interface GenerateGraphOptions {
  /** The graph of the base alone holds no trace of adapters. */
  readonly adapters: GraphAdapters;
  /** Attention as one operator a layer, which the CPU alone has. */
  readonly fused: boolean;
}

/** Whether a model's graphs are made so for a device: the operator takes heads of a multiple of 8. */
export const servedFused = ({ headDim }: Decoder, device: Device): boolean =>
  capabilitiesOf(device).fusedAttention && headDim % 8 === 0;

export function generateGraph(model: ModelFolder, base: BaseWeights, options: GenerateGraphOptions): GenerateGraph {
  const { decoder } = model;
  const { adapters, fused } = options;
  const graph = new Graph('generate');
  const inputIds = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const positions = graph.input('position_ids', 'int64', ['batch', 'tokens']);
  const logitRows = graph.input('logit_rows', 'int64', ['logits']);
  const past = Array.from({ length: decoder.layers }, (_, layer): KeyValues => {
    const shape = ['batch', decoder.keyValueHeads, 'past', decoder.headDim];
    const names = cacheNames(layer);
    return {
      keys: graph.input(names.keys, 'float32', shape),
      values: graph.input(names.values, 'float32', shape),
    };
  });
  const attention = (): Attention => {
    if (fused) {
      const lastKeys = graph.input('last_keys', 'int32', ['batch']);
      return cachedAttention({ positions, lastKeys, textLength: graph.input('text_length', 'int32', []), past });
    }
    const mask = graph.input('attention_mask', 'float32', ['batch', 1, 'tokens', 'keys']);
    const keyPositions =
      decoder.slidingWindow === null ? positions : graph.input('key_positions', 'int64', ['batch', 'keys']);
    return maskedAttention({ positions, mask, keyPositions, past });
  };
  const rotaries = decoder.ropes.map(({ frequencies }, index): Rotary => {
    const names = rotaryNames(index);
    const shape = ['batch', 'tokens', frequencies.length];
    return { cosine: graph.input(names.cosine, 'float32', shape), sine: graph.input(names.sine, 'float32', shape) };
  });
  const rotary = (rope: Rope): Rotary => rotaries[decoder.ropes.indexOf(rope)]!;
  const inputs = { inputIds, positions, attention: attention(), rotary };
  const groups = adapters === 'lora' || adapters === 'dora' ? groupModules(decoder.linearModules) : [];
  const adapter =
    typeof adapters === 'string'
      ? declareAdapters(graph, groups, adapters === 'dora')
      : includeAdapter(graph, adapters);
  const scope = { graph, ...base.declare(graph), adapter };
  const { hidden, added } = decoder.forward(scope, inputs);
  graph.output('logits', decoder.head(scope, gatherRows(hidden, logitRows)));
  graph.output(
    'added',
    concatenate(
      added.flatMap(({ keys, values }) => [keys, values]),
      1,
    ),
  );
  return { graph, groups };
}
