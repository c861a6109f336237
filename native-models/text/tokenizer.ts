/** The model's own tokenizer: text to token ids and back, exactly as the model was trained on. */

import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { type FolderFiles, folderFiles } from '../weights/folder-files.ts';
import { type AddedToken, readAddedTokens } from './added-tokens.ts';
import { encodeText, type LibraryTokenizer, openLibraryTokenizer } from './library.ts';
import { namedTokens, type SpecialTokens, textsOf } from './special-tokens.ts';

export interface Tokenizer {
  readonly directory: string;
  /** Largest token id + 1. The model's may be larger: many are padded. */
  readonly vocabularySize: number;
  /** Texts of bos, eos and the like, as the folder names them. */
  readonly specialTokens: SpecialTokens;
  /** Markers that the model has no row for, as Gemma 3's text models none for pictures; they are read as plain text. */
  readonly markersWithoutRow: readonly string[];
  /** Markers that are named and that neither vocabulary nor lists of tokens know: given an id that nothing was trained on. */
  readonly newMarkers: readonly string[];
  /** Whether a token stands for a byte of its text at least, as in all tokenizers that fall back to bytes. */
  readonly byBytes: boolean;
  /** Ids of the text. `withSpecialTokens` adds what the tokenizer puts around a plain text (often bos); chats carry theirs. */
  encode(text: string, options?: { readonly withSpecialTokens?: boolean }): Promise<number[]>;
  /**
   * The text of the ids. Never tidies spaces, so that part numbers and units stay as the model wrote them; ids without a
   * token (padding of the vocabulary) give nothing. `withSpecialTokens` keeps markers such as `<|im_end|>`.
   */
  decode(ids: readonly number[], options?: { readonly withSpecialTokens?: boolean }): Promise<string>;
  /** The id of exactly this token, if there is one. */
  tokenId(token: string): number | undefined;
  /** The token of this id as the vocabulary writes it (markers: their text), if there is one. */
  tokenOf(id: number): string | undefined;
  /** Whether the id is a marker rather than text. */
  isSpecial(id: number): boolean;
}

/**
 * Opens `tokenizer.json` of a model folder together with the tokens that only other files of the folder declare.
 * Raises `model-not-a-model` without one, `tokenizer-unreadable` for one that cannot be used or whose files give a token
 * different ids, and `tokenizer-mismatch` when it knows tokens that the model (`vocab_size` of config.json) has no row for.
 */
export async function openTokenizer(directory: string, files = folderFiles(directory)): Promise<Tokenizer> {
  const path = join(directory, 'tokenizer.json');
  const json = await files.json('tokenizer.json');
  if (json === null) throw new ModelError('model-not-a-model', { path: directory, file: 'tokenizer.json' });
  requireNoChance(path, json);
  requireMeasure(path, json);
  requireUnknown(path, json);
  const config = (await files.json('tokenizer_config.json')) ?? {};
  const modelSize = await modelVocabulary(files);
  const declared = await readAddedTokens(files, json, config);
  const { library, tokens, vocabularySize } = openWithRows(path, json, declared, modelSize ?? Infinity);
  if (modelSize !== null && vocabularySize > modelSize)
    throw new ModelError('tokenizer-mismatch', { tokenizerSize: vocabularySize, modelSize });

  const special = new Set(tokens.filter((token) => token.special).map(({ content }) => library.tokenToId(content)));
  const specialTokens = textsOf((await namedTokens(files, config)).named);
  return {
    directory,
    vocabularySize,
    byBytes: worksOnBytes(json),
    markersWithoutRow: declared.filter((token) => !tokens.includes(token)).map(({ content }) => content),
    newMarkers: declared
      .filter(({ id, content }) => id === undefined && !isInVocabulary(json, content))
      .map(({ content }) => content),
    specialTokens,
    encode: async (text, { withSpecialTokens = false } = {}) =>
      text === '' && !withSpecialTokens ? [] : read(path, () => encodeText(library, text, withSpecialTokens)),
    async decode(ids, { withSpecialTokens = false } = {}) {
      const known = withSpecialTokens ? [...ids] : ids.filter((id) => !special.has(id));
      return known.length === 0 ? '' : read(path, () => library.decode(known, false));
    },
    tokenId: (token) => library.tokenToId(token) ?? undefined,
    tokenOf: (id) => library.idToToken(id) ?? undefined,
    isSpecial: (id) => special.has(id),
  };
}

