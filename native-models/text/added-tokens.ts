/** Tokens beside the vocabulary: all that a folder's files declare, numbered as transformers numbers them. */

import type { FolderFiles } from '../weights/folder-files.ts';
import { namedTokens, type NamedToken } from './special-tokens.ts';

/** A token as tokenizer.json keeps it. */
export interface AddedToken {
  /** What the file says; the library numbers by order. Undefined: wherever there is room. */
  readonly id?: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly single_word: boolean;
}

/**
 * Those of tokenizer.json, and behind them what tokenizer_config.json (`added_tokens_decoder`, `extra_special_tokens`,
 * `additional_special_tokens`, bos, eos and the like) or else the older special_tokens_map.json and added_tokens.json
 * declare, in the order in which transformers 5.18 adds them.
 * https://github.com/huggingface/transformers/blob/v5.18.0/src/transformers/tokenization_utils_tokenizers.py
 */
export async function readAddedTokens(
  files: FolderFiles,
  json: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): Promise<readonly AddedToken[]> {
  const own = (Array.isArray(json['added_tokens']) ? json['added_tokens'] : []) as readonly Partial<AddedToken>[];
  const tokens = new Map(own.map((token) => [token.content!, complete(token)]));
  const { named, extra } = await namedTokens(files, config);
  const isNamed = (content: string): boolean => [...named.values()].some((token) => token.content === content);

  const decoder = config['added_tokens_decoder'] as Readonly<Record<string, Partial<AddedToken>>> | undefined;
  if (decoder) {
    // Numbers as keys: JavaScript gives them in rising order, as transformers sorts them.
    for (const [id, token] of Object.entries(decoder)) {
      if (typeof token?.content !== 'string') continue;
      // What tokenizer.json calls special stays so.
      const special = token.special === true || tokens.get(token.content)?.special === true;
      tokens.set(token.content, complete({ ...token, id: Number(id), special }));
    }
  } else {
    const older = (await files.json('added_tokens.json')) ?? {};
    const byId = Object.entries(older).filter((entry): entry is [string, number] => Number.isInteger(entry[1]));
    for (const [content, id] of byId.sort(([, a], [, b]) => a - b)) {
      const special = isNamed(content) || extra.some((token) => token.content === content);
      if (!tokens.has(content)) tokens.set(content, complete({ id, content, special, normalized: !special }));
    }
  }
  for (const token of named.values()) {
    const known = tokens.get(token.content);
    tokens.set(token.content, known ? { ...known, special: true } : complete({ ...flagsOf(token), special: true }));
  }
  for (const token of extra) {
    if (!tokens.has(token.content)) tokens.set(token.content, complete({ ...flagsOf(token), special: true }));
  }
  return [...tokens.values()];
}

function flagsOf(token: NamedToken): Partial<AddedToken> {
  const { lstrip = false, rstrip = false, normalized = false, single_word = false } = token;
  return { content: token.content, lstrip, rstrip, normalized, single_word };
}

/** With what transformers assumes where a file says nothing. */
function complete(token: Partial<AddedToken>): AddedToken {
  const special = token.special === true;
  return {
    ...(Number.isInteger(token.id) ? { id: token.id! } : {}),
    content: String(token.content),
    special,
    normalized: token.normalized ?? !special,
    lstrip: token.lstrip === true,
    rstrip: token.rstrip === true,
    single_word: token.single_word === true,
  };
}
