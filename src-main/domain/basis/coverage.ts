/**
 * What an answer rests on. Likeness alone fails: 8号プレス and 9号プレス share most of their characters, true paraphrases
 * few. So a question counts as covered only where one collected fact names every identifier of the question, the question
 * names what that fact is about, and the rest of it is near.
 */

import type { AnswerBasis, NearExample } from '../../contract/entities.ts';
import type { Collection } from './collection.ts';
import { type Fact, factsOf, isAbout, missingFrom, namesAll } from './facts.ts';
import { featuresOf } from './features.ts';
import { identifiersOf } from './identifiers.ts';

/** The rest of a question is near where so much of it, by weight, stands in some wording or the answer of the fact. */
const nearEnough = 0.3;
const mostShown = 3;

export function basisOf(question: string, collection: Collection): AnswerBasis {
  const identifiers = identifiersOf(question);
  const asked = featuresOf(question);
  const rest = restOf(asked, collection);
  const { examples } = collection.find(asked);
  const naming = examples.filter((example) => namesAll(example, identifiers));
  const isNamed = naming.length > 0;
  const facts = factsOf(isNamed ? naming : examples, collection, isNamed ? identifiers : []);

  // A code about which one thing was collected is asked about that thing, if most words of the question are known at all.
  const known = [...rest].filter((each) => collection.spread(each) > 0);
  const isOnly = identifiers.length > 0 && facts.length === 1 && collection.weigh(known) >= collection.weigh(rest) / 2;

  function judge(fact: Fact) {
    const near = shareOf(rest, fact.features, rest, collection);
    const like = Math.max(...fact.wordings.map((words) => likeness(rest, restOf(words, collection), collection)));
    const isNear = near >= nearEnough || isOnly;
    return { fact, near, rank: near + like, covered: isNamed && isNear && isAbout(fact, asked, near, collection) };
  }

  const judged = facts.map(judge).toSorted((a, b) => Number(b.covered) - Number(a.covered) || b.rank - a.rank);
  const best = judged[0]?.fact.examples[0];
  return {
    covered: judged[0]?.covered ?? false,
    missing: best ? missingFrom(best, identifiers) : identifiers.map(({ text }) => text),
    nearest: judged.slice(0, mostShown).map(({ fact, near }) => toNearest(asked, fact, near)),
  };
}

/** What is said beside codes and numbers. Hiragana and ways to ask that nobody collected tell nothing. */
function restOf(features: ReadonlySet<string>, collection: Collection): ReadonlySet<string> {
  const tells = (each: string) => collection.spread(each) > 0 || !/^(?:=|\p{Script=Hiragana})/u.test(each);
  return new Set([...features].filter((each) => !each.startsWith('#') && tells(each)));
}

function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>, collection: Collection): number {
  return shareOf(left, right, left.union(right), collection);
}

/** Weight of what two sets share, in that of a whole; 1 where the whole is nothing. */
function shareOf(
  left: ReadonlySet<string>,
  right: ReadonlySet<string>,
  whole: ReadonlySet<string>,
  collection: Collection,
): number {
  const weight = collection.weigh(whole);
  return weight === 0 ? 1 : collection.weigh(left.intersection(right)) / weight;
}

/** Of a fact's wordings the one that is most like the question. */
function toNearest(asked: ReadonlySet<string>, { examples, wordings }: Fact, likeness: number): NearExample {
  const shared = wordings.map((wording) => wording.intersection(asked).size);
  const { id, question, answer, category, createdBy, createdAt } = examples[shared.indexOf(Math.max(...shared))]!;
  return { id, question, answer, category, createdBy, createdAt, likeness };
}
