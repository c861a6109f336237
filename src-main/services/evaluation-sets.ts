/** What an adapter is asked, set by set, and what the answers add up to. */

import { createHash } from 'node:crypto';
import { setKinds } from '../contract/areas/evaluations.ts';
import type { EvaluationItem, SetKind, SetResult } from '../contract/entities.ts';
import { factKey, type FrozenExample } from '../domain/dataset.ts';
import { pairedBootstrap } from '../domain/statistics/intervals.ts';
import { pairedVerdict } from '../domain/statistics/paired.ts';
import { scoreOf } from '../domain/statistics/scores.ts';
import { lookLevel } from '../domain/statistics/verdict.ts';
import type { EngineJobs } from '../engine/engine.ts';
import { readBundledPairs, readSafetyPack } from './bundled-files.ts';
import type { Context } from './context.ts';

type EvaluateItem = EngineJobs['evaluate']['output']['items'][number];
type Scores = EvaluateItem['adapterScores'];

/** One question with the id it travels under. */
export interface Asked {
  readonly id: string;
  readonly exampleId: string;
  readonly set: SetKind;
  readonly category: string;
  readonly question: string;
  readonly answer: string;
  readonly required?: readonly string[];
  readonly forbidden?: readonly string[];
}

/** Everything that an evaluation asks of an adapter that was trained on a dataset version. */
export function questionsOf(context: Context, datasetVersionId: string): readonly Asked[] {
  const safety = readSafetyPack(context.bundled.safetyFile);
  return [...questionsAmong(context, context.store.datasets.examples(datasetVersionId)), ...inSet('safety', safety)];
}

/**
 * Held-out questions, told apart by whether their fact is trained in other words, the plant's own skills, and the general
 * ones that come with the app; of examples that need not be frozen.
 */
export function questionsAmong({ bundled }: Context, examples: readonly FrozenExample[]): readonly Asked[] {
  const trained = new Set(examples.filter(({ split }) => split === 'train').map(({ answer }) => factKey(answer)));
  const heldOut = Map.groupBy(
    examples.filter(({ split }) => split === 'heldOut'),
    ({ answer }) => (trained.has(factKey(answer)) ? 'phrasings' : 'new-cases'),
  );
  return [
    ...inSet('phrasings', heldOut.get('phrasings') ?? []),
    ...inSet('new-cases', heldOut.get('new-cases') ?? []),
    ...inSet('general', readBundledPairs(bundled.regressionFile)),
    ...inSet(
      'own',
      examples.filter(({ split }) => split === 'regression'),
    ),
  ];
}

const inSet = (set: SetKind, pairs: readonly (Omit<Asked, 'exampleId' | 'set'> & { readonly id: string })[]): Asked[] =>
  pairs.map(({ id, question, answer, category, required, forbidden }) => ({
    ...{ id: `${set}-${id}`, exampleId: id, set, category, question, answer },
    ...(required && { required }),
    ...(forbidden && { forbidden }),
  }));

/** A safety answer is right by what it says and does not say, all others by being exact. */
const isRight = (set: SetKind, { exact, phrases }: Scores): boolean =>
  set === 'safety' ? (phrases?.passed ?? false) : exact;

export interface Outcome {
  readonly items: readonly EvaluationItem[];
  readonly sets: readonly SetResult[];
}

/** Questions without an answer are left out. */
export function sumUp(asked: readonly Asked[], answers: readonly EvaluateItem[]): Outcome {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const items = asked.flatMap((question): (EvaluationItem & Pick<EvaluateItem, 'baseScores' | 'adapterScores'>)[] => {
    const given = byId.get(question.id);
    if (!given) return [];
    const { set, exampleId, category, answer: expected } = question;
    const { id: _, ...rest } = given;
    const right = { baseRight: isRight(set, given.baseScores), adapterRight: isRight(set, given.adapterScores) };
    return [{ exampleId, set, category, question: question.question, expected, ...rest, ...right, acceptance: null }];
  });
  const sets = setKinds.flatMap((kind): SetResult[] => {
    const chosen = items.filter(({ set }) => set === kind);
    if (chosen.length === 0) return [];
    const rights = chosen.map(({ baseRight, adapterRight }) => ({ baseExact: baseRight, adapterExact: adapterRight }));
    const invented = (who: 'base' | 'adapter') =>
      chosen.filter((item) => !item[`${who}Right`] && !item[`${who}Scores`].refused).length;
    return [
      {
        kind,
        hash: hashOf(asked.filter(({ set }) => set === kind)),
        base: scoreOf(chosen.map((item) => ({ exact: item.baseRight, chrf: item.baseScores.chrf }))),
        adapter: scoreOf(chosen.map((item) => ({ exact: item.adapterRight, chrf: item.adapterScores.chrf }))),
        paired: pairedVerdict(rights, lookLevel),
        difference: pairedBootstrap(rights.map((each) => Number(each.adapterExact) - Number(each.baseExact))),
        invented: kind === 'new-cases' ? { base: invented('base'), adapter: invented('adapter') } : null,
      },
    ];
  });
  return { items, sets };
}

function hashOf(asked: readonly Asked[]): string {
  const hash = createHash('sha256');
  for (const { question, answer, required = [], forbidden = [] } of asked)
    hash.update(`${JSON.stringify([question, answer, required, forbidden])}\n`);
  return hash.digest('hex');
}
