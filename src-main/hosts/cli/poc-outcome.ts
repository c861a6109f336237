/** What a PoC run found out, and its last line for programs. */

import type {
  AskResult,
  BaseModel,
  Evaluation,
  Adapter,
  Project,
  Release,
  TrainingRun,
} from '../../contract/entities.ts';
import type { CostComparison } from './cost-comparison.ts';

export interface PocOutcome {
  readonly project: Project;
  readonly model: BaseModel;
  readonly examples: { readonly train: number; readonly heldOut: number; readonly regression: number };
  readonly run: TrainingRun;
  readonly adapter: Adapter;
  readonly evaluation: Evaluation;
  readonly applied: Release;
  readonly answer: AskResult;
  readonly reverted: Release;
  readonly costs: CostComparison;
  readonly dataDirectory: string;
  readonly finishedAt: string;
}

/** The `done` event; scores are shares of exact answers, 0 to 1. */
export function doneEvent({ evaluation, run, adapter, model, reverted }: PocOutcome) {
  return {
    event: 'done',
    heldOut: scores(evaluation.heldOut),
    regression: scores(evaluation.regression),
    trainSeconds: run.seconds ?? 0,
    evaluateSeconds: evaluation.seconds ?? 0,
    peakBytes: peakBytes({ run, evaluation }),
    adapterBytes: adapter.bytes,
    baseBytes: model.weightBytes,
    precision: evaluation.precision,
    revertIdentical: reverted.baseIdentical === true,
  } as const;
}

/** Largest memory of the model process, over training and evaluation. */
export function peakBytes({ run, evaluation }: Pick<PocOutcome, 'run' | 'evaluation'>): number {
  return Math.max(run.peakBytes ?? 0, evaluation.peakBytes ?? 0);
}

function scores(set: Evaluation['heldOut']): { base: number | null; adapter: number | null } {
  return { base: set?.base.share ?? null, adapter: set?.adapter.share ?? null };
}
