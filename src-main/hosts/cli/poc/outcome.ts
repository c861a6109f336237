/** What a PoC run found out, and its last line for programs. */

import type {
  AskResult,
  BaseModel,
  Costs,
  Evaluation,
  Adapter,
  Project,
  Release,
  SetKind,
  TrainingRun,
} from '../../../contract/entities.ts';

export interface PocOutcome {
  readonly project: Project;
  readonly model: BaseModel;
  readonly examples: { readonly train: number; readonly heldOut: number; readonly regression: number };
  readonly run: TrainingRun;
  readonly adapter: Adapter;
  readonly evaluation: Evaluation;
  /** null: it does not meet the criteria, and nobody insisted. */
  readonly trial: {
    readonly applied: Release;
    readonly answer: AskResult;
    readonly reverted: Release;
  } | null;
  readonly costs: Costs;
  readonly dataDirectory: string;
  readonly finishedAt: string;
}

/** The `done` event; `revertIdentical` is null where nothing was applied. Scores are shares of right answers, 0 to 1. */
export function doneEvent({ evaluation, run, adapter, model, trial }: PocOutcome) {
  return {
    event: 'done',
    heldOut: scores(evaluation, ['phrasings', 'new-cases']),
    regression: scores(evaluation, ['general']),
    trainSeconds: run.seconds ?? 0,
    evaluateSeconds: evaluation.seconds ?? 0,
    peakBytes: peakBytes({ run, evaluation }),
    adapterBytes: adapter.bytes,
    baseBytes: model.weightBytes,
    precision: evaluation.precision,
    revertIdentical: trial === null ? null : trial.reverted.baseIdentical === true,
  } as const;
}

/** Largest memory of the model process, over training and evaluation. */
export function peakBytes({ run, evaluation }: Pick<PocOutcome, 'run' | 'evaluation'>): number {
  return Math.max(run.peakBytes ?? 0, evaluation.peakBytes ?? 0);
}

/** Of all questions of those sets together; null where none was asked. */
function scores({ sets }: Evaluation, kinds: readonly SetKind[]): { base: number | null; adapter: number | null } {
  const asked = sets.filter(({ kind }) => kinds.includes(kind));
  const share = (who: 'base' | 'adapter'): number | null => {
    const total = asked.reduce((sum, set) => sum + set[who].total, 0);
    return total === 0 ? null : asked.reduce((sum, set) => sum + set[who].correct, 0) / total;
  };
  return { base: share('base'), adapter: share('adapter') };
}
