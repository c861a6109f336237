/** What long work goes on now. Training and evaluation share one process and the machine's memory, so there is one at a time. */

import type { TrainingRun } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';

export interface Activity {
  run: Pick<TrainingRun, 'id' | 'number'> | null;
  evaluationId: string | null;
  /** The model whose precisions are being measured. */
  comparedModelId: string | null;
  /** The host is going: what ends now was interrupted, not cancelled. */
  closing: boolean;
}

export function createActivity(): Activity {
  return { run: null, evaluationId: null, comparedModelId: null, closing: false };
}

/** @throws OfficeError run-active, evaluation-active, precisions-active */
export function requireIdle({ run, evaluationId, comparedModelId }: Activity): void {
  if (run) throw new OfficeError('run-active', { number: run.number });
  if (evaluationId) throw new OfficeError('evaluation-active');
  if (comparedModelId) throw new OfficeError('precisions-active');
}
