/** Facts: what was collected with one answer, in all its wordings. */

import { normaliseText } from '../normalise.ts';
import type { Collected, Collection } from './collection.ts';
import { featuresOf } from './features.ts';
import { type Identifier, plainOf } from './identifiers.ts';

export interface Fact {
  readonly examples: readonly Collected[];
  /** Of each example's question. */
  readonly wordings: readonly ReadonlySet<string>[];
  /** Of all questions and the answer. */
  readonly features: ReadonlySet<string>;
}

/** So much of what a fact's wordings have in common must be asked for, by weight. */
const subjectEnough = 0.5;
/** A subject is named by few examples; what many share is a way to ask. */
const subjectShare = 0.2;
/** A question that has most of its words from a fact, and so many seldom ones, need not name its subject. */
const nearWithoutSubject = 0.6;
const wordsWithoutSubject = 3;

export function namesAll(example: Collected, identifiers: readonly Identifier[]): boolean {
  const text = textOf(example);
  return identifiers.every((each) => each.standsIn(text));
}

export function missingFrom(example: Collected, identifiers: readonly Identifier[]): readonly string[] {
  const text = textOf(example);
  return identifiers.filter((each) => !each.standsIn(text)).map((each) => each.text);
}

/** The facts of some examples, with their other wordings; only what names all the identifiers. */
export function factsOf(
  found: readonly Collected[],
  collection: Collection,
  identifiers: readonly Identifier[],
): readonly Fact[] {
  const groups = Map.groupBy(found, ({ answer }) => normaliseText(answer));
  return [...groups.values()].map((group) => {
    const siblings = collection.siblings(group[0]!).filter((example) => namesAll(example, identifiers));
    const examples = [...new Set([...group, ...siblings])];
    const wordings = examples.map(({ question }) => featuresOf(question));
    const features = wordings.reduce((left, right) => left.union(right), featuresOf(examples[0]!.answer));
    return { examples, wordings, features };
  });
}

/**
 * Whether a question names what a fact is about: its code or number, or else most of the words that its wordings share and
 * few other examples have.
 * @param near how much of the question stands in the fact
 */
export function isAbout(fact: Fact, asked: ReadonlySet<string>, near: number, collection: Collection): boolean {
  const { wordings, examples, features } = fact;
  const most = Math.max(examples.length, collection.size * subjectShare);
  const subjectOf = (words: ReadonlySet<string>) =>
    new Set([...words].filter((each) => isWord(each) && collection.spread(each) <= most));
  const isNamed = (subject: ReadonlySet<string>) => {
    const whole = collection.weigh(subject);
    return whole === 0 || collection.weigh(subject.intersection(asked)) / whole >= subjectEnough;
  };
  const common = wordings.reduce((left, right) => left.intersection(right));
  const codes = [...common].filter((each) => each.startsWith('#'));
  if (codes.length > 0) return codes.some((each) => asked.has(each));
  const shared = subjectOf(common);
  // Wordings that have nothing in common, or one alone: any of them will do.
  const subjects = wordings.length > 1 && shared.size > 0 ? [shared] : wordings.map(subjectOf);
  if (subjects.some(isNamed)) return true;
  return near >= nearWithoutSubject && subjectOf(asked.intersection(features)).size >= wordsWithoutSubject;
}

/** Neither a code nor what is asked for, nor hiragana, which is mostly grammar. */
const isWord = (feature: string): boolean => !/^(?:[#=]|\p{Script=Hiragana}{2}$)/u.test(feature);

const textOf = ({ question, answer }: Collected): string => plainOf(`${question}\n${answer}`);
