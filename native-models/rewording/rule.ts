/** What a rule of rewording is. */

import type { Random } from '../random.ts';

/** Says a question in another way, or returns it as it is where the rule has nothing to say about it. */
export type Rule = (question: string, random: Random) => string;

/** Ways to say the same, each of which may stand for any other. */
export type Alternatives = readonly string[];

/** Replaces one of the alternatives at the end of a question by another one of its group. */
export function otherEnding(groups: readonly Alternatives[]): Rule {
  const sorted = groups.flatMap((group) => group.map((ending) => ({ ending, group })));
  // The longest first: 教えてください ends in no 教えて, but です ends in す.
  sorted.sort((a, b) => b.ending.length - a.ending.length);
  return (question, random) => {
    const found = sorted.find(({ ending }) => question.length > ending.length && question.endsWith(ending));
    if (!found) return question;
    return question.slice(0, -found.ending.length) + random.pick(found.group);
  };
}

/** Replaces one of the alternatives at the beginning by another one of its group. Case is kept as it is written there. */
export function otherBeginning(groups: readonly Alternatives[]): Rule {
  const sorted = groups.flatMap((group) => group.map((beginning) => ({ beginning, group })));
  sorted.sort((a, b) => b.beginning.length - a.beginning.length);
  return (question, random) => {
    const found = sorted.find(({ beginning }) => question.toLowerCase().startsWith(beginning.toLowerCase()));
    if (!found || question.length === found.beginning.length) return question;
    return random.pick(found.group) + question.slice(found.beginning.length);
  };
}
