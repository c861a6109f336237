/** Attention over a key-value cache as one operator. */

import type { Attribute, Value } from '../graph/graph.ts';
import { defineOperators, outputOf, reasons } from './operator.ts';

/** As the functions below append it. */
export const attentionOperators = defineOperators({
  GroupQueryAttention: { domain: 'com.microsoft', noGradient: reasons.served },
});

export interface GroupQueryAttentionInputs {
  /** (batch, tokens, heads*headDim), rotated already, as the keys. */
  readonly queries: Value;
  /** (batch, tokens, keyValueHeads*headDim) */
  readonly keys: Value;
  readonly values: Value;
  /** (batch, keyValueHeads, capacity, headDim): room for the whole text, filled from the front. */
  readonly pastKeys: Value;
  readonly pastValues: Value;
  /** int32 (batch): tokens of each row, the new ones included, less one. */
  readonly lastKeys: Value;
  /** int32 scalar: tokens of the longest row, the new ones included. */
  readonly textLength: Value;
}

export interface GroupQueryAttentionOptions {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly scoreScale: number;
  readonly scoreCap: number | null;
  /** Keys that a query sees, itself included; null: all before it. */
  readonly window: number | null;
}

/**
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention: causal
 * attention of the new tokens to the cache and to themselves. More than one new token for several rows that have a past
 * is refused by onnxruntime.
 * @returns (batch, tokens, heads*headDim)
 */
export function groupQueryAttention(
  inputs: GroupQueryAttentionInputs,
  { heads, keyValueHeads, scoreScale, scoreCap, window }: GroupQueryAttentionOptions,
): Value {
  const { queries, keys, values, pastKeys, pastValues, lastKeys, textLength } = inputs;
  const attributes: Record<string, Attribute> = {
    num_heads: heads,
    kv_num_heads: keyValueHeads,
    scale: { float: scoreScale },
    softcap: { float: scoreCap ?? 0 },
    local_window_size: window ?? -1,
  };
  const cache = { dataType: pastKeys.dataType, shape: pastKeys.shape };
  const node = queries.graph.node(
    attentionOperators.GroupQueryAttention,
    [queries, keys, values, pastKeys, pastValues, lastKeys, textLength],
    attributes,
    [{ dataType: queries.dataType, shape: queries.shape }, cache, cache],
  );
  return outputOf(node, 0);
}
