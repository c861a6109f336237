/** Freezing examples: which of them are trained on, which are kept back, and the hash that names the result. */

import { createHash } from 'node:crypto';
import type { Example } from '../contract/entities.ts';
import { normaliseText, questionKey } from './normalise.ts';

export type FrozenSplit = 'train' | 'heldOut' | 'regression';

/** What a version keeps of an example. */
export interface FrozenExample {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: FrozenSplit;
}

type Collected = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'split'>;

/** Share of the `auto` questions kept back for checking. */
export const heldOutShare = 0.2;
/** Fewest examples on either side for which training and checking mean anything. */
export const smallestSplit = 5;

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
  const explicit = new Map<string, FrozenSplit>();
  for (const { question, split } of examples) {
    if (split === 'auto') continue;
    const key = questionKey(question);
    if (split !== 'train' || !explicit.has(key)) explicit.set(key, split);
  }
  const open = new Map<string, OpenQuestion>();
  const trained = new Set<string>();
  for (const { question, answer, category, split } of examples) {
    const key = questionKey(question);
    if (split === 'train' && explicit.get(key) === 'train') trained.add(factKey(answer));
    if (split !== 'auto' || explicit.has(key)) continue;
    const facts = open.get(key)?.facts ?? new Set();
    open.set(key, { category: open.get(key)?.category ?? category, facts: facts.add(factKey(answer)) });
  }
  const heldOut = chooseHeldOut(open, trained);
  return examples.map(({ id, question, answer, category, split }) => {
    const key = questionKey(question);
    const chosen = split !== 'auto' ? split : (explicit.get(key) ?? (heldOut.has(key) ? 'heldOut' : 'train'));
    return { id, question, answer, category, split: chosen };
  });
}

/** A question to be decided; it has several answers only where these contradict each other. */
interface OpenQuestion {
  readonly category: string;
  readonly facts: Set<string>;
}

/** Every category gives its share; the largest remainders give what rounding left over. */
function chooseHeldOut(open: ReadonlyMap<string, OpenQuestion>, trained: ReadonlySet<string>): ReadonlySet<string> {
  const categories = Map.groupBy(open.keys(), (key) => open.get(key)?.category ?? '');
  const shares = [...categories].map(([category, keys]) => {
    const exact = keys.length * heldOutShare;
    return { category, keys: keys.sort(byRank), count: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  let missing = Math.round(open.size * heldOutShare) - shares.reduce((sum, { count }) => sum + count, 0);
  shares.sort((a, b) => b.remainder - a.remainder || byRank(a.category, b.category));
  for (const share of shares) {
    if (missing <= 0) break;
    share.count += 1;
    missing -= 1;
  }
  const wordings = new Map<string, number>();
  const factsOf = (key: string): readonly string[] => [...(open.get(key)?.facts ?? [])];
  for (const fact of [...open.keys()].flatMap(factsOf)) wordings.set(fact, (wordings.get(fact) ?? 0) + 1);
  const left = new Map(wordings);
  /** It may be held out while its facts stay taught by other wordings. */
  const spare = (key: string) => factsOf(key).every((fact) => trained.has(fact) || (left.get(fact) ?? 0) > 1);
  /** The only wording of a fact that is taught nowhere: held out, no other wording straddles. */
  const alone = (key: string) => factsOf(key).every((fact) => !trained.has(fact) && wordings.get(fact) === 1);
  return new Set(
    shares.flatMap(({ keys, count }) => {
      const chosen = new Set<string>();
      for (const fits of [spare, alone]) {
        for (const key of keys) {
          if (chosen.size >= count || chosen.has(key) || !fits(key)) continue;
          chosen.add(key);
          for (const fact of factsOf(key)) left.set(fact, (left.get(fact) ?? 0) - 1);
        }
      }
      return [...chosen];
    }),
  );
}

/** A fixed shuffle: order by a hash of the text. */
function byRank(a: string, b: string): number {
  const left = rank(a);
  const right = rank(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function rank(text: string): string {
  return createHash('sha256').update(`usumaku split 1\0${text}`).digest('hex');
}

/** SHA-256 (hex) over question, answer, category and split in order. Ids stay out: the same data has the same hash everywhere. */
export function datasetHash(examples: readonly FrozenExample[]): string {
  const hash = createHash('sha256');
  for (const { question, answer, category, split } of examples)
    hash.update(`${JSON.stringify([question, answer, category, split])}\n`);
  return hash.digest('hex');
}

/** How many examples each split has. */
export function countSplits(examples: readonly FrozenExample[]): Record<FrozenSplit, number> {
  const counts = { train: 0, heldOut: 0, regression: 0 };
  for (const { split } of examples) counts[split] += 1;
  return counts;
}
