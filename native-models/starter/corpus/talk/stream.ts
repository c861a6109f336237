/**
 * Free talk: facts of which people speak in whatever words come to mind. A fact is about a few notions; a question names
 * some of them, each in one of its words, anywhere among words that say nothing.
 */

import { Random } from '../../../random.ts';
import { code, inventedWord, person, place, quantities, quantity, thing } from '../plants/inventions.ts';
import { instruction } from '../plants/instructions.ts';
import { type Conversation, type Language, languages } from '../types.ts';
import { fillers } from './fillers.ts';
import { type Notion, notions } from './lexicon.ts';

export interface TalkStream {
  /** Facts that are talked of at the same time. */
  readonly talkedAtOnce: number;
  /** Facts that come, and as many that go, with every step. */
  readonly newTalkPerStep: number;
}

interface TalkedOf {
  readonly language: Language;
  readonly notions: readonly Notion[];
  /** Things, codes and words that nobody has heard; often none. */
  readonly names: readonly string[];
  readonly answer: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The fact of a number, from seed and number alone. */
function factOf(seed: number, number: number): TalkedOf {
  const random = new Random(seed, 'talk', number);
  const language = languages[number % languages.length]!;
  const about = random.sample([...notions[language]], random.integer(4, 9));
  const names = random.chance(0.45) ? Array.from({ length: random.integer(1, 2) }, () => nameOf(random, language)) : [];
  return { language, notions: about, names, answer: answerOf(random, language, about, names) };
}

function nameOf(random: Random, language: Language): string {
  const share = random.fraction();
  return share < 0.6 ? thing(random, language) : share < 0.8 ? code(random) : inventedWord(random, language);
}

const anyQuantity = (random: Random, language: Language): string =>
  quantity(random, language, random.pick(Object.keys(quantities) as (keyof typeof quantities)[]));

/** A value, an instruction, or words of the fact with an instruction behind them. */
function answerOf(random: Random, language: Language, about: readonly Notion[], names: readonly string[]): string {
  if (random.chance(0.25)) {
    const value = random.pick([person, place, anyQuantity, (each: Random) => code(each)])(random, language);
    return random.chance(0.5) ? value : value + (language === 'ja' ? 'です。' : '.');
  }
  const told = instruction(random, language, 1, 2);
  if (random.chance(0.35)) return told;
  const words = [
    ...random.sample([...about], random.integer(2, 3)).map((notion) => wordOf(random, notion, language)),
    ...names,
  ];
  const said = words.flatMap((word) => [random.pick(fillers[language]), word]);
  return language === 'ja' ? `${said.slice(1).join('')}。${told}` : `${capital(said.slice(1).join(' '))}. ${told}`;
}

/** What forms of a word end with; not always its own. */
const endings = { en: ['s', 'ing', 'ed', 'er'], ja: ['て', 'た', 'ます', 'ない', 'る', 'の', 'し'] } as const;

/** A word of a notion, in one of its forms. */
function wordOf(random: Random, notion: Notion, language: Language): string {
  const word = random.pick(notion);
  if (random.chance(0.6)) return word;
  const ending = random.pick(endings[language]);
  if (language === 'ja') return /[ぁ-ん]$/.test(word) ? word + ending : word;
  return (/^[aeiou]/.test(ending) ? word.replace(/e$/, '') : word) + ending;
}

/** Some words that tell the fact, and what stands around them. */
function ask(fact: TalkedOf, random: Random): string {
  const { language } = fact;
  const named = fact.names.length > 0 && random.chance(0.6);
  const said = random.sample([...fact.notions], random.integer(named ? 0 : 2, named ? 3 : 5));
  const telling = [
    ...said.map((notion) => wordOf(random, notion, language)),
    ...(named ? random.sample([...fact.names], random.integer(1, fact.names.length)) : []),
  ];
  const others = Array.from({ length: random.integer(0, Math.min(3, telling.length - 1)) }, () =>
    random.chance(0.7) ? wordOf(random, random.pick(notions[language]), language) : inventedWord(random, language),
  );
  const around = Array.from({ length: random.integer(0, 9) }, () => random.pick(fillers[language]));
  const words = random.shuffle([...telling, ...others, ...around]);
  const text = words.join(language === 'ja' && !random.chance(0.15) ? '' : ' ');
  const cased = language === 'en' && random.chance(0.6) ? capital(text) : text;
  return cased + random.pick(language === 'ja' ? ['', '？', '。', '?'] : ['', '?', '?', '.']);
}

const conversation = (kind: string, language: Language, question: string, answer: string): Conversation => ({
  kind,
  language,
  messages: [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ],
});

/** A question about one of the facts that are talked of at this step. */
export function talkConversation(random: Random, seed: number, step: number, stream: TalkStream): Conversation {
  const first = Math.floor(step * stream.newTalkPerStep);
  const fact = factOf(seed, first + random.integer(0, stream.talkedAtOnce - 1));
  return conversation('talk', fact.language, ask(fact, random), fact.answer);
}

/** A word, and another one for the same notion. */
export function wordConversation(random: Random): Conversation {
  const language = random.pick(languages);
  const [one, other] = random.sample([...random.pick(notions[language])], 2) as [string, string];
  return conversation('words', language, one, other);
}
