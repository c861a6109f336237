/** The model's own tokenizer: text to token ids and back, exactly as the model was trained on. */

import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readJsonObject } from '../weights/json.ts';
import { LibraryTokenizer } from './library.ts';
import { readSpecialTokens } from './special-tokens.ts';
import type { SpecialTokens } from './special-tokens.ts';

export interface Tokenizer {
  readonly directory: string;
  /** Largest token id + 1. The model's may be larger: many are padded. */
  readonly vocabularySize: number;
  /** Texts of bos, eos and the like, as tokenizer_config.json names them. */
  readonly specialTokens: SpecialTokens;
  /** Markers that the model has no row for, as Gemma 3's text models none for pictures; they are read as plain text. */
  readonly markersWithoutRow: readonly string[];
  /** Ids of the text. `withSpecialTokens` adds what the tokenizer puts around a plain text (often bos); chats carry theirs. */
  encode(text: string, options?: { readonly withSpecialTokens?: boolean }): number[];
  /**
   * The text of the ids. Never tidies spaces, so that part numbers and units stay as the model wrote them; ids without a
   * token (padding of the vocabulary) give nothing. `withSpecialTokens` keeps markers such as `<|im_end|>`.
   */
  decode(ids: readonly number[], options?: { readonly withSpecialTokens?: boolean }): string;
  /** The id of exactly this token, if there is one. */
  tokenId(token: string): number | undefined;
  /** Whether the id is a marker rather than text. */
  isSpecial(id: number): boolean;
}

/**
 * Opens `tokenizer.json` of a model folder.
 * Raises `model-not-a-model` without one, `tokenizer-unreadable` for one that cannot be used, and
 * `tokenizer-mismatch` when it knows tokens that the model (`vocab_size` of config.json) has no row for.
 */
export async function openTokenizer(directory: string): Promise<Tokenizer> {
  const path = join(directory, 'tokenizer.json');
  const json = await readJsonObject(path);
  if (json === null) throw new ModelError('model-not-a-model', { path: directory, file: 'tokenizer.json' });
  const config = (await readJsonObject(join(directory, 'tokenizer_config.json'))) ?? {};
  const modelSize = await modelVocabulary(directory);
  const withoutRow = modelSize === null ? [] : addedTokens(json).filter((t) => t.special && t.id >= modelSize);
  const usable = withoutMarkers(json, new Set(withoutRow.map(({ content }) => content)));
  const unsupported = unsupportedPart(json);
  if (unsupported !== null) throw new ModelError('tokenizer-unreadable', { path, reason: unsupported });
  let library: LibraryTokenizer;
  let vocabularySize = 0;
  try {
    library = new LibraryTokenizer({ ...usable, pre_tokenizer: withExactSplits(json) }, config);
    for (const id of tokenIds(usable)) vocabularySize = Math.max(vocabularySize, id + 1);
  } catch (cause) {
    throw new ModelError('tokenizer-unreadable', { path, reason: (cause as Error).message }, { cause });
  }
  if (modelSize !== null && vocabularySize > modelSize)
    throw new ModelError('tokenizer-mismatch', { tokenizerSize: vocabularySize, modelSize });

  const special = new Set([...library.get_added_tokens_decoder().values()].filter((t) => t.special).map((t) => t.id));
  return {
    directory,
    vocabularySize,
    markersWithoutRow: withoutRow.map(({ content }) => content),
    specialTokens: await readSpecialTokens(directory, config),
    encode: (text, { withSpecialTokens = false } = {}) =>
      text === '' && !withSpecialTokens ? [] : library.encode(text, { add_special_tokens: withSpecialTokens }).ids,
    decode(ids, { withSpecialTokens = false } = {}) {
      const known = ids.filter(
        (id) => library.id_to_token(id) !== undefined && (withSpecialTokens || !special.has(id)),
      );
      return known.length === 0 ? '' : library.decode(known, { clean_up_tokenization_spaces: false });
    },
    tokenId: (token) => library.token_to_id(token),
    isSpecial: (id) => special.has(id),
  };
}

