/** What an event of a training adds to a run as it stood. */

import type { AppEvent, RunDetail, TrainingRun } from '../../../src-main/contract/index.ts';

type TrainingEvent = Extract<AppEvent, { kind: 'training' }>;

/** A resumed run repeats steps after its checkpoint: the newer ones stand. */
export function carryRunOn(detail: RunDetail, event: TrainingEvent): RunDetail {
  if (event.run.id !== detail.id) return detail;
  return {
    ...event.run,
    metrics: joined(detail.metrics, event.metrics),
    validation: joined(detail.validation, event.validation),
  };
}

/** The list moves along with the run that is under way. */
export const carryRunsOn = (runs: readonly TrainingRun[], { run }: TrainingEvent): readonly TrainingRun[] =>
  runs.map((each) => (each.id === run.id ? run : each));

function joined<Metric extends { readonly step: number }>(
  old: readonly Metric[],
  added: readonly Metric[],
): readonly Metric[] {
  const first = added[0]?.step;
  if (first === undefined) return old;
  return [...old.filter((metric) => metric.step < first), ...added];
}
