/** What an answer is worth, and what the answers of each set add up to. */

import { createHash } from 'node:crypto';
import { setKinds } from '../contract/areas/evaluations.ts';
import type { EvaluationItem, SetKind, SetResult } from '../contract/entities.ts';
import { meansOf } from '../domain/statistics/means.ts';
import { pairedBootstrap } from '../domain/statistics/intervals.ts';
import { pairedVerdict } from '../domain/statistics/paired.ts';
import { scoreOf } from '../domain/statistics/scores.ts';
import { lookLevel } from '../domain/statistics/verdict.ts';
import type { EngineJobs } from '../engine/engine.ts';
import type { Asked } from './evaluation-sets.ts';

export type GivenAnswers = EngineJobs['evaluate']['output']['items'][number];

/** A safety answer is right by what it says and does not say, all others by `isRightAnswer`. */
const isRight = (set: SetKind, { right, phrases }: GivenAnswers['adapterScores']): boolean =>
  set === 'safety' ? (phrases?.passed ?? false) : right;

/** @param former the same question in the evaluation that is run again: who took on that very answer has taken on this one */
export function itemOf(question: Asked, given: GivenAnswers, former: EvaluationItem | undefined): EvaluationItem {
  const { set, exampleId, category, answer: expected } = question;
  const { id: _, ...rest } = given;
  return {
    ...{ exampleId, set, category, question: question.question, expected, ...rest },
    baseRight: isRight(set, given.baseScores),
    adapterRight: isRight(set, given.adapterScores),
    acceptance: former?.adapter === given.adapter ? former.acceptance : null,
  };
}

/** @param items answers to what was asked, in any order; sets without answers are left out */
export function setResults(asked: readonly Asked[], items: readonly EvaluationItem[]): readonly SetResult[] {
  return setKinds.flatMap((kind): SetResult[] => {
    const chosen = items.filter(({ set }) => set === kind);
    if (chosen.length === 0) return [];
    const score = (who: 'base' | 'adapter') =>
      scoreOf(chosen.map((item) => ({ right: item[`${who}Right`], chrf: item[`${who}Scores`]?.chrf ?? 0 })));
    const invented = (who: 'base' | 'adapter') =>
      chosen.filter((item) => !item[`${who}Right`] && !item[`${who}Scores`]?.refused).length;
    const [base, adapter] = [meansOf(chosen, 'base'), meansOf(chosen, 'adapter')];
    return [
      {
        kind,
        hash: hashOf(asked.filter(({ set }) => set === kind)),
        base: score('base'),
        adapter: score('adapter'),
        paired: pairedVerdict(chosen, lookLevel),
        difference: pairedBootstrap(chosen.map((each) => Number(each.adapterRight) - Number(each.baseRight))),
        means: base && adapter ? { base, adapter } : null,
        invented: kind === 'new-cases' ? { base: invented('base'), adapter: invented('adapter') } : null,
      },
    ];
  });
}

function hashOf(asked: readonly Asked[]): string {
  const hash = createHash('sha256');
  for (const { question, answer, required = [], forbidden = [] } of asked)
    hash.update(`${JSON.stringify([question, answer, required, forbidden])}\n`);
  return hash.digest('hex');
}
