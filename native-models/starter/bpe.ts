/** Trains a byte-level BPE tokenizer (Sennrich et al. 2016, arXiv 1508.07909) and writes it as a Hugging Face tokenizer.json. */

export const specialTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;

/**
 * How text is cut before merging. Literal ranges instead of script names, because Rust's and JavaScript's regular
 * expressions name scripts differently. Digits and capitals of codes stay single, so that numbers and part numbers are
 * copied sign by sign; a merge never joins two Japanese scripts.
 */
export const splitPattern = [
  '[ぁ-ゟ]+', // hiragana
  '[゠-ヿ]+', // katakana
  '[㐀-鿿々]+', // kanji
  '\\p{N}', // one digit
  ' ?[A-Z]?[a-z]+', // an English word with the space before it
  '[A-Z]', // one letter of a code
  '\\p{L}+', // other scripts
  '[^\\s\\p{L}\\p{N}]+', // punctuation
  '\\s',
].join('|');

/** GPT-2's printable stand-ins for the 256 bytes: printable Latin-1 stays, the rest moves to U+0100 and up. */
export const byteLetters: readonly string[] = (() => {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(printable ? byte : 256 + moved++);
  });
})();

const encoder = new TextEncoder();
const toLetters = (text: string): string[] => Array.from(encoder.encode(text), (byte) => byteLetters[byte] ?? '');

/** One piece of text between two cuts, as it is merged so far. */
interface Word {
  parts: string[];
  readonly count: number;
}

const separator = ' '; // never a byte letter: the space byte is written Ġ

/** Adds (sign 1) or takes away (sign −1) the pairs of a word. */
function countPairs(counts: Map<string, number>, word: Word, sign: 1 | -1): void {
  for (let index = 0; index + 1 < word.parts.length; index++) {
    const pair = `${word.parts[index]}${separator}${word.parts[index + 1]}`;
    counts.set(pair, (counts.get(pair) ?? 0) + sign * word.count);
  }
}

function mergePair(parts: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    const here = parts[index] as string;
    if (here === left && parts[index + 1] === right) {
      merged.push(left + right);
      index++;
    } else merged.push(here);
  }
  return merged;
}

/** The most frequent pair; among equals the first in code-unit order, so that every run gives the same merges. */
function bestPair(counts: ReadonlyMap<string, number>, smallestCount: number): string | null {
  let best: string | null = null;
  let bestCount = smallestCount - 1;
  for (const [pair, count] of counts) {
    if (count > bestCount || (count === bestCount && best !== null && pair < best)) {
      best = pair;
      bestCount = count;
    }
  }
  return best;
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  const pattern = new RegExp(splitPattern, 'gu');
  for (const text of texts) {
    for (const [piece] of text.matchAll(pattern)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return [...counts].map(([piece, count]) => ({ parts: toLetters(piece), count }));
}

export interface Vocabulary {
  /** Token → id: special tokens, then 256 bytes, then merges in order. */
  readonly tokens: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
}

/** A vocabulary without merges: special tokens and bytes. */
const bytesAlone: Vocabulary = {
  tokens: Object.fromEntries([...specialTokens, ...byteLetters].map((name, id) => [name, id])),
  merges: [],
};

/** Cuts letters into the tokens that merges make of them: always the earliest merge that fits. */
function mergeAll(letters: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  let parts = [...letters];
  for (;;) {
    let best: string | undefined;
    for (let index = 0; index + 1 < parts.length; index++) {
      const pair = `${parts[index]}${separator}${parts[index + 1]}`;
      if ((ranks.get(pair) ?? Infinity) < (best === undefined ? Infinity : ranks.get(best)!)) best = pair;
    }
    if (best === undefined) return parts;
    const [left = '', right = ''] = best.split(separator);
    parts = mergePair(parts, left, right);
  }
}

const ranksOf = (merges: Vocabulary['merges']): Map<string, number> =>
  new Map(merges.map(([left, right], rank) => [`${left}${separator}${right}`, rank]));

/** Adds tokens with the next ids; two merges may make the same token, which keeps its first id. */
function grown({ tokens, merges }: Vocabulary, more: Vocabulary['merges']): Vocabulary {
  const all = { ...tokens };
  let next = Object.keys(tokens).length;
  for (const [left, right] of more) all[left + right] ??= next++;
  return { tokens: all, merges: [...merges, ...more] };
}

/** Adds what is missing for each character to become one token. Text that has none of them is cut as before. */
export function withCharacters(vocabulary: Vocabulary, characters: readonly string[]): Vocabulary {
  const ranks = ranksOf(vocabulary.merges);
  const added: [string, string][] = [];
  for (const character of characters) {
    for (;;) {
      const [left, right] = mergeAll(toLetters(character), ranks);
      if (left === undefined || right === undefined) break;
      ranks.set(`${left}${separator}${right}`, ranks.size);
      added.push([left, right]);
    }
  }
  return grown(vocabulary, added);
}

/**
 * Learns merges until the vocabulary has `size` tokens or no pair occurs `smallestCount` times.
 * @param texts contents without special tokens
 * @param start a vocabulary to go on from; its merges come first, so that what it cuts into one token stays one
 */
export function trainVocabulary(
  texts: Iterable<string>,
  size: number,
  smallestCount = 8,
  start: Vocabulary = bytesAlone,
): Vocabulary {
  const merges: [string, string][] = [];
  const ranks = ranksOf(start.merges);
  const words = countWords(texts).map(({ parts, count }): Word => ({ parts: mergeAll(parts, ranks), count }));
  const counts = new Map<string, number>();
  for (const word of words) countPairs(counts, word, 1);
  const names = new Set(Object.keys(start.tokens));
  while (names.size < size) {
    const pair = bestPair(counts, smallestCount);
    if (pair === null) break;
    const [left = '', right = ''] = pair.split(separator);
    for (const word of words) {
      if (!word.parts.includes(left)) continue;
      const parts = mergePair(word.parts, left, right);
      if (parts.length === word.parts.length) continue;
      countPairs(counts, word, -1);
      word.parts = parts;
      countPairs(counts, word, 1);
    }
    counts.delete(pair);
    merges.push([left, right]);
    names.add(left + right);
  }
  return grown(start, merges);
}

/** The content of tokenizer.json (https://huggingface.co/docs/tokenizers). */
export function tokenizerJson(vocabulary: Vocabulary): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabulary.tokens,
      merges: vocabulary.merges,
    },
  };
}
