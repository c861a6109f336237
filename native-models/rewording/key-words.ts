/**
 * Wordings that lean on what tells a fact from all others. A person who has never seen the collected wordings uses other
 * words around the same thing: from 「集塵機のフィルターはどうやって替えるの？」 follow 「フィルター 集塵機」 and
 * 「集塵機の場所 フィルターは」, which say what is asked for although half of the words are missing or strange.
 */

import type { Random } from '../random.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
}

/** A run of one script, or a code with its hyphens and points. */
const wordPattern =
  /[\p{Script=Latin}\p{N}]+(?:[-./'’][\p{Script=Latin}\p{N}]+)*|[\p{Script=Katakana}ー]+|\p{Script=Han}+|\p{Script=Hiragana}+|\p{L}+/gu;

/** Letters that two forms of an English word share: dilute, diluting, dilution. */
const stemLength = 5;

/** What the forms of a word have in common. */
function stemOf(word: string): string {
  const plain = word.normalize('NFKC').toLowerCase();
  return /^\p{L}+$/u.test(plain) && /^\p{Script=Latin}/u.test(plain) ? plain.slice(0, stemLength) : plain;
}

interface Word {
  readonly text: string;
  readonly stem: string;
  /** What stands between it and the word before. */
  readonly gap: string;
}

function wordsOf(question: string): readonly Word[] {
  let end = 0;
  return [...question.matchAll(wordPattern)].map(({ 0: text, index }) => {
    const gap = question.slice(end, index);
    end = index + text.length;
    return { text, stem: stemOf(text), gap };
  });
}

/** Particles and endings say nothing about the thing. */
const names = ({ text }: Word): boolean => !/^\p{Script=Hiragana}{1,3}$/u.test(text) && text.length > 1;

export interface KeyWords {
  /** A wording around what names the fact; undefined where no word or pair of words does so in two of its questions. */
  wording(index: number, random: Random): string | undefined;
}

/**
 * @param pairs all questions that are trained
 * @param others texts whose words may stand around what names a fact, such as the questions that are rehearsed
 */
export function createKeyWords(pairs: readonly Pair[], others: readonly string[]): KeyWords {
  const questions = pairs.map(({ question, answer }) => {
    const words = wordsOf(question);
    return { answer, words, stems: new Set(words.map(({ stem }) => stem)) };
  });
  const facts = Map.groupBy(questions, ({ answer }) => answer);
  const answersOf = new Map<string, Set<string>>();
  for (const { answer, stems } of questions) {
    for (const stem of stems) answersOf.set(stem, (answersOf.get(stem) ?? new Set()).add(answer));
  }
  const keys = new Map([...facts].map(([answer, asked]) => [answer, keysOf(asked, answersOf, facts)]));
  // A strange word must be none by which a fact is named, and no number or code, which would name another thing.
  const strange = [...new Set(others.flatMap((text) => wordsOf(text).map(({ text: word }) => word)))].filter(
    (word) => !answersOf.has(stemOf(word)) && !/\p{N}/u.test(word),
  );
  const latin = strange.filter((word) => /^\p{Script=Latin}/u.test(word));
  return {
    wording(index, random) {
      const { answer } = pairs[index]!;
      const key = keys.get(answer)!;
      if (key.length === 0) return undefined;
      const chosen = random.pick(key);
      const base = random.pick(facts.get(answer)!.filter(({ stems }) => chosen.every((stem) => stems.has(stem))));
      const japanese = base.words.some(({ text }) => /[\p{Script=Han}\p{Script=Hiragana}]/u.test(text));
      return around(base.words, new Set(chosen), japanese ? strange : latin, random);
    },
  };
}

interface Question {
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
}

/** What a fact is named by stands in so many of its questions at least: a word of one wording alone names nothing. */
const fewestNamed = 2;

/** The words, or where there is none the pairs of words, that stand in several questions of the fact and in none of another. */
function keysOf(
  asked: readonly Question[],
  answersOf: ReadonlyMap<string, ReadonlySet<string>>,
  facts: ReadonlyMap<string, readonly Question[]>,
): readonly (readonly string[])[] {
  const stems = [...new Set(asked.flatMap(({ words }) => words.filter(names).map(({ stem }) => stem)))];
  const common = stems.filter((stem) => asked.filter((each) => each.stems.has(stem)).length >= fewestNamed);
  const single = common.filter((stem) => answersOf.get(stem)!.size === 1);
  if (single.length > 0) return single.map((stem) => [stem]);
  const saidOfAnother = (one: string, other: string): boolean =>
    [...answersOf.get(one)!].some(
      (answer) =>
        answersOf.get(other)!.has(answer) &&
        facts.get(answer) !== asked &&
        facts.get(answer)!.some(({ stems: said }) => said.has(one) && said.has(other)),
    );
  return common.flatMap((one, at) =>
    common
      .slice(at + 1)
      .filter((other) => asked.filter((each) => each.stems.has(one) && each.stems.has(other)).length >= fewestNamed)
      .filter((other) => !saidOfAnother(one, other))
      .map((other) => [one, other]),
  );
}

/** Strange words in one wording. */
const mostStrange = 4;
/** How often the words come in any order. */
const shuffled = 0.25;

/** The words with the key among them; each other word stays with a share drawn anew, and strange ones come between. */
function around(words: readonly Word[], key: ReadonlySet<string>, strange: readonly string[], random: Random): string {
  const share = random.fraction() * 0.8;
  const kept = words.filter(({ stem }) => key.has(stem) || random.chance(share));
  const texts = kept.map(({ text, gap }, place) => ({ text, gap: place === 0 ? '' : gap }));
  const count = strange.length > 0 ? random.integer(0, mostStrange) : 0;
  for (let each = 0; each < count; each++) {
    texts.splice(random.integer(0, texts.length), 0, { text: random.pick(strange), gap: ' ' });
  }
  const ordered = random.chance(shuffled) ? random.shuffle(texts).map(({ text }) => ({ text, gap: ' ' })) : texts;
  const typed = ordered.map(({ text, gap }, place) => ({ text: typedAt(place, text, random), gap }));
  const spaced = typed.map(({ text, gap }, place) => {
    const before = typed[place - 1]?.text.at(-1) ?? '';
    return (place > 0 && gap === '' && sameScript(before, text[0]!) ? ' ' : gap) + text;
  });
  return spaced.join('').trim() + random.pick(['', '?', '？']);
}

/** Capitals as people type them: at the beginning mostly, elsewhere seldom; a code keeps its own. */
function typedAt(place: number, word: string, random: Random): string {
  if (!/^\p{Script=Latin}\p{Ll}+$/u.test(word)) return word;
  const capital = place === 0 ? random.chance(0.7) : /^\p{Lu}/u.test(word) && random.chance(0.3);
  return (capital ? word[0]!.toUpperCase() : word[0]!.toLowerCase()) + word.slice(1);
}

const scripts = [/[\p{Script=Latin}\p{N}]/u, /[\p{Script=Katakana}ー]/u, /\p{Script=Han}/u, /\p{Script=Hiragana}/u];
const sameScript = (left: string, right: string): boolean =>
  scripts.some((script) => script.test(left) && script.test(right));
