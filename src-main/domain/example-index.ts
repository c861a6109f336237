/**
 * The collected examples, kept so that one change touches one question: who is trained on, what is held out, and what
 * somebody should look at. Whatever takes long with 100,000 of them is a generator that stops often, for others to be served.
 */

import { createHash } from 'node:crypto';
import type { Example, ExampleMeasure, Readiness, ReadinessFinding } from '../contract/entities.ts';
import { type FrozenExample, type FrozenSplit, heldOutShare, smallestSplit } from './dataset-rules.ts';
import { InOrder } from './in-order.ts';
import { normaliseText, questionKey } from './normalise.ts';

/** Examples recommended before the first training: a few facts, each asked in several ways. */
export const recommendedExamples = 200;
/** Findings that are shown at once, blocking ones first; their number is told beside them. */
export const mostFindings = 200;
/** Of one finding, examples that are named. */
const mostNamed = 200;
/** Things done between two stops: some milliseconds. */
const stride = 200;

export type Collected = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'split'>;

/** What is true, however it is asked for. */
interface Fact {
  readonly key: string;
  readonly entries: Set<Entry>;
  /** Questions to be decided that are wordings of it, and how many of them are not held out. */
  wordings: number;
  left: number;
  /** Examples that teach it because somebody put them there by hand. */
  teachers: number;
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
  /** What follows is as of the last look at it. Where somebody put it; null: to be decided. */
  explicit: FrozenSplit | null;
  /** Among whose questions it is to be decided; null: nothing is to be decided. */
  share: CategoryShare | null;
  /** Several only where its answers contradict each other. */
  facts: readonly Fact[];
  /** Of each example that teaches because somebody put it there by hand, its fact. */
  teaches: readonly Fact[];
  /** How many of its examples nobody put anywhere by hand. */
  auto: number;
  /** By the last decision. */
  heldOut: boolean;
}

/** The questions of a category that are to be decided, in the order of the shuffle, and how many are to be held out. */
interface CategoryShare {
  readonly category: string;
  readonly ties: string;
  readonly questions: InOrder<Question>;
  /** Rounded down. */
  count: number;
  remainder: number;
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
  readonly #shares = new Map<string, CategoryShare>();
  /** The largest remainder first: these give what rounding left over. */
  readonly #byRemainder = new InOrder<CategoryShare>((a, b) => b.remainder - a.remainder || compare(a.ties, b.ties));
  /** Questions in all shares, and how many of them these hold out by their rounded counts. */
  #open = 0;
  #rounded = 0;
  readonly #held = new Set<Question>();
  /** Of examples that nobody put anywhere by hand, where they go. */
  readonly #auto: Record<FrozenSplit, number> = { train: 0, heldOut: 0, regression: 0 };
  #nextPlace = 0;

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
    if (this.#changed.size === 0) return;
    yield* this.#lookAtChanged();
    yield* this.#release();
    yield* this.#hold();
  }

