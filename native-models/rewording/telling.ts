/**
 * Which words tell a fact from all others. A word weighs the square of its inverse document frequency, a fact with its
 * questions and its answer being the document (Spärck Jones 1972, “A statistical interpretation of term specificity”).
 */

import type { Word } from './words.ts';

/** The texts of a fact: all its questions, and its answer. */
export type FactTexts = readonly (readonly Word[])[];

export interface Telling {
  /** How much a word tells of a fact; 0 where all facts have it, or this one has not. */
  weight(word: Word, fact: number): number;
  /** Whether words speak for one fact clearly more than for any other. */
  speakFor(words: readonly Word[], fact: number): boolean;
}

/** What a word counts that one text of the fact has, beside one that several have: by chance it may say nothing of it. */
const ofOneText = 0.5;
/** By how much words must speak more for their fact than for any other. */
const clearly = 1.3;
/** Facts that are compared for one text, unless a single word has more. */
const mostRivals = 200;

export function createTelling(facts: readonly FactTexts[]): Telling {
  const weights = weightsOf(facts);
  const tells = (stem: string, fact: number): number => weights.get(stem)?.get(fact) ?? 0;
  return {
    weight: ({ stems }, fact) => stems.reduce((sum, stem) => sum + tells(stem, fact), 0) / stems.length,
    speakFor(words, fact) {
      const stems = [...new Set(words.flatMap((word) => word.stems))];
      const said = stems.map((stem) => weights.get(stem)).filter((known) => known !== undefined);
      const sum = (of: number): number => said.reduce((all, weight) => all + (weight.get(of) ?? 0), 0);
      const own = sum(fact);
      if (own <= 0) return false;
      for (const rival of rivalsOf(said)) if (rival !== fact && own < clearly * sum(rival)) return false;
      return true;
    },
  };
}

type Weights = ReadonlyMap<number, number>;

/** By stem, what it weighs in each of the facts that have it. */
function weightsOf(facts: readonly FactTexts[]): ReadonlyMap<string, Weights> {
  const weights = new Map<string, Map<number, number>>();
  for (const [fact, texts] of facts.entries()) {
    for (const words of texts) {
      for (const stem of new Set(words.flatMap(({ stems }) => stems))) {
        const counts = weights.get(stem) ?? new Map<number, number>();
        weights.set(stem, counts.set(fact, counts.has(fact) ? 1 : ofOneText));
      }
    }
  }
  const frequency = (among: number): number => Math.log(1 + facts.length / among) ** 2;
  for (const counts of weights.values()) {
    const rarity = frequency(counts.size) - frequency(facts.length);
    for (const [fact, counted] of counts) counts.set(fact, counted * rarity);
  }
  return weights;
}

/** Facts that have the rarest of some stems: for those that have common ones alone, words speak less. */
function* rivalsOf(stems: readonly Weights[]): Generator<number> {
  const rivals = new Set<number>();
  for (const facts of stems.toSorted((a, b) => a.size - b.size)) {
    if (rivals.size > 0 && rivals.size + facts.size > mostRivals) break;
    for (const fact of facts.keys()) {
      if (rivals.has(fact)) continue;
      rivals.add(fact);
      yield fact;
    }
  }
}
