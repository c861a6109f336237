/** What every decoder architecture offers, so that training, generation and adapters need not know the family. */

import type { Value } from '../graph/graph.ts';
import type { Attention, KeyValues } from '../nn/attention.ts';
import type { Rope } from '../nn/rope.ts';
import type { Rotary } from '../nn/rotary.ts';
import type { Scope } from '../nn/scope.ts';

/** A linear layer that an adapter can sit on. */
export interface LinearModule {
  /** PEFT's name, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly bias: boolean;
}

export interface DecoderInputs {
  /** int64 (batch, tokens) */
  readonly inputIds: Value;
  /** int64 (batch, tokens) */
  readonly positions: Value;
  readonly attention: Attention;
  /** How one of the decoder's ropes turns the tokens; asked once for each. */
  readonly rotary: (rope: Rope) => Rotary;
}

export interface DecoderOutputs {
  /** After the last norm, (batch*tokens, hidden). */
  readonly hidden: Value;
  /** What each layer reads, (batch*tokens, hidden), first layer first. */
  readonly layerInputs: readonly Value[];
  /** What the new tokens add to the cache, one entry a layer; empty where there is none. */
  readonly added: readonly KeyValues[];
}

export interface Decoder {
  /** `model_type` of config.json. */
  readonly architecture: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  /** Longest text in tokens: `max_position_embeddings`, or what its stretching reaches. */
  readonly contextLength: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  /** Tokens that a sliding layer sees; null where every layer sees everything. */
  readonly slidingWindow: number | null;
  /** Scores are squeezed into ±cap by tanh; null: not. */
  readonly scoreCap: number | null;
  /** Linear weights lie as (in, out), PEFT's `fan_in_fan_out`. */
  readonly fanInFanOut: boolean;
  /** Every weight the model needs: Hugging Face name → shape. */
  readonly weightShapes: ReadonlyMap<string, readonly number[]>;
  /** The embedding table's name, which is also the head's where `weightShapes` names no head. */
  readonly embeddingWeight: string;
  /** Names under which checkpoints hold a weight, the usual one first. */
  readonly checkpointNames: (weight: string) => readonly string[];
  /** PEFT's `all-linear`: every linear layer but the output head. */
  readonly linearModules: readonly LinearModule[];
  /**
   * PEFT's `exclude_modules`: a regular expression for modules of the whole model in that folder which are no part of this
   * decoder but share names with its own; null: there are none.
   */
  readonly unservedModules: string | null;
  /** Ropes of its layers, none where positions are learned. */
  readonly ropes: readonly Rope[];
  /** Position of the first token of a text that has, or may grow to, so many tokens; the others follow it. */
  readonly firstPosition: (tokens: number) => number;
  /** Appends the layers to the scope's graph. */
  forward(scope: Scope, inputs: DecoderInputs): DecoderOutputs;
  /** Logits of chosen rows: (rows, hidden) → (rows, vocabulary). */
  head(scope: Scope, hidden: Value): Value;
}