/** What the library cannot read it says in words of its own, such as a character for which the vocabulary has nothing. */
async function read<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ModelError('tokenizer-unreadable', { path, reason: (cause as Error).message }, { cause });
  }
}

/** A map from tokens to ids, or Unigram's list of pieces with their scores. */
function isInVocabulary(json: Json, token: string): boolean {
  const { vocab } = (json['model'] ?? {}) as Partial<VocabularyModel>;
  if (Array.isArray(vocab)) return vocab.some((piece) => Array.isArray(piece) && piece[0] === token);
  return typeof vocab === 'object' && vocab !== null && Object.hasOwn(vocab, token);
}

/** Whole words or pieces of them, and for all others one token without which the first strange word ends the work. */
function requireUnknown(path: string, json: Json): void {
  const { type, unk_token: unknown } = (json['model'] ?? {}) as {
    readonly type?: unknown;
    readonly unk_token?: unknown;
  };
  if (type !== 'WordPiece' && type !== 'WordLevel') return;
  if (typeof unknown === 'string' && isInVocabulary(json, unknown)) return;
  const reason = `its vocabulary lacks ${typeof unknown === 'string' ? unknown : 'a token (unk_token)'}, which stands for unknown words`;
  throw new ModelError('tokenizer-unreadable', { path, reason });
}

/** Such as know every byte, and do not write texts at greater length first; NFC and NFKC are looked at by whoever counts. */
function worksOnBytes(json: Json): boolean {
  const { byte_fallback: fallsBack } = (json['model'] ?? {}) as { readonly byte_fallback?: unknown };
  const types = (part: unknown): readonly string[] => {
    const { type, normalizers, pretokenizers } = (part ?? {}) as Readonly<Record<string, unknown>>;
    const inside = [normalizers, pretokenizers].flatMap((each) => (Array.isArray(each) ? each.flatMap(types) : []));
    return typeof type === 'string' ? [type, ...inside] : inside;
  };
  const known = new Set(['Sequence', 'NFC', 'NFKC', 'Lowercase', 'Strip', 'Prepend', 'Replace']);
  const cuts = types(json['pre_tokenizer']);
  return (
    (fallsBack === true || cuts.includes('ByteLevel')) && types(json['normalizer']).every((type) => known.has(type))
  );
}

/** BPE with dropout cuts the same text differently each time, which only a training of the base itself could want. */
function requireNoChance(path: string, json: Json): void {
  const { dropout } = (json['model'] ?? {}) as { readonly dropout?: unknown };
  if (dropout == null || dropout === 0) return;
  throw new ModelError('tokenizer-unreadable', {
    path,
    reason: `it cuts texts by chance (dropout ${JSON.stringify(dropout)})`,
  });
}

/** Times as long as what was written; no tokenizer needs more than a few. */
const mostGrowth = 1_000;

