/** Other wordings for a person to check: how other facts of the plant are asked for first, then by rules of the language. */

import type { ProposedWording } from '../jobs.ts';
import { Random } from '../random.ts';
import { borrowedWordings } from './borrowed.ts';
import { englishWordings } from './english.ts';
import { japaneseWordings } from './japanese.ts';
import { questionKey } from './key.ts';
import { isJapanese } from './words.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
}

/** How often a rule is drawn for one question: its alternatives are few. */
const draws = 40;

export interface Proposer {
  /** Of what may be proposed, only what is new: asked for no fact yet, and not proposed before. */
  fresh(proposed: readonly ProposedWording[], most: number): readonly ProposedWording[];
  /** By patterns and rules. */
  propose(index: number, most: number): readonly ProposedWording[];
}

/** @param pairs all questions of the plant: none of them is proposed, for its own fact or for another */
export function createProposer(pairs: readonly Pair[]): Proposer {
  const taken = new Set(pairs.map(({ question }) => questionKey(question)));
  const lent = borrowedWordings(pairs, 0, 1);
  const fresh: Proposer['fresh'] = (proposed, most) => {
    const kept = new Map<string, ProposedWording>();
    for (const wording of proposed) {
      const key = questionKey(wording.question);
      if (key === '' || taken.has(key) || kept.has(key)) continue;
      kept.set(key, wording);
    }
    return [...kept.values()].slice(0, most);
  };
  return {
    fresh,
    propose(index, most) {
      const patterns = lent[index]!.map((question) => ({ question, source: 'pattern' }) as const);
      const rules = byRules(pairs[index]!.question).map((question) => ({ question, source: 'rule' }) as const);
      return fresh([...patterns, ...rules], most);
    },
  };
}

/** One rule each: two together seldom sound like somebody. */
function byRules(question: string): readonly string[] {
  const rules = isJapanese(question) ? japaneseWordings : englishWordings;
  const random = new Random(0, 'proposed', question);
  const found = rules.map((rule) => [...new Set(Array.from({ length: draws }, () => rule(question, random)))]);
  // From each rule in turn, so that the first few are not all of one kind.
  const longest = Math.max(0, ...found.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => found.flatMap((texts) => texts[at] ?? [])).flat();
}
