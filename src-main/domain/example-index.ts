/**
 * The collected examples, kept so that one change touches one question: who is trained on, what is held out, and what
 * somebody should look at. Whatever takes long with 100,000 of them is a generator that stops often, for others to be served.
 */

import { createHash } from 'node:crypto';
import type { Example, ExampleMeasure, Readiness, ReadinessFinding } from '../contract/entities.ts';
import { type FrozenExample, type FrozenSplit, heldOutShare, smallestSplit } from './dataset-rules.ts';
import { normaliseText, questionKey } from './normalise.ts';

/** Examples recommended before the first training: a few facts, each asked in several ways. */
export const recommendedExamples = 200;
/** Findings that are shown at once, blocking ones first; their number is told beside them. */
export const mostFindings = 200;
/** Of one finding, examples that are named. */
const mostNamed = 200;
/** Parts of the shuffle; a rank has 48 bits. */
const buckets = 1024;
const bucketOf = (rank: number): number => Math.floor(rank / (2 ** 48 / buckets));
/** Things done between two stops: some milliseconds. */
const stride = 200;

export type Collected = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'split'>;

/** What is true, however it is asked for. */
interface Fact {
  readonly key: string;
  readonly entries: Set<Entry>;
  /** Questions to be decided that are wordings of it, and how many of them are not held out; as of the last decision. */
  wordings: number;
  left: number;
  /** Whether an example that was put there by hand teaches it. */
  taught: boolean;
}

interface Entry<Kept extends Collected = Collected> {
  readonly example: Kept;
  /** Grows with the order in which examples were written down. */
  readonly place: number;
  readonly question: Question;
  readonly fact: Fact;
}

/** Examples whose questions are the same, however they are typed. */
interface Question {
  readonly key: string;
  /** A fixed shuffle: order by a hash of the text. The first bits, and all of them for the rare tie. */
  readonly rank: number;
  readonly ties: string;
  readonly entries: Set<Entry>;
  /** Where somebody put it; null: to be decided. */
  explicit: FrozenSplit | null;
  category: string;
  /** Several only where its answers contradict each other. */
  facts: readonly Fact[];
  /** How many of its examples nobody put anywhere by hand. */
  auto: number;
  /** By the last decision. */
  heldOut: boolean;
}

/** Share of the questions of a category that are to be held out. */
interface CategoryShare {
  readonly category: string;
  readonly questions: readonly Question[];
  count: number;
  readonly remainder: number;
}

