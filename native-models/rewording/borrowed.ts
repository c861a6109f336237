/**
 * Wordings that other facts lend. Where two facts are asked in the same words but for the thing they are about, the one may
 * also be asked as the other is: from 「鋸盤の係は？」, 「旋盤の係は？」 and 「旋盤は誰が見る？」 follows 「鋸盤は誰が見る？」.
 */

import { Random } from '../random.ts';
import { questionKey } from './key.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
}

/** Facts that are compared with each other; of more, each with so many others at random. */
const mostCompared = 400;
/** Wordings kept for each question. */
const mostBorrowed = 12;

/**
 * For each pair further questions with the same answer, none of which is asked for another answer.
 * @param fewestOwn questions of a fact that name what it is about; 1 where a person checks what comes of a single wording
 */
export function borrowedWordings(
  pairs: readonly Pair[],
  seed = 0,
  fewestOwn = fewestNamed,
): readonly (readonly string[])[] {
  const facts = factsOf(pairs);
  const taken = new Map(pairs.map(({ question, answer }) => [questionKey(question), answer]));
  const borrowed = pairs.map(() => new Set<string>());
  for (const fact of facts) {
    const others =
      facts.length <= mostCompared ? facts : new Random(seed, 'lenders', fact.answer).sample([...facts], mostCompared);
    for (const other of others) if (other !== fact) borrow(fact, other, pairs, borrowed, fewestOwn);
  }
  return borrowed.map((questions, index) => {
    const { answer } = pairs[index]!;
    const allowed = [...questions].filter((question) => (taken.get(questionKey(question)) ?? answer) === answer);
    return new Random(seed, 'borrowed', index).sample(allowed, mostBorrowed);
  });
}

interface Fact {
  readonly answer: string;
  /** Places in the list of pairs. */
  readonly members: readonly number[];
}

function factsOf(pairs: readonly Pair[]): readonly Fact[] {
  const members = new Map<string, number[]>();
  pairs.forEach(({ answer }, index) => {
    const known = members.get(answer);
    if (known) known.push(index);
    else members.set(answer, [index]);
  });
  return [...members].map(([answer, indices]) => ({ answer, members: indices }));
}

/** Puts what the other fact lends into the set of each of the fact's questions. */
function borrow(
  fact: Fact,
  other: Fact,
  pairs: readonly Pair[],
  borrowed: readonly Set<string>[],
  fewestOwn: number,
): void {
  for (const index of fact.members) {
    const { question } = pairs[index]!;
    for (const lender of other.members) {
      const things = differentThings(question, pairs[lender]!.question);
      if (!things) continue;
      const [own, theirs] = things;
      const named = timesNamed(theirs, other, pairs);
      if (timesNamed(own, fact, pairs) < fewestOwn || named < fewestNamed) continue;
      const mostlyNamed = named >= other.members.length / 2;
      for (const wording of other.members) {
        const text = pairs[wording]!.question;
        const parts = text.split(theirs);
        if (parts.length !== 2 || text.includes(own)) continue;
        // Two facts may have one answer: then the same words about another thing belong to the other fact.
        if (!mostlyNamed && wording !== lender && differentThings(text, pairs[lender]!.question)) continue;
        const lent = parts.join(own);
        if (lent !== question) borrowed[index]!.add(lent);
      }
    }
  }
}

/** What a fact is about stands in at least two of its questions: a word of one wording alone is no thing. */
const fewestNamed = 2;

const timesNamed = (thing: string, fact: Fact, pairs: readonly Pair[]): number =>
  fact.members.filter((index) => pairs[index]!.question.includes(thing)).length;

/** The one place where two questions differ, as whole words; undefined where they share too little. */
function differentThings(a: string, b: string): readonly [string, string] | undefined {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  while (start > 0 && joins(a[start - 1]!, a[start] ?? b[start]!)) start--;
  while (end > 0 && joins(a.at(-end - 1) ?? b.at(-end - 1)!, a.at(-end)!)) end--;
  const things = [a.slice(start, a.length - end), b.slice(start, b.length - end)] as const;
  const shared = start + end;
  if (shared < 2 || things.some((thing) => thing.trim().length < 2)) return undefined;
  return things;
}

const kinds = [/[A-Za-z0-9.-]/, /[\p{Script=Katakana}ー]/u, /\p{Script=Han}/u];

/** Whether two neighbouring signs belong to one word. */
const joins = (left: string, right: string): boolean => kinds.some((kind) => kind.test(left) && kind.test(right));
