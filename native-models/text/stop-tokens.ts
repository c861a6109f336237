/** Tokens that end an answer, from every place where a model folder may name them. */

import { join } from 'node:path';
import { readJsonObject } from '../weights/json.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * `eos_token_id` of generation_config.json and config.json, and the tokenizer's eos token. Folders often disagree, and a
 * model that misses its stop token talks for ever, so all of them count.
 */
export async function readStopTokenIds(directory: string, tokenizer: Tokenizer): Promise<number[]> {
  const generation = await readJsonObject(join(directory, 'generation_config.json'));
  const config = await readJsonObject(join(directory, 'config.json'));
  const text = config?.['text_config'] as Record<string, unknown> | undefined;
  const named = [generation, config, text].flatMap((file) => file?.['eos_token_id'] ?? []);
  const eos = tokenizer.tokenId(tokenizer.specialTokens['eos_token'] ?? '');
  return [...named, eos].filter((id): id is number => Number.isInteger(id));
}
