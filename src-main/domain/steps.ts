/** How far a project is on each of the seven steps: the truth behind the rail. */

import type {
  Adapter,
  Evaluation,
  Project,
  Release,
  RolloutState,
  StepName,
  StepState,
  TrainingRun,
} from '../contract/entities.ts';
import { isActive } from '../contract/rules/runs.ts';

export interface Progress {
  readonly project: Project | null;
  readonly examples: number;
  readonly canFreeze: boolean;
  /** Blocking findings among the examples. */
  readonly blocking: number;
  /** All newest first. */
  readonly runs: readonly TrainingRun[];
  readonly adapters: readonly Adapter[];
  readonly evaluations: readonly Evaluation[];
  readonly release: Release | null;
  readonly rollout: RolloutState | null;
  /** Whether anybody was ever answered. */
  readonly answered: boolean;
}

export function stepStates(progress: Progress): Readonly<Record<StepName, StepState>> {
  const collect = collectState(progress);
  const train = trainState(progress, collect);
  const prove = proveState(progress);
  return {
    setup: progress.project ? 'done' : 'needs-you',
    collect,
    train,
    prove,
    rollout: rolloutState(progress, prove),
    operate: operateState(progress),
    govern: progress.adapters.length > 0 ? 'in-progress' : 'not-begun',
  };
}

function collectState({ project, examples, canFreeze, blocking }: Progress): StepState {
  if (examples === 0) return project ? 'needs-you' : 'not-begun';
  if (blocking > 0) return 'needs-you';
  return canFreeze ? 'done' : 'in-progress';
}

function trainState({ runs, adapters }: Progress, collect: StepState): StepState {
  const newest = runs[0];
  if (runs.some(isActive)) return 'in-progress';
  if (newest?.state === 'interrupted' || newest?.state === 'failed') return 'needs-you';
  if (adapters.length > 0) return 'done';
  return collect === 'done' ? 'needs-you' : 'not-begun';
}

/** Only the newest adapter counts: an older proof says nothing about it. */
function proveState({ adapters, evaluations }: Progress): StepState {
  if (evaluations.some(({ state }) => state === 'running')) return 'in-progress';
  const newest = adapters[0];
  if (!newest) return 'not-begun';
  const proof = evaluations.find(({ adapterId, state }) => adapterId === newest.id && state === 'completed');
  return proof?.passed ? 'done' : 'needs-you';
}

function rolloutState({ release, rollout }: Progress, prove: StepState): StepState {
  if (rollout === 'draft' || rollout === 'halted') return 'needs-you';
  if (rollout !== null && ['shadow', 'canary', 'full'].includes(rollout)) return 'in-progress';
  if (serves(release)) return 'done';
  if (prove === 'done') return 'needs-you';
  return release ? 'in-progress' : 'not-begun';
}

function operateState({ release, answered }: Progress): StepState {
  // Without a release the base alone answers, and is used all the same.
  if (!release) return answered ? 'in-progress' : 'not-begun';
  return serves(release) ? 'in-progress' : 'done';
}

/** Whether an adapter answers, and not the base alone. */
function serves(release: Release | null): boolean {
  return release !== null && release.adapterId !== null;
}