export class ExampleIndex<Kept extends Collected = Collected> {
  /** In the order in which they were written down; a change keeps the place. */
  readonly #entries = new Map<string, Entry<Kept>>();
  readonly #questions = new Map<string, Question>();
  readonly #facts = new Map<string, Fact>();
  readonly #categories = new Map<string, number>();
  readonly #byHand: Record<FrozenSplit, number> = { train: 0, heldOut: 0, regression: 0 };
  readonly #changed = new Set<Question>();
  readonly #blocking = new Map<string, Placed>();
  readonly #others = new Map<string, Placed>();
  /** Examples that do not fit the model, and those of which nobody knows yet. */
  readonly #unfit = new Map<string, Placed>();
  #uncounted = new Set<string>();
  /** In the order of the shuffle, in buckets that are each sorted in no time. */
  readonly #ranked: Question[][] = Array.from({ length: buckets }, () => []);
  readonly #unsorted = new Set<number>();
  #nextPlace = 0;
  #counts: Record<FrozenSplit, number> = { train: 0, heldOut: 0, regression: 0 };

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): Kept | undefined {
    return this.#entries.get(id)?.example;
  }

  has({ question, answer }: Pick<Kept, 'question' | 'answer'>): boolean {
    const key = normaliseText(answer);
    return [...(this.#questions.get(questionKey(question))?.entries ?? [])].some(({ fact }) => fact.key === key);
  }

  /** Examples of this question, however it is typed. */
  sameQuestion(question: string): readonly Kept[] {
    const entries = this.#questions.get(questionKey(question))?.entries ?? [];
    return [...entries].map(({ example }) => this.#entries.get(example.id)!.example);
  }

  /** Oldest first. A new list: what changes afterwards changes it no more. */
  examples(): readonly Kept[] {
    return Array.from(this.#entries.values(), ({ example }) => example);
  }

  /** Of an example that is there already: its new text, at its old place. */
  put(example: Kept): void {
    const before = this.#entries.get(example.id);
    if (before) this.#take(before);
    const question = this.#questionOf(example.question);
    const fact = this.#factOf(example.answer);
    const entry: Entry<Kept> = { example, place: before?.place ?? this.#nextPlace++, question, fact };
    this.#entries.set(example.id, entry);
    question.entries.add(entry);
    fact.entries.add(entry);
    this.#changed.add(question);
    this.#categories.set(example.category, (this.#categories.get(example.category) ?? 0) + 1);
    if (example.split !== 'auto') this.#byHand[example.split] += 1;
    this.#uncounted.add(example.id);
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#take(entry);
    this.#entries.delete(id);
  }

  /** Everything that is the model's to say is unknown again. */
  forgetMeasures(): void {
    this.#unfit.clear();
    this.#uncounted = new Set(this.#entries.keys());
  }

  /** Some of those of which nobody knows whether they fit. */
  uncounted(most: number): readonly Kept[] {
    return Array.from(this.#uncounted.values().take(most), (id) => this.#entries.get(id)!.example);
  }

  /**
   * What the model said of some examples; of one that has changed since, nothing is taken over.
   * @param measures of those that were counted; all others fit
   * @param limit the longest text in tokens
   */
  measured(examples: readonly Kept[], measures: readonly ExampleMeasure[], limit: number): void {
    const byId = new Map(measures.map((measure) => [measure.id, measure]));
    for (const example of examples) {
      const entry = this.#entries.get(example.id);
      if (entry?.example !== example) continue;
      this.#uncounted.delete(example.id);
      const finding = unfit(example, byId.get(example.id), limit);
      if (finding) this.#unfit.set(example.id, { place: entry.place, finding });
      else this.#unfit.delete(example.id);
    }
  }

  /** Brings splits and findings up to what was put. To be run to its end before anything is read below. */
  *decide(): Generator<void> {
    yield* this.#lookAtChanged();
    const open = yield* this.#openQuestions();
    yield* this.#hold(open);
    const counts = { ...this.#byHand };
    let done = 0;
    for (const { explicit, heldOut, auto } of this.#questions.values()) {
      counts[explicit ?? (heldOut ? 'heldOut' : 'train')] += auto;
      if (++done % stride === 0) yield;
    }
    this.#counts = counts;
  }

  /** How many examples each split has. */
  counts(): Readonly<Record<FrozenSplit, number>> {
    return this.#counts;
  }

  /** All examples as a version keeps them, in order. */
  *frozen(): Generator<FrozenExample> {
    for (const entry of this.#entries.values()) yield freeze(entry);
  }

  /**
   * Some examples that stand for all, evenly taken: facts with all their wordings, and the longest texts of all. All, where
   * they are no more than that.
   */
  sample(most: number): readonly FrozenExample[] {
    if (this.size <= most) return [...this.frozen()];
    const every = Math.ceil(this.size / most);
    const facts = [...this.#facts.values()].filter((_, place) => place % every === 0);
    const chosen = new Set(facts.flatMap(({ entries }) => [...entries].slice(0, most)));
    const length = ({ example }: Entry) => example.question.length + example.answer.length;
    let longest: Entry | undefined;
    for (const entry of this.#entries.values()) if (!longest || length(entry) > length(longest)) longest = entry;
    if (longest) chosen.add(longest);
    return [...chosen].toSorted((a, b) => a.place - b.place).map(freeze);
  }

  readiness(): Readiness {
    const { train, heldOut, regression } = this.#counts;
    const blocking = this.#blocking.size + this.#unfit.size;
    const enough = train >= smallestSplit && heldOut >= smallestSplit;
    return {
      total: this.size,
      ...{ train, heldOut, regression },
      byCategory: Array.from(this.#categories, ([category, count]) => ({ category, count })).sort(
        (a, b) => b.count - a.count,
      ),
      findings: this.#shown(),
      findingCount: blocking + this.#others.size,
      blockingCount: blocking,
      recommended: recommendedExamples,
      canFreeze: enough && blocking === 0,
    };
  }

  /** Questions that are the same first, in the order of their first example; then what does not fit. */
  #shown(): readonly ReadinessFinding[] {
    const some = (from: ReadonlyMap<string, Placed>, most: number) =>
      [...from.values().take(Math.max(0, most))].toSorted((a, b) => a.place - b.place);
    const blocking = some(this.#blocking, mostFindings);
    const unfitting = some(this.#unfit, mostFindings - blocking.length);
    const others = some(this.#others, mostFindings - blocking.length - unfitting.length);
    const alike = [...blocking, ...others].toSorted((a, b) => a.place - b.place);
    return [...alike, ...unfitting].map(({ finding }) => finding);
  }

  #questionOf(text: string): Question {
    const key = questionKey(text);
    const known = this.#questions.get(key);
    if (known) return known;
    const ties = rankOf(key);
    // 48 bits are a whole number that a double holds.
    const rank = Number.parseInt(ties.slice(0, 12), 16);
    const question: Question = {
      ...{ key, rank, ties, entries: new Set<Entry>(), explicit: null, category: '' },
      ...{ facts: [], auto: 0, heldOut: false },
    };
    this.#questions.set(key, question);
    const bucket = bucketOf(rank);
    this.#ranked[bucket]!.push(question);
    this.#unsorted.add(bucket);
    return question;
  }

  #factOf(answer: string): Fact {
    const key = normaliseText(answer);
    const known = this.#facts.get(key);
    if (known) return known;
    const fact: Fact = { key, entries: new Set(), wordings: 0, left: 0, taught: false };
    this.#facts.set(key, fact);
    return fact;
  }

  #take(entry: Entry<Kept>): void {
    const { question, fact, example } = entry;
    question.entries.delete(entry);
    fact.entries.delete(entry);
    if (fact.entries.size === 0) this.#facts.delete(fact.key);
    this.#changed.add(question);
    if (example.split !== 'auto') this.#byHand[example.split] -= 1;
    const count = this.#categories.get(example.category)! - 1;
    if (count === 0) this.#categories.delete(example.category);
    else this.#categories.set(example.category, count);
    this.#unfit.delete(example.id);
    this.#uncounted.delete(example.id);
  }

  *#lookAtChanged(): Generator<void> {
    let done = 0;
    for (const question of this.#changed) {
      this.#changed.delete(question);
      this.#lookAt(question);
      if (++done % stride === 0) yield;
    }
  }

  #lookAt(question: Question): void {
    const { key, entries } = question;
    this.#blocking.delete(key);
    this.#others.delete(key);
    if (entries.size === 0) {
      this.#questions.delete(key);
      const bucket = bucketOf(question.rank);
      this.#ranked[bucket] = this.#ranked[bucket]!.filter((each) => each !== question);
      return;
    }
    const inOrder = entries.size === 1 ? [...entries] : [...entries].sort((a, b) => a.place - b.place);
    question.category = inOrder[0]!.example.category;
    question.explicit = explicitOf(inOrder);
    question.facts = [...new Set(inOrder.map(({ fact }) => fact))];
    question.auto = inOrder.filter(({ example }) => example.split === 'auto').length;
    if (inOrder.length < 2) return;
    const { blocking, ...finding } = sameQuestion(inOrder, question.explicit);
    const placed = { place: inOrder[0]!.place, finding: { ...finding, blocking } };
    (blocking ? this.#blocking : this.#others).set(key, placed);
  }

  /** By category, each in the order of the shuffle. */
  *#openQuestions(): Generator<void, ReadonlyMap<string, readonly Question[]>> {
    for (const bucket of this.#unsorted) {
      this.#ranked[bucket]!.sort(byRank);
      this.#unsorted.delete(bucket);
      yield;
    }
    const open = new Map<string, Question[]>();
    for (const bucket of this.#ranked) {
      for (const question of bucket) {
        question.heldOut = false;
        if (question.explicit !== null) continue;
        const same = open.get(question.category);
        if (same) same.push(question);
        else open.set(question.category, [question]);
      }
      yield;
    }
    return open;
  }

  /** Every category gives its share; the largest remainders give what rounding left over. */
  *#hold(open: ReadonlyMap<string, readonly Question[]>): Generator<void> {
    let total = 0;
    const shares = Array.from(open, ([category, questions]): CategoryShare => {
      total += questions.length;
      const exact = questions.length * heldOutShare;
      return { category, questions, count: Math.floor(exact), remainder: exact - Math.floor(exact) };
    });
    yield* this.#countWordings(open);
    let missing = Math.round(total * heldOutShare) - shares.reduce((sum, { count }) => sum + count, 0);
    shares.sort((a, b) => b.remainder - a.remainder || compare(rankOf(a.category), rankOf(b.category)));
    for (const share of shares) {
      if (missing <= 0) break;
      share.count += 1;
      missing -= 1;
    }
    let done = 0;
    for (const { questions, count } of shares) {
      let chosen = 0;
      for (const fits of [isSpare, isAlone]) {
        for (const question of questions) {
          if (++done % stride === 0) yield;
          if (chosen >= count) break;
          if (question.heldOut || !fits(question)) continue;
          question.heldOut = true;
          chosen += 1;
          for (const fact of question.facts) fact.left -= 1;
        }
      }
    }
  }

  *#countWordings(open: ReadonlyMap<string, readonly Question[]>): Generator<void> {
    let done = 0;
    for (const fact of this.#facts.values()) {
      fact.wordings = 0;
      fact.taught = false;
      if (this.#byHand.train > 0)
        for (const { example, question } of fact.entries)
          fact.taught ||= example.split === 'train' && question.explicit === 'train';
      if (++done % stride === 0) yield;
    }
    for (const questions of open.values()) {
      for (const question of questions) {
        for (const fact of question.facts) fact.wordings += 1;
        if (++done % stride === 0) yield;
      }
    }
    for (const fact of this.#facts.values()) fact.left = fact.wordings;
  }
}

interface Placed {
  readonly place: number;
  readonly finding: ReadinessFinding;
}

function freeze({ example, question: { explicit, heldOut } }: Entry): FrozenExample {
  const { id, question, answer, category, split } = example;
  const decided = explicit ?? (heldOut ? 'heldOut' : 'train');
  return { id, question, answer, category, split: split === 'auto' ? decided : split };
}

/** It may be held out while its facts stay taught by other wordings. */
const isSpare = (question: Question): boolean => question.facts.every(({ taught, left }) => taught || left > 1);
/** The only wording of a fact that is taught nowhere: held out, no other wording straddles. */
const isAlone = (question: Question): boolean =>
  question.facts.every(({ taught, wordings }) => !taught && wordings === 1);

/** Where somebody put one of the same question, all of it goes: for checking rather than for training. */
function explicitOf(inOrder: readonly Entry[]): FrozenSplit | null {
  let explicit: FrozenSplit | null = null;
  for (const {
    example: { split },
  } of inOrder) {
    if (split !== 'auto' && (split !== 'train' || explicit === null)) explicit = split;
  }
  return explicit;
}

/** Equal questions: with different answers nobody can learn them; with equal ones they only count double. */
function sameQuestion(inOrder: readonly Entry[], explicit: FrozenSplit | null): ReadinessFinding {
  const answers = new Set(inOrder.map(({ fact }) => fact)).size;
  const splits = new Set(inOrder.map(({ example: { split } }) => (split === 'auto' ? explicit : split)));
  return {
    kind: answers > 1 ? 'contradiction' : 'duplicate',
    exampleIds: inOrder.slice(0, mostNamed).map(({ example }) => example.id),
    // A question on both sides would make the check a memory test.
    blocking: answers > 1 || (splits.has('train') && splits.has('heldOut')),
    values: { question: inOrder[0]!.example.question, count: inOrder.length, answers },
  };
}

/** Nothing is cut silently: a text that does not fit blocks, and so does one without an answer to learn. */
function unfit(
  { id, question }: Collected,
  measure: ExampleMeasure | undefined,
  limit: number,
): ReadinessFinding | null {
  if (!measure) return null;
  const { tokens, answerTokens, tooLong } = measure;
  const about = { exampleIds: [id], blocking: true };
  if (tooLong) return { kind: 'too-long', ...about, values: { question, tokens, limit, excess: tokens - limit } };
  return answerTokens === 0 ? { kind: 'nothing-to-learn', ...about, values: { question } } : null;
}

const byRank = (a: Question, b: Question): number => a.rank - b.rank || compare(a.ties, b.ties);
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function rankOf(text: string): string {
  return createHash('sha256').update(`usumaku split 1\0${text}`).digest('hex');
}
