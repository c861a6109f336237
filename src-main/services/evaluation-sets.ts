/** What an adapter is checked on, and what the answers add up to. */

import type { Evaluation, EvaluationItem } from '../contract/entities.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import { pairedVerdict, scoreOf } from '../domain/statistics.ts';
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
      base: scoreOf(chosen.map(({ baseExact, baseChrf }) => ({ exact: baseExact, chrf: baseChrf }))),
      adapter: scoreOf(chosen.map(({ adapterExact, adapterChrf }) => ({ exact: adapterExact, chrf: adapterChrf }))),
      paired: pairedVerdict(chosen),
    };
  };
  return {
    items: pairs.map(({ question: { exampleId, set, question, answer: expected }, answer }) => {
      const { base, adapter, baseExact, adapterExact } = answer;
      return { exampleId, set, question, expected, base, adapter, baseExact, adapterExact };
    }),
    heldOut: compare('heldOut'),
    regression: compare('regression'),
  };
}