/** Replacements, one after the other, can make of a word more than any memory holds. */
function requireMeasure(path: string, json: Json): void {
  const growth = (part: unknown): number => {
    if (typeof part !== 'object' || part === null) return 1;
    const { type, content, pattern, ...inside } = part as Readonly<Record<string, unknown>>;
    const parts = [inside['normalizers'], inside['decoders']].flatMap((each): unknown[] =>
      Array.isArray(each) ? each : [],
    );
    if (type === 'Prepend' && typeof inside['prepend'] === 'string') return Math.max(1, inside['prepend'].length);
    if (type !== 'Replace' || typeof content !== 'string')
      return parts.reduce<number>((product, each) => product * growth(each), 1);
    const { String: replaced } = (pattern ?? {}) as { readonly String?: unknown };
    return Math.max(1, content.length / (typeof replaced === 'string' ? replaced.length || 1 : 1));
  };
  for (const part of ['normalizer', 'decoder']) {
    if (growth(json[part]) <= mostGrowth) continue;
    const reason = `its ${part} makes texts more than ${mostGrowth} times as long`;
    throw new ModelError('tokenizer-unreadable', { path, reason });
  }
}

interface Opened {
  readonly library: LibraryTokenizer;
  /** Those of the declared tokens that the model has rows for. */
  readonly tokens: readonly AddedToken[];
  readonly vocabularySize: number;
}

/** Leaves out markers without a row; where a text holds them, they are then read as any other text. */
function openWithRows(path: string, json: Json, declared: readonly AddedToken[], rows: number): Opened {
  const first = open(path, json, declared);
  const fits = ({ content, special }: AddedToken): boolean => !special || first.library.tokenToId(content)! < rows;
  if (declared.every(fits)) return first;
  return open(path, json, declared.filter(fits), new Set(declared.filter((t) => !fits(t)).map((t) => t.content)));
}

type Json = Readonly<Record<string, unknown>>;

function open(
  path: string,
  json: Json,
  tokens: readonly AddedToken[],
  without: ReadonlySet<string> = new Set(),
): Opened {
  const refuse = (reason: string, cause?: unknown): ModelError =>
    new ModelError('tokenizer-unreadable', { path, reason }, { cause });
  let library: LibraryTokenizer;
  let vocabularySize = 0;
  try {
    const model = without.size === 0 ? json['model'] : withoutMarkers(json['model'] as VocabularyModel, without);
    // Texts are cut and filled where batches are made, never here. The library numbers tokens by their order.
    const added_tokens = tokens.map((token) => ({ id: 0, ...token }));
    library = openLibraryTokenizer({ ...json, model, added_tokens, truncation: null, padding: null });
    const ids = new Set<number>();
    for (const id of vocabularyIds(model as VocabularyModel)) {
      if (ids.has(id)) throw new Error(`two of its tokens have the id ${id}`);
      ids.add(id);
      vocabularySize = Math.max(vocabularySize, id + 1);
    }
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  for (const { content, id } of tokens) {
    const given = library.tokenToId(content);
    if (given === null) throw refuse(`the token ${content} gets no id`);
    if (id !== undefined && given !== id)
      throw refuse(`its files give ${content} the id ${id}, and behind this vocabulary it is ${given}`);
    vocabularySize = Math.max(vocabularySize, given + 1);
  }
  return { library, tokens, vocabularySize };
}

interface VocabularyModel {
  /** A map, or Unigram's list of pieces with scores. */
  readonly vocab: Readonly<Record<string, number>> | readonly unknown[];
}

function withoutMarkers(model: VocabularyModel, markers: ReadonlySet<string>): VocabularyModel {
  if (Array.isArray(model.vocab)) return model;
  const kept = Object.entries(model.vocab as Record<string, number>).filter(([token]) => !markers.has(token));
  return { ...model, vocab: Object.fromEntries(kept) };
}

function* vocabularyIds({ vocab }: VocabularyModel): Generator<number> {
  if (Array.isArray(vocab)) yield vocab.length - 1;
  else yield* Object.values(vocab as Record<string, number>);
}

/** `vocab_size` of config.json, null where there is none. */
export async function modelVocabulary(files: FolderFiles): Promise<number | null> {
  const config = await files.json('config.json');
  const size =
    config?.['vocab_size'] ?? (config?.['text_config'] as Record<string, unknown> | undefined)?.['vocab_size'];
  return typeof size === 'number' ? size : null;
}
