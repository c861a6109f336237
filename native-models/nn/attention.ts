/** Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with a key-value cache and an additive mask. */

import { type Dimension, multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import {
  add,
  cast,
  concatenate,
  groupQueryAttention,
  lessThan,
  matmul,
  reshape,
  rotaryEmbedding,
  scale,
  softcap,
  softmax,
  split,
  subtract,
  transpose,
  transposeMatrix,
  wholeOf,
} from '../ops/index.ts';
import type { Rotary } from './rotary.ts';

/** Score added where attention must not look; finite, so that an all-masked row stays a number. */
export const maskedScore = -1e9;

/** Keys and values of one layer, each (batch, keyValueHeads, tokens, headDim) where nothing else is said. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

/** What one layer attends with, each (batch*tokens, heads*headDim), not yet rotated. */
export interface ProjectedHeads {
  readonly queries: Value;
  readonly keys: Value;
  readonly values: Value;
}

export interface AttentionOptions {
  readonly layer: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly scoreScale: number;
  /** Scores are squeezed into ±cap by tanh; null: not. */
  readonly scoreCap: number | null;
  /** Keys that a query sees, itself included; null: all before it. */
  readonly window: number | null;
  /** Absent where positions are learned. */
  readonly rotary?: Rotary | undefined;
}

/**
 * Attention of one layer: the mix of the values, (batch*tokens, heads*headDim), and, where there is a cache, what the new
 * tokens add to it: rotated keys, and values, (batch*tokens, keyValueHeads*headDim) each, or the whole cache with them.
 */
export type Attention = (
  projected: ProjectedHeads,
  options: AttentionOptions,
) => { readonly mixed: Value; readonly added?: KeyValues };

export interface MaskedAttentionInputs {
  /** int64 (batch, tokens) */
  readonly positions: Value;
  /** Added to the scores, float32 (batch, 1, tokens, keys): 0 where a key may be seen, very negative where not. */
  readonly mask: Value;
  /** int64 (batch, keys): where each key stands; needed by sliding layers only. */
  readonly keyPositions: Value;
  /** One entry a layer; absent in training. */
  readonly past?: readonly KeyValues[];
}

/** Attention under any mask, composed of operators that every device has and whose gradients are known. */
export function maskedAttention(inputs: MaskedAttentionInputs): Attention {
  const slidingMasks = new Map<number, Value>();
  const maskOf = (window: number | null): Value => {
    if (window === null) return inputs.mask;
    const mask = slidingMasks.get(window) ?? slidingMask(inputs, window);
    slidingMasks.set(window, mask);
    return mask;
  };
  return (projected, options) => {
    const { queries, ...present } = turnedTogether(projected, inputs, options) ?? turned(projected, inputs, options);
    const mask = maskOf(options.window);
    const past = inputs.past?.[options.layer];
    const mixed = attend(queries, past ? appendKeyValues(past, present, mask) : present, mask, options);
    return past ? { mixed, added: { keys: joinHeads(present.keys), values: projected.values } } : { mixed };
  };
}

/** By head and turned to their positions, (batch, heads, tokens, headDim) each, queries scaled for their scores. */
type TurnedHeads = KeyValues & { readonly queries: Value };

function turned(
  { queries, keys, values }: ProjectedHeads,
  { positions }: MaskedAttentionInputs,
  { heads, keyValueHeads, rotary, scoreScale }: AttentionOptions,
): TurnedHeads {
  const byHead = (value: Value, count: number): Value => splitHeads(value, positions, count);
  const rotated = (value: Value): Value => (rotary ? rotate(value, rotary) : value);
  return {
    queries: scale(rotated(byHead(queries, heads)), scoreScale),
    keys: rotated(byHead(keys, keyValueHeads)),
    values: byHead(values, keyValueHeads),
  };
}

/** The same where all of them came from one product and the rotary knows how: turned, scaled and moved as they lie. */
function turnedTogether(
  { queries, keys, values }: ProjectedHeads,
  { positions }: MaskedAttentionInputs,
  { heads, keyValueHeads, rotary, scoreScale }: AttentionOptions,
): TurnedHeads | undefined {
  const whole = wholeOf([queries, keys, values]);
  const factors = [
    ...new Array<number>(heads).fill(scoreScale),
    ...new Array<number>(keyValueHeads).fill(1),
    ...new Array<null>(keyValueHeads).fill(null),
  ];
  const all = whole && rotary?.turnTogether?.(whole, factors);
  if (!all) return undefined;
  const byHead = splitHeads(all, positions, factors.length);
  const [batch, count, tokens, headDim] = byHead.shape as [Dimension, number, Dimension, number];
  // Heads are cut as one line of numbers each: onnxruntime would otherwise cut first and move each part by itself.
  const lines = reshape(byHead, [batch, count, multiplyDimensions(tokens, headDim)]);
  const [ownQueries, ownKeys, ownValues] = split(lines, 1, [heads, keyValueHeads, keyValueHeads]).map((part) =>
    reshape(part, [batch, part.shape[1]!, tokens, headDim]),
  );
  return { queries: ownQueries!, keys: ownKeys!, values: ownValues! };
}

export interface CachedAttentionInputs {
  /** int64 (batch, tokens) */
  readonly positions: Value;
  /** int32 (batch): tokens of each row, the new ones included, less one. */
  readonly lastKeys: Value;
  /** int32 scalar: tokens of the longest row, the new ones included. */
  readonly textLength: Value;
  /** One entry a layer, with room for the whole text: (batch, keyValueHeads, capacity, headDim). */
  readonly past: readonly KeyValues[];
}

/**
 * Causal attention over caches of fixed capacity, one operator a layer: for answering. Keys are rotated here and not by
 * that operator, so that they can be read before it copies the cache: handing whole caches out costs far more.
 */
export function cachedAttention({ positions, past, ...inputs }: CachedAttentionInputs): Attention {
  return ({ queries, keys, values }, options) => {
    const { heads, keyValueHeads, rotary } = options;
    const [batch, tokens] = positions.shape as [Dimension, Dimension];
    const byRow = (value: Value): Value => reshape(value, [batch, tokens, value.shape[1]!]);
    const turned = (value: Value, count: number): Value =>
      rotary ? rotaryEmbedding(byRow(value), rotary.cosine, rotary.sine, { heads: count }) : byRow(value);
    const turnedKeys = turned(keys, keyValueHeads);
    const { keys: pastKeys, values: pastValues } = past[options.layer]!;
    const { mixed } = groupQueryAttention(
      { ...inputs, queries: turned(queries, heads), keys: turnedKeys, values: byRow(values), pastKeys, pastValues },
      options,
    );
    return { mixed: reshape(mixed, queries.shape), added: { keys: reshape(turnedKeys, keys.shape), values } };
  };
}

/**
 * The same where the cache is written in place: the operator turns queries and keys itself, by tables of all places, and
 * puts keys and values where they belong. Side by side from one product, they take three kernels on a GPU.
 */
export function inPlaceAttention({ positions, past, ...inputs }: CachedAttentionInputs): Attention {
  return ({ queries, keys, values }, options) => {
    const [batch, tokens] = positions.shape as [Dimension, Dimension];
    const byRow = (value: Value): Value => reshape(value, [batch, tokens, value.shape[1]!]);
    const { keys: pastKeys, values: pastValues } = past[options.layer]!;
    const whole = wholeOf([queries, keys, values]);
    const projected = whole
      ? { queries: byRow(whole), keys: undefined, values: undefined }
      : { queries: byRow(queries), keys: byRow(keys), values: byRow(values) };
    const { mixed, presentKeys, presentValues } = groupQueryAttention(
      { ...inputs, ...projected, pastKeys, pastValues, tables: options.rotary },
      options,
    );
    return { mixed: reshape(mixed, queries.shape), added: { keys: presentKeys, values: presentValues } };
  };
}

/** (batch*tokens, heads*headDim) → (batch, heads, tokens, headDim) */
function splitHeads(value: Value, positions: Value, heads: number): Value {
  const [batch, tokens] = positions.shape as [Dimension, Dimension];
  const headDim = (value.shape[1] as number) / heads;
  return transpose(reshape(value, [batch, tokens, heads, headDim]), [0, 2, 1, 3]);
}

/** (batch, heads, tokens, headDim) → (batch*tokens, heads*headDim) */
function joinHeads(value: Value): Value {
  const [batch, heads, tokens, headDim] = value.shape as [Dimension, number, Dimension, number];
  return reshape(transpose(value, [0, 2, 1, 3]), [multiplyDimensions(batch, tokens), heads * headDim]);
}

/**
 * Rotates queries or keys (batch, heads, tokens, headDim) to their positions. Cosines of less than half a head rotate its
 * first dimensions only (`partial_rotary_factor`).
 */
function rotate(value: Value, { cosine, sine }: Rotary): Value {
  const headDim = value.shape[3] as number;
  const rotated = 2 * (cosine.shape[2] as number);
  if (rotated === headDim) return rotaryEmbedding(value, cosine, sine);
  const [turning, still] = split(value, 3, [rotated, headDim - rotated]);
  return concatenate([rotaryEmbedding(turning!, cosine, sine), still!], 3);
}

/** The mask of a sliding layer: keys `window` or more tokens back are out of sight. */
function slidingMask({ mask, positions, keyPositions }: MaskedAttentionInputs, window: number): Value {
  const { graph } = mask;
  const [batch, tokens] = positions.shape as [Dimension, Dimension];
  const keys = keyPositions.shape[1]!;
  const distance = subtract(
    reshape(cast(positions, 'float32'), [batch, 1, tokens, 1]),
    reshape(cast(keyPositions, 'float32'), [batch, 1, 1, keys]),
  );
  const hidden = subtract(graph.scalar(1), lessThan(distance, graph.scalar(window)));
  return add(mask, scale(hidden, maskedScore));
}

/** The past's keys and values followed by the present's. */
function appendKeyValues(past: KeyValues, present: KeyValues, mask: Value): KeyValues {
  const keysDimension = mask.shape.at(-1)!;
  return {
    keys: concatenate([past.keys, present.keys], 2, keysDimension),
    values: concatenate([past.values, present.values], 2, keysDimension),
  };
}

/**
 * softmax(cap(q·kᵀ) + mask)·v.
 * @param queries (batch, heads, tokens, headDim), scaled; `heads` a multiple of the keys' heads
 * @returns (batch*tokens, heads*headDim)
 */
export function attend(
  queries: Value,
  { keys, values }: KeyValues,
  mask: Value,
  { scoreCap }: { readonly scoreCap: number | null },
): Value {
  const [batch, heads, tokens, headDim] = queries.shape as [Dimension, number, Dimension, number];
  const keyValueHeads = keys.shape[1] as number;
  // The queries that share a key head stand below each other, so that keys and values are never repeated.
  const groupTokens = multiplyDimensions(heads / keyValueHeads, tokens);
  const grouped = reshape(queries, [batch, keyValueHeads, groupTokens, headDim]);
  const products = matmul(grouped, transposeMatrix(keys));
  const scores = scoreCap === null ? products : softcap(products, scoreCap);
  const keysDimension = scores.shape[3]!;
  const weights = softmax(add(reshape(scores, [batch, heads, tokens, keysDimension]), mask));
  const mixed = matmul(reshape(weights, [batch, keyValueHeads, groupTokens, keysDimension]), values);
  return joinHeads(reshape(mixed, [batch, heads, tokens, headDim]));
}
