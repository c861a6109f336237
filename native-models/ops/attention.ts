/** Attention over a key-value cache as one operator. */

import type { Attribute, Value } from '../graph/graph.ts';
import { defineOperators, outputOf, reasons } from './operator.ts';

/** As the functions below append it. */
export const attentionOperators = defineOperators({
  GroupQueryAttention: { domain: 'com.microsoft', noGradient: reasons.served },
});

export interface GroupQueryAttentionInputs {
  /** (batch, tokens, heads*headDim); or queries, keys and values side by side. Rotated already, as the keys, without `tables`. */
  readonly queries: Value;
  /** (batch, tokens, keyValueHeads*headDim); undefined where they stand beside the queries, as the values do. */
  readonly keys: Value | undefined;
  readonly values: Value | undefined;
  /** (batch, keyValueHeads, capacity, headDim): room for the whole text, filled from the front. */
  readonly pastKeys: Value;
  readonly pastValues: Value;
  /** int32 (batch): tokens of each row, the new ones included, less one. */
  readonly lastKeys: Value;
  /** int32 scalar: tokens of the longest row, the new ones included. */
  readonly textLength: Value;
  /** Cosines and sines of every place in a text, (places, rotated dimensions / 2): the operator rotates. */
  readonly tables?: { readonly cosine: Value; readonly sine: Value } | undefined;
}

export interface GroupQueryAttentionOptions {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly scoreScale: number;
  readonly scoreCap: number | null;
  /** Keys that a query sees, itself included; null: all before it. */
  readonly window: number | null;
}

export interface GroupQueryAttention {
  /** (batch, tokens, heads*headDim) */
  readonly mixed: Value;
  /** The caches with the new tokens: copies, or where a device is told to write them there the very same memory. */
  readonly presentKeys: Value;
  readonly presentValues: Value;
}

/**
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention: causal
 * attention of the new tokens to the cache and to themselves. More than one new token for several rows that have a past
 * is refused by onnxruntime.
 */
export function groupQueryAttention(
  inputs: GroupQueryAttentionInputs,
  { heads, keyValueHeads, scoreScale, scoreCap, window }: GroupQueryAttentionOptions,
): GroupQueryAttention {
  const { queries, keys, values, pastKeys, pastValues, lastKeys, textLength, tables } = inputs;
  const attributes: Record<string, Attribute> = {
    num_heads: heads,
    kv_num_heads: keyValueHeads,
    scale: { float: scoreScale },
    softcap: { float: scoreCap ?? 0 },
    local_window_size: window ?? -1,
    ...(tables ? { do_rotary: 1 } : {}),
  };
  const cache = { dataType: pastKeys.dataType, shape: pastKeys.shape };
  const width = heads * (pastKeys.shape[3] as number);
  const shape = [...queries.shape.slice(0, 2), width];
  const turning = tables ? [tables.cosine, tables.sine] : [];
  const node = queries.graph.node(
    attentionOperators.GroupQueryAttention,
    [queries, keys, values, pastKeys, pastValues, lastKeys, textLength, ...turning],
    attributes,
    [{ dataType: queries.dataType, shape }, cache, cache],
  );
  return { mixed: outputOf(node, 0), presentKeys: outputOf(node, 1), presentValues: outputOf(node, 2) };
}
