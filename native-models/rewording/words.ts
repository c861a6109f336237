/** A text as words, and what the forms of a word have in common. */

/** A run of one script, or a code with its hyphens and points. */
const wordPattern =
  /[\p{Script=Latin}\p{N}]+(?:[-./'’][\p{Script=Latin}\p{N}]+)*|[\p{Script=Katakana}ー]+|\p{Script=Han}+|\p{Script=Hiragana}+|\p{L}+/gu;

/** Letters that two forms of an English word share: dilute, diluting, dilution. */
const stemLength = 5;

export interface Word {
  readonly text: string;
  /** Its first letters, each of its kanji, each pair of its hiragana, or all of it: what another form of it may share. */
  readonly stems: readonly string[];
  /** What stands between it and the word before. */
  readonly gap: string;
}

export function wordsOf(text: string): readonly Word[] {
  let end = 0;
  return [...text.matchAll(wordPattern)].map(({ 0: word, index }) => {
    const gap = text.slice(end, index);
    end = index + word.length;
    return { text: word, stems: stemsOf(word), gap };
  });
}

export function stemsOf(word: string): readonly string[] {
  const plain = word.normalize('NFKC').toLowerCase();
  if (/^\p{Script=Han}+$/u.test(plain)) return [...plain];
  if (/^\p{Script=Hiragana}{2,}$/u.test(plain)) return [...plain].slice(1).map((_, at) => plain.slice(at, at + 2));
  return [/^\p{Script=Latin}+$/u.test(plain) ? plain.slice(0, stemLength) : plain];
}

export const isJapanese = (text: string): boolean =>
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text);

/** Whether words that may not be foreign ones make a text Japanese. */
export const hasKanjiOrHiragana = (words: readonly Word[]): boolean =>
  words.some(({ text }) => /[\p{Script=Han}\p{Script=Hiragana}]/u.test(text));

const scripts = [/[\p{Script=Latin}\p{N}]/u, /[\p{Script=Katakana}ー]/u, /\p{Script=Han}/u, /\p{Script=Hiragana}/u];

/** The words as a text: two of one script that had others between them do not run into each other. */
export function joined(words: readonly Word[]): string {
  const texts = words.map(({ text, gap }, place) => {
    const before = words[place - 1]?.text.at(-1) ?? '';
    const one = gap === '' && scripts.some((script) => script.test(before) && script.test(text[0]!));
    return (place === 0 ? '' : one ? ' ' : gap) + text;
  });
  return texts.join('');
}
