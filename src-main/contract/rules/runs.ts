/** What may be done with a training run, by its state: asked by the office, shown by every window. */

import type { TrainingRun } from '../entities.ts';

/** A job exists or is about to. */
export function isActive({ state }: Pick<TrainingRun, 'state'>): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused';
}

export function canPause({ state }: Pick<TrainingRun, 'state'>): boolean {
  return state === 'running';
}

/** What was cancelled before its first checkpoint has nothing to continue from; the rest can always go on. */
export function canResume({ state, checkpointStep }: Pick<TrainingRun, 'state' | 'checkpointStep'>): boolean {
  if (state === 'cancelled') return checkpointStep > 0;
  return state === 'paused' || state === 'interrupted' || state === 'failed';
}

/**
 * Whether a run that goes on may end before its last step: it trains until it is known, and does not settle yet. Its
 * steps and its time left are then the most that there will be.
 */
export const mayEndEarlier = (run: Pick<TrainingRun, 'state' | 'settings' | 'settlingFrom'>): boolean =>
  isActive(run) && run.settings.untilKnown !== undefined && run.settlingFrom === null;