/** `vocab_size` of config.json, null where there is none. */
async function modelVocabulary(directory: string): Promise<number | null> {
  const config = await readJsonObject(join(directory, 'config.json'));
  const size =
    config?.['vocab_size'] ?? (config?.['text_config'] as Record<string, unknown> | undefined)?.['vocab_size'];
  return typeof size === 'number' ? size : null;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
}

const addedTokens = (json: Record<string, unknown>): readonly AddedToken[] =>
  Array.isArray(json['added_tokens']) ? (json['added_tokens'] as AddedToken[]) : [];

/** The same tokenizer without some of its markers; where a text holds them, they are then read as any other text. */
function withoutMarkers(json: Record<string, unknown>, markers: ReadonlySet<string>): Record<string, unknown> {
  if (markers.size === 0) return json;
  const model = json['model'] as { readonly vocab: Readonly<Record<string, number>> };
  const vocab = Object.fromEntries(Object.entries(model.vocab).filter(([token]) => !markers.has(token)));
  const added = addedTokens(json).filter(({ content }) => !markers.has(content));
  return { ...json, added_tokens: added, model: { ...model, vocab } };
}

/** Every id that tokenizer.json gives away, in the vocabulary (a map, or Unigram's list) and beside it. */
function* tokenIds(json: Record<string, unknown>): Generator<number> {
  const { vocab } = json['model'] as { vocab: Record<string, number> | readonly unknown[] };
  if (Array.isArray(vocab)) yield vocab.length - 1;
  else yield* Object.values(vocab as Record<string, number>);
  for (const { id } of addedTokens(json)) yield id;
}

interface Part {
  readonly type?: string;
  readonly behavior?: string;
  readonly pretokenizers?: readonly Part[];
  readonly pattern?: { readonly String?: string };
  readonly use_regex?: boolean;
  readonly split?: boolean;
  readonly replacement?: string;
  readonly add_prefix_space?: boolean;
}

/** The library splits words in two ways only and says nothing about the others; wrong ids would teach nonsense. */
function unsupportedPart(json: Record<string, unknown>): string | null {
  const known = ['Isolated', 'Removed'];
  // Gemma asks to split at spaces after its normalizer has removed them all: nothing is left to split.
  const spacesReplaced = JSON.stringify(json['normalizer'] ?? null).includes('"String":" "');
  const find = (part: Part | null): string | null => {
    if (part?.type === 'Sequence')
      return (part.pretokenizers ?? []).map(find).find((reason) => reason !== null) ?? null;
    if (part?.type !== 'Split' || known.includes(part.behavior ?? '')) return null;
    if (part.pattern?.String === ' ' && spacesReplaced) return null;
    return `it splits words by ${part.behavior}, and only ${known.join(' and ')} are supported`;
  };
  return find(json['pre_tokenizer'] ?? null);
}

/** GPT-2's split into words: https://github.com/openai/gpt-2/blob/master/src/encoder.py */
const wordPattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/**
 * The library's byte-level step splits with JavaScript's `\s`, which counts U+FEFF as a space and U+0085 not, the
 * opposite of the reference; its Metaspace never splits. Its general split gets both right, so they are handed to that one.
 */
function withExactSplits(json: Record<string, unknown>): unknown {
  const correct = (part: Part | null): unknown => {
    if (part?.type === 'Sequence') return { ...part, pretokenizers: (part.pretokenizers ?? []).map(correct) };
    if (part?.type === 'Metaspace' && part.split !== false) {
      const mark = part.replacement ?? '▁';
      const split = { type: 'Split', pattern: { Regex: `${mark}[^${mark}]*` }, behavior: 'Isolated', invert: false };
      return { type: 'Sequence', pretokenizers: [part, split] };
    }
    if (part?.type !== 'ByteLevel' || part.use_regex === false || part.add_prefix_space === true) return part;
    const split = { type: 'Split', pattern: { Regex: wordPattern }, behavior: 'Isolated', invert: false };
    return { type: 'Sequence', pretokenizers: [split, { ...part, use_regex: false }] };
  };
  return correct(json['pre_tokenizer'] ?? null);
}
