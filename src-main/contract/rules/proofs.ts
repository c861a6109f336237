/** Which evaluations say something about the answers of today, and so what may be applied. */

import type { Adapter, BaseModel, Evaluation, Precision } from '../entities.ts';

type Judged = Pick<Evaluation, 'adapterId' | 'precision' | 'state' | 'passed' | 'createdAt'>;
type Made = Pick<Adapter, 'id' | 'modelId'>;
type Answering = Pick<BaseModel, 'id' | 'precision'>;

/** The precision in which an adapter's model answers from now on; undefined until it is known. */
export function presentPrecision(
  adapter: Pick<Adapter, 'modelId'> | undefined,
  models: readonly Answering[] | undefined,
): Precision | undefined {
  return models?.find(({ id }) => id === adapter?.modelId)?.precision;
}

/** Those in the precision that their model answers in now: a proof in another one is none for what would answer. */
export function evaluationsOfToday<Each extends Pick<Judged, 'adapterId' | 'precision'>>(
  evaluations: readonly Each[],
  adapters: readonly Made[],
  models: readonly Answering[],
): readonly Each[] {
  const adapterOf = new Map(adapters.map((adapter) => [adapter.id, adapter]));
  return evaluations.filter(
    ({ adapterId, precision }) => presentPrecision(adapterOf.get(adapterId), models) === precision,
  );
}

/** The newest completed one: an older one says nothing once somebody has looked again. */
export function newestCompleted<Each extends Judged>(evaluations: readonly Each[]): Each | undefined {
  return evaluations
    .filter(({ state }) => state === 'completed')
    .reduce<Each | undefined>(
      (newest, each) => (newest && newest.createdAt >= each.createdAt ? newest : each),
      undefined,
    );
}

/** Newest first: the newest evaluation of each adapter where that one met the criteria. */
export function passedNewest<Each extends Judged>(evaluations: readonly Each[]): readonly Each[] {
  const adapterIds = [...new Set(evaluations.map(({ adapterId }) => adapterId))];
  return adapterIds
    .flatMap((id) => newestCompleted(evaluations.filter(({ adapterId }) => adapterId === id)) ?? [])
    .filter(({ passed }) => passed)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}
