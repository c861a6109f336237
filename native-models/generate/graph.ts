/**
 * Prefill and decode as one graph: new tokens and the cache of the text so far in, logits of chosen rows out, and what the
 * new tokens add to the cache: `added`, (batch*tokens, layers × keys and values × keyValueHeads*headDim), or the caches with
 * them, to be written where they lie.
 */

import type { Decoder } from '../architectures/index.ts';
import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import type { ServedGroup } from '../lora/serving.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { type Attention, cachedAttention, inPlaceAttention, type KeyValues, maskedAttention } from '../nn/attention.ts';
import type { Rope } from '../nn/rope.ts';
import type { Rotary } from '../nn/rotary.ts';
import { concatenate, gatherRows } from '../ops/index.ts';
import type { BaseWeights } from '../quantize/base-weights.ts';
import { capabilitiesOf, type ServedAttention } from '../runtime/capabilities.ts';
import {
  baseAlone,
  declareAdapters,
  type DeclaredAdapters,
  declareDora,
  includeAdapter,
  servedScope,
} from './adapters.ts';
import type { IncludedAdapter } from './included-adapter.ts';

/** Graph inputs of one layer's cache. */
export const cacheNames = (layer: number) => ({ keys: `past_keys.${layer}`, values: `past_values.${layer}` }) as const;

/** Graph outputs of the same, where the new tokens are written into it. */
export const writtenNames = (layer: number) =>
  ({ keys: `present_keys.${layer}`, values: `present_values.${layer}` }) as const;

/**
 * Graph inputs of the new tokens' cosines and sines, by the rope's place in `Decoder.ropes`; of all places of a text where
 * attention turns queries and keys itself.
 */
export const rotaryNames = (rope: number) =>
  ({ cosine: `rotary_cosine.${rope}`, sine: `rotary_sine.${rope}` }) as const;

export interface GenerateGraph {
  readonly graph: Graph;
  /** Adapters to feed, by module type; empty where the graph takes none. */
  readonly groups: readonly ServedGroup[];
}

/**
 * What rows may carry: nothing, all the same adapter, LoRA adapters of their own or none, or any adapters, DoRA's among
 * them.
 */
export type GraphAdapters = 'base' | IncludedAdapter | 'lora' | 'dora';

export interface GenerateGraphOptions {
  /** The graph of the base alone holds no trace of adapters. */
  readonly adapters: GraphAdapters;
  readonly attention: ServedAttention;
  /** Layers that read the same input are computed as one, with their adapters. */
  readonly joined?: boolean;
}

/** How a model's graphs are made for a device. */
export const servingFor = (
  decoder: Decoder,
  device: Device,
): Required<Pick<GenerateGraphOptions, 'attention' | 'joined'>> => {
  const { attention, fewKernels } = capabilitiesOf(device);
  return { attention: attention === 'masked' || fits(decoder, attention) ? attention : 'masked', joined: fewKernels };
};

/** What the operators take: heads of a multiple of 8, or of 16 where they are turned too, from the start of every text. */
function fits({ headDim, ropes, scoreCap }: Decoder, attention: ServedAttention): boolean {
  if (attention === 'fused') return headDim % 8 === 0;
  const turns = ropes.every(({ long, frequencies }) => long === null && frequencies.length % 8 === 0);
  return headDim % 16 === 0 && ropes.length > 0 && turns && scoreCap === null;
}

export function generateGraph(model: ModelFolder, base: BaseWeights, options: GenerateGraphOptions): GenerateGraph {
  const { decoder } = model;
  const { adapters, attention: kind, joined = false } = options;
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
    if (kind !== 'masked') {
      const lastKeys = graph.input('last_keys', 'int32', ['batch']);
      const cached = { positions, lastKeys, textLength: graph.input('text_length', 'int32', []), past };
      return kind === 'fused' ? cachedAttention(cached) : inPlaceAttention(cached);
    }
    const mask = graph.input('attention_mask', 'float32', ['batch', 1, 'tokens', 'keys']);
    const keyPositions =
      decoder.slidingWindow === null ? positions : graph.input('key_positions', 'int64', ['batch', 'keys']);
    return maskedAttention({ positions, mask, keyPositions, past });
  };
  const rotaries = decoder.ropes.map(({ frequencies }, index): Rotary => {
    const names = rotaryNames(index);
    const shape = kind === 'in-place' ? ['places', frequencies.length] : ['batch', 'tokens', frequencies.length];
    return { cosine: graph.input(names.cosine, 'float32', shape), sine: graph.input(names.sine, 'float32', shape) };
  });
  const rotary = (rope: Rope): Rotary => rotaries[decoder.ropes.indexOf(rope)]!;
  const inputs = { inputIds, positions, attention: attention(), rotary };
  const modules = decoder.linearModules;
  const { adapterOf, groups = [] } = ((): Partial<DeclaredAdapters> & Pick<DeclaredAdapters, 'adapterOf'> => {
    if (typeof adapters !== 'string') return { adapterOf: includeAdapter(graph, adapters) };
    if (adapters === 'base') return { adapterOf: baseAlone };
    return adapters === 'lora' ? declareAdapters(graph) : declareDora(graph, modules);
  })();
  const frozen = base.declare(graph);
  const scope = { graph, ...frozen, ...servedScope(frozen, modules, adapterOf, joined) };
  const { hidden, added } = decoder.forward(scope, inputs);
  graph.output('logits', decoder.head(scope, gatherRows(hidden, logitRows)));
  if (kind === 'in-place') {
    added.forEach(({ keys, values }, layer) => {
      const names = writtenNames(layer);
      graph.output(names.keys, keys);
      graph.output(names.values, values);
    });
    return { graph, groups };
  }
  graph.output(
    'added',
    concatenate(
      added.flatMap(({ keys, values }) => [keys, values]),
      1,
    ),
  );
  return { graph, groups };
}
