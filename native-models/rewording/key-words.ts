/**
 * Wordings that lean on what tells a fact from all others. A person who has never seen the collected wordings uses other
 * words around the same thing, some of which stand in the answer: from 「集塵機のフィルターはどうやって替えるの？」 follow
 * 「フィルター 集塵機」 and 「集塵機の場所 フィルターは」, which say what is asked for although most words are missing or strange.
 */

import type { Random } from '../random.ts';
import { createTelling } from './telling.ts';
import { hasKanjiOrHiragana, joined, stemsOf, type Word, wordsOf } from './words.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
}

export interface KeyWords {
  /** A wording that speaks for the fact of a pair more than for any other; undefined where none was found. */
  wording(index: number, random: Random): string | undefined;
}

/** How often a wording is made of words of the answer, where that says much. */
const answerShare = 0.2;
/** How often words of the answer come among those of a question, and how many. */
const addedShare = 0.4;
const mostAdded = 3;
/** An answer of fewer words is a value that is asked for, and not what people ask with. */
const fewestOfAnswer = 8;
/** Wordings that are drawn until one speaks for its fact. */
const attempts = 12;

/**
 * @param pairs all questions that are trained
 * @param others texts whose words may stand around what names a fact, such as the questions that are rehearsed
 */
export function createKeyWords(pairs: readonly Pair[], others: readonly string[]): KeyWords {
  const facts = [...Map.groupBy(pairs, ({ answer }) => answer)].map(([answer, asked]) => {
    const said = wordsOf(answer);
    return { answer, said, questions: asked.map(({ question }) => wordsOf(question)), asking: askingWords(said) };
  });
  const placeOf = new Map(facts.map(({ answer }, place) => [answer, place]));
  const telling = createTelling(facts.map(({ questions, said }) => [...questions, said]));
  // A number or a code is no word that could stand for any other.
  const strange = [...new Set(others.flatMap((text) => wordsOf(text).map(({ text: word }) => word)))].filter(
    (word) => !/\p{N}/u.test(word),
  );
  const latin = strange.filter((word) => /^\p{Script=Latin}/u.test(word));
  return {
    wording(index, random) {
      const fact = placeOf.get(pairs[index]!.answer)!;
      const { questions, asking: answer } = facts[fact]!;
      const weight = (word: Word): number => telling.weight(word, fact);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const ofAnswer = answer.length > 0 && random.chance(answerShare);
        const base = ofAnswer ? answer : random.pick(questions);
        const added = ofAnswer || !random.chance(addedShare) ? [] : tellingOf(answer, weight, mostAdded, random);
        const words = among(kept(base, weight, random), [...added], random);
        const whole = among(words, strangers(hasKanjiOrHiragana(base) ? strange : latin, random), random);
        const ordered = random.chance(shuffled) ? random.shuffle(whole).map((word) => ({ ...word, gap: ' ' })) : whole;
        if (telling.speakFor(ordered, fact)) return written(ordered, random);
      }
      return undefined;
    },
  };
}

/** Words of an answer that somebody may ask with: no values, and without the list marks and line breaks between them. */
function askingWords(said: readonly Word[]): readonly Word[] {
  const words = said
    .filter(({ text }) => !/\p{N}/u.test(text))
    .map((word) => ({ ...word, gap: word.gap === '' ? '' : ' ' }));
  return words.length < fewestOfAnswer ? [] : words;
}

/** Words that tell the fact, in one wording. */
const mostTelling = 4;
/** Of all other words, the largest share that stays. */
const largestShare = 0.6;
/** Strange words in one wording. */
const mostStrange = 4;
/** How often the words come in any order. */
const shuffled = 0.25;

/** One to so many words, drawn by how much they tell. */
function tellingOf(
  words: readonly Word[],
  weight: (word: Word) => number,
  most: number,
  random: Random,
): ReadonlySet<Word> {
  const weights = words.map(weight);
  const chosen = new Set<Word>();
  for (let left = random.integer(1, most); left > 0; left--) {
    const open = weights.map((each, at) => (chosen.has(words[at]!) ? 0 : each));
    const at = random.weighted(open);
    if (at >= 0) chosen.add(words[at]!);
  }
  return chosen;
}

/** In their order some words that tell the fact, and of the others a share drawn anew. */
function kept(words: readonly Word[], weight: (word: Word) => number, random: Random): readonly Word[] {
  const chosen = tellingOf(words, weight, mostTelling, random);
  const share = random.fraction() * largestShare;
  return words.filter((word) => chosen.has(word) || random.chance(share));
}

function strangers(strange: readonly string[], random: Random): readonly Word[] {
  const count = strange.length === 0 ? 0 : random.integer(0, mostStrange);
  return Array.from({ length: count }, () => random.pick(strange)).map((text) => ({
    text,
    stems: stemsOf(text),
    gap: ' ',
  }));
}

/** The words with others at any place among them. */
function among(words: readonly Word[], others: readonly Word[], random: Random): readonly Word[] {
  const all = [...words];
  for (const word of others) all.splice(random.integer(0, all.length), 0, { ...word, gap: ' ' });
  return all;
}

function written(words: readonly Word[], random: Random): string {
  const typed = words.map(({ text, ...word }, place) => ({ ...word, text: typedAt(place, text, random) }));
  return joined(typed) + random.pick(['', '?', '？']);
}

/** Capitals as people type them: at the beginning mostly, elsewhere seldom; a code keeps its own. */
function typedAt(place: number, word: string, random: Random): string {
  if (!/^\p{Script=Latin}\p{Ll}+$/u.test(word)) return word;
  const capital = place === 0 ? random.chance(0.7) : /^\p{Lu}/u.test(word) && random.chance(0.3);
  return (capital ? word[0]!.toUpperCase() : word[0]!.toLowerCase()) + word.slice(1);
}
