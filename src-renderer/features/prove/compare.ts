/** Which two are compared, and how they are called. */

import type { Adapter, ComparedSide, Evaluation, Release } from '../../../src-main/contract/index.ts';
import { dateTime } from '../../lib/format.ts';
import { t } from '../../lib/i18n.svelte.ts';
import { shortPrecision } from '../../lib/words/precision.ts';

export const keyOfSide = ({ evaluationId, who }: ComparedSide): string => `${evaluationId} ${who}`;

export function sideOfKey(key: string | undefined): ComparedSide | undefined {
  const [evaluationId, who] = key?.split(' ') ?? [];
  return evaluationId && (who === 'base' || who === 'adapter') ? { evaluationId, who } : undefined;
}

type Serving = Pick<Release, 'adapterId' | 'precision'> | null;

/** Whether an evaluation is about what answers now. */
export const inService = ({ adapterId, precision }: Evaluation, release: Serving): boolean =>
  release?.adapterId === adapterId && release.precision === precision;

/** What the shown one is first held against: the adapter in service, or else another one, or another precision, evaluated before it. */
export function firstToCompare(
  completed: readonly Evaluation[],
  shown: Evaluation,
  release: Serving,
): ComparedSide | undefined {
  const same = ({ adapterId, precision }: Evaluation): boolean =>
    adapterId === shown.adapterId && precision === shown.precision;
  const others = completed.filter((each) => !same(each));
  const serving = others.find((each) => inService(each, release));
  const chosen = serving ?? others.find(({ createdAt }) => createdAt < shown.createdAt) ?? others[0];
  return chosen && { evaluationId: chosen.id, who: 'adapter' };
}

export const whenAndHow = ({ createdAt, precision }: Evaluation): string =>
  `${dateTime(createdAt)} · ${shortPrecision(precision)}`;

/** @param completed evaluations that the side is one of */
export function sideName(
  { evaluationId, who }: ComparedSide,
  completed: readonly Evaluation[],
  adapters: readonly Adapter[],
  release: Serving,
): string {
  const evaluation = completed.find(({ id }) => id === evaluationId);
  if (who === 'base' || !evaluation) return t('who.base');
  const name = adapters.find(({ id }) => id === evaluation.adapterId)?.name ?? t('who.adapter');
  return inService(evaluation, release) ? t('compare.inService', { name }) : name;
}

/**
 * A letter for each list of other phrasings that was asked, in the order in which they came up: rows with different
 * letters cannot be compared by their shares. Those kept without a hash are their own.
 * @param evaluations newest first
 */
export function questionLists(evaluations: readonly Evaluation[]): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  const lists = new Map<string, string>();
  for (const { id, sets } of evaluations.toReversed()) {
    const set = sets.find(({ kind }) => kind === 'phrasings');
    if (!set) continue;
    const list = set.hash || id;
    if (!lists.has(list)) lists.set(list, letterOf(lists.size));
    letters.set(id, lists.get(list)!);
  }
  return letters;
}

/** A to Z, then AA, AB and so on. */
function letterOf(index: number): string {
  const last = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}
