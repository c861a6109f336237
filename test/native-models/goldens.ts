/** Where the reference numbers lie, and which models they hold. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const goldensRoot = resolve(import.meta.dirname, '../goldens');

/** Folder names of the reference models. */
export const goldenModels: readonly string[] = readdirSync(goldensRoot, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

export interface TextReference {
  readonly rendered: readonly string[];
  readonly prompts: readonly string[];
  readonly tokenize: readonly { readonly text: string; readonly ids: readonly number[]; readonly decoded: string }[];
}

export function goldenPath(...parts: string[]): string {
  return join(goldensRoot, ...parts);
}

/** The text part of a model's `reference.json`. */
export function textReference(model: string): TextReference {
  return JSON.parse(readFileSync(goldenPath(model, 'reference.json'), 'utf8')) as TextReference;
}