  /** How many examples each split has. */
  counts(): Readonly<Record<FrozenSplit, number>> {
    const of = (split: FrozenSplit) => this.#byHand[split] + this.#auto[split];
    return { train: of('train'), heldOut: of('heldOut'), regression: of('regression') };
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
    const { train, heldOut, regression } = this.counts();
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
      ...{ key, rank, ties, entries: new Set<Entry>(), explicit: null, share: null },
      ...{ facts: [], teaches: [], auto: 0, heldOut: false },
    };
    this.#questions.set(key, question);
    return question;
  }

  #factOf(answer: string): Fact {
    const key = normaliseText(answer);
    const known = this.#facts.get(key);
    if (known) return known;
    const fact: Fact = { key, entries: new Set(), wordings: 0, left: 0, teachers: 0 };
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
    this.#withdraw(question);
    this.#blocking.delete(key);
    this.#others.delete(key);
    if (entries.size === 0) return void this.#questions.delete(key);
    const inOrder = entries.size === 1 ? [...entries] : [...entries].sort((a, b) => a.place - b.place);
    question.explicit = explicitOf(inOrder);
    question.facts = [...new Set(inOrder.map(({ fact }) => fact))];
    question.auto = inOrder.filter(({ example }) => example.split === 'auto').length;
    if (question.explicit === 'train')
      question.teaches = inOrder.filter(({ example }) => example.split === 'train').map(({ fact }) => fact);
    this.#enter(question, inOrder[0]!.example.category);
    if (inOrder.length < 2) return;
    const { blocking, ...finding } = sameQuestion(inOrder, question.explicit);
    const placed = { place: inOrder[0]!.place, finding: { ...finding, blocking } };
    (blocking ? this.#blocking : this.#others).set(key, placed);
  }

  /** Counts it, by what was seen of it. */
  #enter(question: Question, category: string): void {
    this.#auto[question.explicit ?? 'train'] += question.auto;
    for (const fact of question.teaches) fact.teachers += 1;
    if (question.explicit !== null) return;
    for (const fact of question.facts) {
      fact.wordings += 1;
      fact.left += 1;
    }
    const share = this.#shareOf(category);
    question.share = share;
    this.#resize(share, () => share.questions.add(question));
  }

  /** Undoes that; of one that was never counted, nothing. */
  #withdraw(question: Question): void {
    const { share } = question;
    if (question.heldOut) this.#letGo(question);
    this.#auto[question.explicit ?? 'train'] -= question.auto;
    for (const fact of question.teaches) fact.teachers -= 1;
    question.teaches = [];
    if (!share) return;
    for (const fact of question.facts) {
      fact.wordings -= 1;
      fact.left -= 1;
    }
    question.share = null;
    this.#resize(share, () => share.questions.remove(question));
  }

  #shareOf(category: string): CategoryShare {
    const known = this.#shares.get(category);
    if (known) return known;
    const share = { category, ties: rankOf(category), questions: new InOrder(byRank), count: 0, remainder: 0 };
    this.#shares.set(category, share);
    return share;
  }

  #resize(share: CategoryShare, change: () => void): void {
    if (share.questions.size > 0) this.#byRemainder.remove(share);
    this.#open -= share.questions.size;
    this.#rounded -= share.count;
    change();
    const exact = share.questions.size * heldOutShare;
    share.count = Math.floor(exact);
    share.remainder = exact - share.count;
    this.#open += share.questions.size;
    this.#rounded += share.count;
    if (share.questions.size > 0) this.#byRemainder.add(share);
    else this.#shares.delete(share.category);
  }

  *#release(): Generator<void> {
    let done = 0;
    for (const question of this.#held) {
      this.#letGo(question);
      if (++done % stride === 0) yield;
    }
  }

  #letGo(question: Question): void {
    this.#held.delete(question);
    question.heldOut = false;
    for (const fact of question.facts) fact.left += 1;
    this.#auto.heldOut -= question.auto;
    this.#auto.train += question.auto;
  }

  #holdOut(question: Question): void {
    this.#held.add(question);
    question.heldOut = true;
    for (const fact of question.facts) fact.left -= 1;
    this.#auto.train -= question.auto;
    this.#auto.heldOut += question.auto;
  }

  /** Every category gives its share; the largest remainders give what rounding left over. */
  *#hold(): Generator<void> {
    let missing = Math.round(this.#open * heldOutShare) - this.#rounded;
    let done = 0;
    for (const { questions, count } of this.#byRemainder) {
      let lacking = count;
      if (missing > 0) {
        lacking += 1;
        missing -= 1;
      }
      for (const fits of [isSpare, isAlone]) {
        if (lacking === 0) break;
        for (const question of questions) {
          if (++done % stride === 0) yield;
          if (question.heldOut || !fits(question)) continue;
          this.#holdOut(question);
          lacking -= 1;
          if (lacking === 0) break;
        }
      }
      if (++done % stride === 0) yield;
    }
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
const isSpare = (question: Question): boolean => question.facts.every(({ teachers, left }) => teachers > 0 || left > 1);
/** The only wording of a fact that is taught nowhere: held out, no other wording straddles. */
const isAlone = (question: Question): boolean =>
  question.facts.every(({ teachers, wordings }) => teachers === 0 && wordings === 1);

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
