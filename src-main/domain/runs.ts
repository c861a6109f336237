/** The states of a training run and the ways between them. */

import type { RunState, TrainingRun } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';

const ways: Record<RunState, readonly RunState[]> = {
  waiting: ['running', 'paused', 'interrupted', 'completed', 'cancelled', 'failed'],
  running: ['paused', 'interrupted', 'completed', 'cancelled', 'failed'],
  paused: ['waiting', 'running', 'interrupted', 'completed', 'cancelled', 'failed'],
  interrupted: ['waiting', 'cancelled'],
  cancelled: ['waiting'],
  failed: ['waiting'],
  completed: [],
};

/** @throws OfficeError run-wrong-state where the way does not exist. */
export function moveRun(run: TrainingRun, state: RunState): TrainingRun {
  if (!ways[run.state].includes(state))
    throw new OfficeError('run-wrong-state', { number: run.number, state: run.state });
  return { ...run, state };
}
