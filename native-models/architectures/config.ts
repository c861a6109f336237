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

/** A positive whole number; `fallback` where the field is absent or null. */
export function wholeNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw unsupported(field, value, 'a positive whole number');
}

/** A positive number; `fallback` where the field is absent or null. */
export function positiveNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw unsupported(field, value, 'a positive number');
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
