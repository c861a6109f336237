/** What an adapter is asked, set by set. */

import type { SetKind } from '../contract/entities.ts';
import { factKey, type FrozenExample } from '../domain/dataset.ts';
import { readBundledPairs, readSafetyPack } from './bundled-files.ts';
import type { Context } from './context.ts';

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
  const safety = [...readSafetyPack(context.bundled.safetyFile), ...context.store.safety.all()];
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

/** The id under which a question of a set travels. */
export const idOf = ({ set, exampleId }: Pick<Asked, 'set' | 'exampleId'>): string => `${set}-${exampleId}`;

const inSet = (set: SetKind, pairs: readonly (Omit<Asked, 'exampleId' | 'set'> & { readonly id: string })[]): Asked[] =>
  pairs.map(({ id, question, answer, category, required, forbidden }) => ({
    ...{ id: idOf({ set, exampleId: id }), exampleId: id, set, category, question, answer },
    ...(required && { required }),
    ...(forbidden && { forbidden }),
  }));
