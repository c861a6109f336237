/**
 * The identity of a base model: its weights, and what decides how they compute and speak. Another folder with the same
 * weights and another tokenizer, template or configuration is another model: it would be trained with one and asked with
 * the other.
 */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdentityPart, ModelIdentity } from '../jobs.ts';
import { readAddedTokens } from '../text/added-tokens.ts';
import { namedTokens, textsOf } from '../text/special-tokens.ts';
import { readTemplateSource } from '../text/template-source.ts';
import type { Weights } from '../weights/checkpoint-folder.ts';
import { fingerprint } from '../weights/fingerprint.ts';
import { folderFiles } from '../weights/folder-files.ts';

/** Every file beside the weights that is read for a part. */
export const identityFiles = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
] as const;

/** Fields of config.json that say how files were written or are used elsewhere, and change no answer here. */
const withoutEffect = ['_name_or_path', 'architectures', 'dtype', 'torch_dtype', 'transformers_version', 'use_cache'];

/** Parsing a large tokenizer takes a second, so a result is kept while size and time of change of all files stay. */
const known = new Map<string, Promise<Omit<ModelIdentity['parts'], 'weights'>>>();

/** Raises `file-unreadable`, `weights-truncated`, `text-undecodable` and `model-config-unreadable`. */
export async function identityOf(weights: Weights): Promise<ModelIdentity> {
  const parts = { weights: await fingerprint(weights), ...(await textsOfFolder(weights.directory)) };
  return { fingerprint: hashOf(parts), parts };
}

/** Parts that differ, the weights first. */
export function differingParts(one: ModelIdentity['parts'], other: ModelIdentity['parts']): readonly IdentityPart[] {
  return (Object.keys(other) as IdentityPart[]).filter((part) => one[part] !== other[part]);
}

async function textsOfFolder(directory: string): Promise<Omit<ModelIdentity['parts'], 'weights'>> {
  const states = identityFiles.map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => null);
    return found && [found.size, found.mtimeMs, found.ctimeMs, found.ino];
  });
  const key = JSON.stringify([directory, await Promise.all(states)]);
  const earlier = known.get(key);
  if (earlier !== undefined) return earlier;
  const result = readTexts(directory);
  known.set(key, result);
  result.catch(() => known.delete(key));
  return result;
}

async function readTexts(directory: string): Promise<Omit<ModelIdentity['parts'], 'weights'>> {
  const files = folderFiles(directory);
  const read = async (name: string) => (await files.json(name)) ?? {};
  const [json, config] = [await read('tokenizer.json'), await read('tokenizer_config.json')];
  const declared = await readAddedTokens(files, json, config);
  const markers = textsOf((await namedTokens(files, config)).named);
  // Texts are cut and filled where batches are made, whatever the tokenizer says of it.
  const tokenizer = { ...json, added_tokens: declared, truncation: null, padding: null };
  const stops = (await read('generation_config.json'))['eos_token_id'] ?? null;
  const computing = Object.entries(await read('config.json')).filter(([field]) => !withoutEffect.includes(field));
  return {
    configuration: hashOf([sorted(Object.fromEntries(computing)), stops]),
    tokenizer: hashOf([tokenizer, sorted(markers)]),
    // Any line end is \n to a template.
    template: hashOf((await readTemplateSource(files))?.replace(/\r\n?/g, '\n') ?? null),
  };
}

/** The same object with its fields in one order, whoever wrote the file. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = Object.entries(value).map(([name, part]) => [name, sorted(part)] as const);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
