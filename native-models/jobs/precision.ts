/** Bits of a base while it answers, and what they cost. */

import type { DeviceFallback } from './device.ts';

/**
 * How a base's weights are kept: as they are (`f32`, exact), or in 8 or 4 bits, which is smaller and as a rule faster
 * and changes answers a little. Adapters always stay in float32.
 */
export type Precision = 'f32' | 'int8' | 'int4';

/** How a base is kept, and in which folder the blocks of 8 or 4 bits are cached; `f32` alone needs none. */
export type KeptBase =
  | { readonly precision: Precision; readonly cacheDirectory: string }
  | { readonly precision: 'f32'; readonly cacheDirectory?: undefined };

/** A base that is being quantized, once for each precision. */
export interface QuantizeProgress {
  readonly precision: Precision;
  /** Matrices that exist. */
  readonly done: number;
  readonly total: number;
}

/** How well and how fast a model answers in one precision. */
export interface PrecisionQuality {
  /**
   * exp of the mean loss over every token of every right answer, the token that ends it included, each after the question
   * and the answer so far: 1 would be certainty. Lower is better.
   */
  readonly perplexity: number;
  /** In the order of the examples, answered greedily. */
  readonly answers: readonly { readonly id: string; readonly right: boolean; readonly chrf: number }[];
  /** Of one answer alone, after its first token. */
  readonly tokensPerSecond: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

export interface PrecisionResult {
  readonly precision: Precision;
  /** Of the weights while the model answers. */
  readonly weightBytes: number;
  /** Of the whole process, predicted, base and adapter side by side. */
  readonly peakBytes: number;
  /** null: it does not fit into `availableBytes`, so nothing was measured. */
  readonly quality: PrecisionQuality | null;
}

export interface ComparePrecisionsProgress {
  /** The one that is measured now. */
  readonly precision: Precision;
  /** Right answers read and questions answered, over all precisions. */
  readonly done: number;
  readonly total: number;
  /** null before the first. */
  readonly secondsLeft: number | null;
}
