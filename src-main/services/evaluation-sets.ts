/** What an adapter is checked on, and what the answers add up to. */

import type { Evaluation, EvaluationItem } from '../contract/entities.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import { pairedVerdict } from '../domain/statistics/paired.ts';
import { scoreOf } from '../domain/statistics/scores.ts';
import type { EngineJobs } from '../engine/engine.ts';
import { readBundledPairs } from './bundled-files.ts';
import type { Context } from './context.ts';

type EvaluateItem = EngineJobs['evaluate']['output']['items'][number];

/** One question with the id it travels under. */
export interface Asked {
  readonly id: string;
  readonly exampleId: string;
  readonly set: 'heldOut' | 'regression';
  readonly question: string;
  readonly answer: string;
}

/** Held-out examples of a dataset version; its regression examples and the bundled general skills. */
export function questionsOf(context: Context, datasetVersionId: string): readonly Asked[] {
  return questionsAmong(context, context.store.datasets.examples(datasetVersionId));
}

/** The same of examples that need not be frozen. */
export function questionsAmong({ bundled }: Context, frozen: readonly FrozenExample[]): readonly Asked[] {
  const heldOut = frozen.filter(({ split }) => split === 'heldOut');
  const regression = [
    ...frozen.filter(({ split }) => split === 'regression'),
    ...readBundledPairs(bundled.regressionFile),
  ];
  const asked = (set: Asked['set'], pairs: readonly { id: string; question: string; answer: string }[]) =>
    pairs.map(({ id, question, answer }) => ({ id: `${set}-${id}`, exampleId: id, set, question, answer }));
  return [...asked('heldOut', heldOut), ...asked('regression', regression)];
}

export interface Outcome {
  readonly items: readonly EvaluationItem[];
  readonly heldOut: NonNullable<Evaluation['heldOut']>;
  readonly regression: NonNullable<Evaluation['regression']>;
}

export function sumUp(asked: readonly Asked[], answers: readonly EvaluateItem[]): Outcome {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const pairs = asked.flatMap((question) => {
    const answer = byId.get(question.id);
    return answer ? [{ question, answer }] : [];
  });
  const compare = (set: Asked['set']) => {
    const chosen = pairs.filter(({ question }) => question.set === set).map(({ answer }) => answer);
    return {
      base: scoreOf(chosen.map(({ baseScores }) => baseScores)),
      adapter: scoreOf(chosen.map(({ adapterScores }) => adapterScores)),
      paired: pairedVerdict(
        chosen.map((answer) => ({ baseExact: answer.baseScores.exact, adapterExact: answer.adapterScores.exact })),
      ),
    };
  };
  return {
    items: pairs.map(({ question: { exampleId, set, question, answer: expected }, answer }) => {
      const { base, adapter, baseScores, adapterScores } = answer;
      const exact = { baseExact: baseScores.exact, adapterExact: adapterScores.exact };
      return { exampleId, set, question, expected, base, adapter, ...exact };
    }),
    heldOut: compare('heldOut'),
    regression: compare('regression'),
  };
}
