/** Tokens that end an answer, from every place where a model folder may name them. */

import { unsupported } from '../architectures/config.ts';
import type { FolderFiles } from '../weights/folder-files.ts';
import { modelVocabulary, type Tokenizer } from './tokenizer.ts';

/**
 * `eos_token_id` of generation_config.json and config.json, and the tokenizer's eos token. Folders often disagree, and a
 * model that misses its stop token talks for ever, so all of them count.
 * Raises `model-unsupported` for one that is no token id of the model: nothing would ever end there, and nobody would know.
 */
export async function readStopTokenIds(files: FolderFiles, tokenizer: Tokenizer): Promise<number[]> {
  const generation = await files.json('generation_config.json');
  const config = await files.json('config.json');
  const text = config?.['text_config'] as Record<string, unknown> | undefined;
  const size = (await modelVocabulary(files)) ?? tokenizer.vocabularySize;
  const named = [
    ...idsOf('generation_config.json', generation, size),
    ...idsOf('config.json', config, size),
    ...idsOf('config.json', text, size),
  ];
  const eos = tokenizer.tokenId(tokenizer.specialTokens['eos_token'] ?? '');
  return eos === undefined ? named : [...named, eos];
}

function idsOf(file: string, settings: Readonly<Record<string, unknown>> | null | undefined, size: number): number[] {
  const value = settings?.['eos_token_id'] ?? [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((id) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < size) return id;
    throw unsupported(`eos_token_id (${file})`, id, `a token id from 0 to ${size - 1}`);
  });
}
