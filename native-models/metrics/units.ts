/** What texts are counted in: characters for languages that are written without spaces, words for all others. */

import { normalise } from './exact.ts';

export type TextUnit = 'characters' | 'words';

/** Scripts whose words are not set apart by spaces. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
/** A word of the segmenter holds what stands in one (`N·m`, `1,780`); its parts are counted one by one, as ROUGE does. */
const parts = /[\p{Letter}\p{Mark}\p{Number}]+/gu;

/** Characters where the reference has a character of a script without spaces (Japanese by default), words elsewhere. */
export const unitFor = (reference: string): TextUnit => (unspaced.test(reference) ? 'characters' : 'words');

/** Whole characters (code points) of the normalised text, without white space. */
export function charactersOf(text: string): string[] {
  return [...normalise(text).replaceAll(' ', '')];
}

/**
 * Words of the normalised text in lower case, without punctuation: the segments of Unicode's word boundaries
 * (https://unicode.org/reports/tr29/), and within them the runs of letters and digits. On English this is what ROUGE's
 * own tokenizer gives; Japanese is cut by the dictionary of ICU.
 */
export function wordsOf(text: string): string[] {
  return [...segmenter.segment(normalise(text).toLowerCase())].flatMap(({ segment, isWordLike }) =>
    isWordLike === true ? (segment.match(parts) ?? []) : [],
  );
}

export const unitsOf = (text: string, unit: TextUnit): string[] =>
  unit === 'characters' ? charactersOf(text) : wordsOf(text);
