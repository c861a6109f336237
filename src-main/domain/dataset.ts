/** Freezing examples: which of them are trained on, which are kept back, and the hash that names the result. */

import { createHash } from 'node:crypto';
import type { FrozenExample, FrozenSplit } from './dataset-rules.ts';
import { type Collected, ExampleIndex } from './example-index.ts';
import { toItsEnd } from './to-its-end.ts';
import { normaliseText } from './normalise.ts';

export { type FrozenExample, type FrozenSplit, heldOutShare, smallestSplit } from './dataset-rules.ts';

/** What is true, however it is asked for: two questions with the same answer are wordings of one fact. */
export const factKey = (answer: string): string => normaliseText(answer);

/**
 * Decides every `auto` example; explicit splits stay. The choice depends on questions and answers alone, so the same
 * examples always freeze the same way. Equal questions stay on one side: a held-out question must not be trained on.
 *
 * Wordings of facts that keep another wording to train on are held out first: they ask whether the fact was learnt. Only
 * where there are too few of them are whole facts held out, with all their wordings: those are new cases.
 */
export function assignSplits(examples: readonly Collected[]): readonly FrozenExample[] {
  const index = new ExampleIndex();
  for (const example of examples) index.put(example);
  toItsEnd(index.decide());
  return [...index.frozen()];
}

/** SHA-256 (hex) over question, answer, category and split in order. Ids stay out: the same data has the same hash everywhere. */
export function* hashing(examples: readonly FrozenExample[]): Generator<void, string> {
  const hash = createHash('sha256');
  for (const { question, answer, category, split } of examples) {
    hash.update(`${JSON.stringify([question, answer, category, split])}\n`);
    yield;
  }
  return hash.digest('hex');
}

/** How many examples each split has. */
export function countSplits(examples: readonly FrozenExample[]): Record<FrozenSplit, number> {
  const counts = { train: 0, heldOut: 0, regression: 0 };
  for (const { split } of examples) counts[split] += 1;
  return counts;
}
