/** Reading config.json with clear refusals: field, value and what would be accepted. */

import { ModelError } from '../errors.ts';

export type ModelConfig = Readonly<Record<string, unknown>>;

/** A value of a configuration as its file spells it. */
export const shown = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)) ?? 'absent';

/** A positive whole number; `fallback` where the field is absent. */
export function wholeNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ModelError('model-unsupported', { field, value: shown(value), supported: 'a positive whole number' });
}

/** A positive number; `fallback` where the field is absent. */
export function positiveNumber(config: ModelConfig, field: string, fallback?: number): number {
  const value = config[field] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new ModelError('model-unsupported', { field, value: shown(value), supported: 'a positive number' });
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
  throw new ModelError('model-unsupported', { field, value: shown(value), supported: 'true or false' });
}

/** Refuses any value but those that this code computes. An absent field means the first. */
export function oneOf<Value extends string>(config: ModelConfig, field: string, ...supported: readonly Value[]): Value {
  const value = config[field] ?? supported[0];
  const found = supported.find((entry) => entry === value);
  if (found !== undefined) return found;
  throw new ModelError('model-unsupported', { field, value: shown(value), supported: supported.join(', ') });
}
