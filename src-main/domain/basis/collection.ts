/**
 * What was collected, kept so that a question looks at a few examples of it and a change touches one: for each feature the
 * examples that have it. With 100,000 examples a question still reads no more than `mostRead` entries of these lists.
 */

import type { Example } from '../../contract/entities.ts';
import { normaliseText } from '../normalise.ts';
import { featuresOf } from './features.ts';

export type Collected = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'createdBy' | 'createdAt'>;

export interface Found {
  /** Most of the question's weight first. */
  readonly examples: readonly Collected[];
  /** Entries of lists that were looked at. */
  readonly read: number;
}

/** Entries of lists read for one question, the rarest features first. */
export const mostRead = 20_000;
/** Examples judged for one question. */
export const mostJudged = 120;
/** A word that nobody collected says little: most other wordings have one. */
const unknownWeight = 1;
/** Wordings of one fact that are looked at. */
const mostSiblings = 24;

interface Posting {
  /** Slots, some of which may be empty by now. */
  slots: number[];
  living: number;
}

export class Collection {
  readonly #slots: (Collected | null)[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #postings = new Map<string, Posting>();
  readonly #answers = new Map<string, Set<number>>();

  get size(): number {
    return this.#slotOf.size;
  }

  /** Of an example that is there already: its new text. */
  put(example: Collected): void {
    this.remove(example.id);
    const slot = this.#slots.push(example) - 1;
    this.#slotOf.set(example.id, slot);
    for (const feature of allFeaturesOf(example)) {
      const posting = this.#postings.get(feature);
      if (!posting) this.#postings.set(feature, { slots: [slot], living: 1 });
      else {
        posting.slots.push(slot);
        posting.living += 1;
      }
    }
    const key = normaliseText(example.answer);
    const alike = this.#answers.get(key);
    if (alike) alike.add(slot);
    else this.#answers.set(key, new Set([slot]));
  }

  remove(id: string): void {
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return;
    const example = this.#slots[slot]!;
    this.#slots[slot] = null;
    this.#slotOf.delete(id);
    for (const feature of allFeaturesOf(example)) this.#forget(feature);
    const key = normaliseText(example.answer);
    const alike = this.#answers.get(key)!;
    alike.delete(slot);
    if (alike.size === 0) this.#answers.delete(key);
  }

  /** Examples that have a feature. */
  spread(feature: string): number {
    return this.#postings.get(feature)?.living ?? 0;
  }

  /** How much of a question a set of features makes up: the fewer examples have one, the more it says. */
  weigh(features: Iterable<string>): number {
    let sum = 0;
    for (const feature of features) sum += this.#weightOf(feature);
    return sum;
  }

  /** Examples that share the most with a question. */
  find(asked: Iterable<string>): Found {
    const lists = [...asked]
      .flatMap((feature) => {
        const posting = this.#postings.get(feature);
        return posting ? [{ posting, weight: this.#weightOf(feature) }] : [];
      })
      .toSorted((a, b) => a.posting.slots.length - b.posting.slots.length);
    const weights = new Map<number, number>();
    let read = 0;
    for (const { posting, weight } of lists) {
      // The newest wordings of what is in every list come first.
      for (let at = posting.slots.length - 1; at >= 0 && read < mostRead; at -= 1, read += 1) {
        const slot = posting.slots[at]!;
        if (this.#slots[slot]) weights.set(slot, (weights.get(slot) ?? 0) + weight);
      }
    }
    const nearest = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, mostJudged);
    return { examples: nearest.map(([slot]) => this.#slots[slot]!), read };
  }

  /** Examples with the same answer, oldest first. */
  siblings({ answer }: Collected): readonly Collected[] {
    const examples: Collected[] = [];
    for (const slot of this.#answers.get(normaliseText(answer)) ?? []) {
      if (examples.length === mostSiblings) break;
      examples.push(this.#slots[slot]!);
    }
    return examples;
  }

  #weightOf(feature: string): number {
    const spread = this.spread(feature);
    return spread === 0 ? unknownWeight : Math.log1p(this.size / (spread + 0.5));
  }

  #forget(feature: string): void {
    const posting = this.#postings.get(feature)!;
    posting.living -= 1;
    if (posting.living === 0) this.#postings.delete(feature);
    else if (posting.living < posting.slots.length / 2)
      posting.slots = posting.slots.filter((slot) => this.#slots[slot] !== null);
  }
}

const allFeaturesOf = ({ question, answer }: Collected): ReadonlySet<string> =>
  featuresOf(question).union(featuresOf(answer));
