/** Model folders: what they hold, and what they will need. */

import type { Precision } from './precision.ts';

export interface ModelSummary {
  readonly directory: string;
  readonly name: string;
  /** `model_type` of config.json, e.g. `llama`. */
  readonly architecture: string;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly dtype: string;
  /** Longest text in tokens (`max_position_embeddings`). */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Of the largest weight in float32, the embedding as a rule: what a device must take in one piece. */
  readonly largestTensorBytes: number;
  /** See `ModelIdentity`. */
  readonly fingerprint: string;
  readonly parts: ModelIdentity['parts'];
}

/** A model that can be used, and what people should know before they do. */
export interface ModelInspection extends ModelSummary {
  /** What generation_config.json asks for and is not done, as `repetition_penalty 1.05`. */
  readonly unmetWishes: readonly string[];
}

export type IdentityPart = 'weights' | 'configuration' | 'tokenizer' | 'template';

/** What makes a model this one and no other. */
export interface ModelIdentity {
  /** SHA-256 (hex) over the parts. */
  readonly fingerprint: string;
  /**
   * SHA-256 (hex) of each: `weights` over tensor names, dtypes, shapes and bytes; `configuration` over what decides how
   * they compute, and the tokens that end an answer; `tokenizer` with the tokens that other files declare; `template`.
   */
  readonly parts: Readonly<Record<IdentityPart, string>>;
}

/** One thing that a model folder must have, or that people should know of it. */
export type CheckItem =
  | 'configuration'
  | 'weights'
  | 'tensors'
  | 'values'
  | 'tokenizer'
  | 'template'
  | 'stopTokens'
  | 'generation'
  | 'context'
  | 'licence';

/** A problem as data: a code of `ModelError` with its values. */
export interface CheckProblem {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface CheckLine {
  readonly item: CheckItem;
  /** `attention`: usable, but somebody should know; `waiting`: still being read; `unknown`: another line must be put right first. */
  readonly state: 'good' | 'attention' | 'bad' | 'waiting' | 'unknown';
  /** What is there, by name, e.g. `{ files: 3, bytes: 988097824 }`. */
  readonly found: Readonly<Record<string, string | number>>;
  /** What is wrong, the first few. */
  readonly problems: readonly CheckProblem[];
  /** How many things are wrong in all. */
  readonly problemCount: number;
}

export interface Licence {
  /** An SPDX identifier or the name that the folder gives it; null: none found. */
  readonly name: string | null;
  readonly texts: readonly { readonly file: string; readonly text: string }[];
}

export interface ModelCheckProgress {
  readonly lines: readonly CheckLine[];
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly secondsLeft: number;
}

export interface ModelEstimate {
  readonly trainingBytes: number;
  /** With the base kept in each precision. */
  readonly answeringBytes: Readonly<Record<Precision, number>>;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly trainingSeconds: number;
}

/** An answer to be predicted: base and adapter side by side. */
export interface AnsweringUse {
  /** Of the adapter, on every linear layer; 0: the base alone. */
  readonly rank: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
}
