/** Reading config.json with clear refusals: field, value and what would be accepted. */

import { ModelError } from '../errors.ts';

export type ModelConfig = Readonly<Record<string, unknown>>;

/** Longest value that a refusal shows; lists of a hundred factors would bury the sentence. */
const shownCharacters = 60;

/** A value of a configuration as its file spells it, shortened where it is long. */
export function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)) ?? 'absent';
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

/** The refusal of a field's value. */
export const unsupported = (field: string, value: unknown, supported: string): ModelError =>
  new ModelError('model-unsupported', { field, value: shown(value), supported });

/** More than any model has of each, so that a number of nonsense is refused before anything is made of it. */
const largest: Readonly<Record<string, number>> = {
  ...{ num_hidden_layers: 1_000, n_layer: 1_000 },
  ...{ num_attention_heads: 65_536, num_key_value_heads: 65_536, n_head: 65_536, head_dim: 65_536 },
  ...{ hidden_size: 1 << 20, n_embd: 1 << 20, intermediate_size: 1 << 24, n_inner: 1 << 24, vocab_size: 1 << 24 },
};
/** Positions and the like, of which nothing is made one by one. */
export const largestOther = 2 ** 31 - 1;

/** A positive whole number; `fallback` where the field is absent or null. */
export function wholeNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  const most = largest[field] ?? largestOther;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw unsupported(field, value, 'a positive whole number');
  if (value > most) throw unsupported(field, value, `at most ${most}`);
  return value;
}

type Range = readonly [least: number, most: number];
/** A smaller one vanishes in float32 beside the mean square of a row; a larger one outweighs it. */
const ofEpsilon: Range = [1e-20, 1];
const ofBase: Range = [1, 1e12];
/** What any model may have of each constant, with room: of one beyond, only nonsense would be computed. */
const plausible: Readonly<Record<string, Range>> = {
  ...{ rms_norm_eps: ofEpsilon, layer_norm_epsilon: ofEpsilon, layer_norm_eps: ofEpsilon },
  ...{ rope_theta: ofBase, rope_local_base_freq: ofBase },
};
const ofOthers: Range = [1e-6, 1e6];

/** A positive number that a model may have there; `fallback` where the field is absent or null. */
export function positiveNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    throw unsupported(field, value, 'a positive number');
  // A section's field is named with its section before it.
  const [least, most] = plausible[field.slice(field.lastIndexOf('.') + 1)] ?? ofOthers;
  if (value >= least && value <= most) return value;
  throw unsupported(field, value, `a number from ${least} to ${most}`);
}

/** As `wholeNumber`, but null where the field is absent or null. */
export const optionalWholeNumber = (config: ModelConfig, field: string): number | null =>
  config[field] === undefined || config[field] === null ? null : wholeNumber(config, field);

/** As `positiveNumber`, but null where the field is absent or null. */
export const optionalPositiveNumber = (config: ModelConfig, field: string): number | null =>
  config[field] === undefined || config[field] === null ? null : positiveNumber(config, field);

/** true or false; `fallback` where the field is absent or null. */
export function flag(config: ModelConfig, field: string, fallback: boolean): boolean {
  const value = config[field] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw unsupported(field, value, 'true or false');
}

/** Refuses any value but those that this code computes. A field that is absent or null means the first. */
export function oneOf<Value extends string | number | boolean>(
  config: ModelConfig,
  field: string,
  ...supported: readonly Value[]
): Value {
  const value = config[field] ?? supported[0];
  const found = supported.find((entry) => entry === value);
  if (found !== undefined) return found;
  throw unsupported(field, value, supported.join(', '));
}
