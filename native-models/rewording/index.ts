/**
 * More wordings of a question than people write down: safe rules of Japanese and English, what other facts lend, and other
 * words around what names the fact. An answer is never touched, and no question becomes one that is asked for another answer.
 */

import type { Random } from '../random.ts';
import { borrowedWordings } from './borrowed.ts';
import { englishRules } from './english.ts';
import { japaneseRules } from './japanese.ts';
import { createKeyWords } from './key-words.ts';
import { questionKey } from './key.ts';
import type { Rule } from './rule.ts';
import { codes, slips, width } from './spelling.ts';
import { isJapanese } from './words.ts';

/** Says the question of a pair in another way; the original leads. */
export interface Rewording {
  /** @param index of the pair among those that the rewording was made for */
  reword(index: number, random: Random): string;
  /** Questions that other facts lend to a pair. */
  borrowed(index: number): readonly string[];
}

/** How often a question appears as it was written. */
const originalShare = 0.4;
/** Of the others, how many are built around what names the fact. */
const keyWordShare = 0.5;
/** Of what is left, how many are lent by another fact where there are any. */
const borrowedShare = 0.65;
/** How many of those lent are changed by rules too. */
const changedToo = 0.35;
const mostRules = 3;

/**
 * @param pairs all questions that are trained: a rewording must not be one that is asked for another answer
 * @param others texts that lend words to stand around what names a fact, such as the questions that are rehearsed
 */
export function createRewording(
  pairs: readonly { readonly question: string; readonly answer: string }[],
  seed = 0,
  others: readonly string[] = [],
): Rewording {
  const answers = new Map<string, string | null>();
  for (const { question, answer } of pairs) {
    const key = questionKey(question);
    // Asked for two answers already: spelling alone tells them apart, so it is left alone.
    answers.set(key, (answers.get(key) ?? answer) === answer ? answer : null);
  }
  const vocabulary = new Set(pairs.flatMap(({ question }) => question.toLowerCase().match(/[a-z]+/g) ?? []));
  const slip = slips(vocabulary);
  const lent = borrowedWordings(pairs, seed);
  const keyWords = createKeyWords(pairs, others);
  return {
    borrowed: (index) => lent[index]!,
    reword(index, random) {
      const { question, answer } = pairs[index]!;
      if (random.chance(originalShare)) return question;
      if (answers.get(questionKey(question)) === null) return question;
      const unlessTaken = (wording: string): string =>
        (answers.get(questionKey(wording)) ?? answer) === answer ? wording : question;
      if (random.chance(keyWordShare)) {
        const named = keyWords.wording(index, random);
        if (named !== undefined) return unlessTaken(named);
      }
      const borrowed = lent[index]!;
      const borrowing = borrowed.length > 0 && random.chance(borrowedShare);
      const start = borrowing ? random.pick(borrowed) : question;
      if (borrowing && !random.chance(changedToo)) return start;
      return unlessTaken(changeByRules(start, slip, random));
    },
  };
}

/** One to three rules of the question's language, drawn by their weight. */
function changeByRules(question: string, slip: Rule, random: Random): string {
  const rules = [...(isJapanese(question) ? japaneseRules : englishRules), [1, width], [1, codes], [1, slip]] as const;
  const weights = rules.map(([weight]) => weight);
  let text = question;
  for (let count = random.integer(1, mostRules); count > 0; count--) {
    const rule = rules[random.weighted(weights)]?.[1];
    if (rule) text = rule(text, random);
  }
  return text;
}
