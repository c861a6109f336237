/** The rail's states follow what really happened. */

import { describe, expect, test } from 'vitest';
import type { Adapter, Evaluation, Project, Release, TrainingRun } from '../../../src-main/contract/entities.ts';
import { canResume } from '../../../src-main/contract/rules/runs.ts';
import { moveRun } from '../../../src-main/domain/runs.ts';
import { type Progress, stepStates } from '../../../src-main/domain/steps.ts';

const empty: Progress = {
  project: null,
  examples: 0,
  canFreeze: false,
  blocking: 0,
  runs: [],
  adapters: [],
  evaluations: [],
  release: null,
  rollout: null,
  answered: false,
};
const project = { site: 'x' } as Project;
const ready: Progress = { ...empty, project, examples: 200, canFreeze: true };
const run = (state: TrainingRun['state']) => ({ id: 'r', number: 3, state, checkpointStep: 0 }) as TrainingRun;
const adapter = { id: 'a' } as Adapter;
const evaluation = (state: Evaluation['state'], passed: boolean | null) =>
  ({ adapterId: 'a', state, passed }) as Evaluation;
const release = (kind: Release['kind']) => ({ kind, adapterId: kind === 'apply' ? 'a' : null }) as Release;

describe('steps', () => {
  test.each<[string, Progress, object]>([
    ['an empty app asks for the set-up alone', empty, { setup: 'needs-you', collect: 'not-begun', train: 'not-begun' }],
    ['then for examples', { ...empty, project }, { setup: 'done', collect: 'needs-you' }],
    ['a few are a beginning', { ...empty, project, examples: 4 }, { collect: 'in-progress', train: 'not-begun' }],
    ['blocking findings need somebody', { ...ready, blocking: 1, canFreeze: false }, { collect: 'needs-you' }],
    ['enough examples call for training', ready, { collect: 'done', train: 'needs-you' }],
    ['a run is progress', { ...ready, runs: [run('paused')] }, { train: 'in-progress' }],
    ['an interrupted run needs somebody', { ...ready, runs: [run('interrupted')] }, { train: 'needs-you' }],
    ['an adapter calls for proof', { ...ready, adapters: [adapter] }, { train: 'done', prove: 'needs-you' }],
    [
      'a passed proof calls for a release',
      { ...ready, adapters: [adapter], evaluations: [evaluation('completed', true)] },
      { prove: 'done', rollout: 'needs-you', operate: 'not-begun' },
    ],
    [
      'a failed one needs somebody',
      { ...ready, adapters: [adapter], evaluations: [evaluation('completed', false)] },
      { prove: 'needs-you', rollout: 'not-begun' },
    ],
    [
      'the proof of a former adapter says nothing about the newest',
      { ...ready, adapters: [{ id: 'b' } as Adapter, adapter], evaluations: [evaluation('completed', true)] },
      { prove: 'needs-you' },
    ],
    ['answers of the base alone are operating', { ...ready, answered: true }, { operate: 'in-progress' }],
    ['serving is operating', { ...ready, release: release('apply') }, { rollout: 'done', operate: 'in-progress' }],
    ['a revert ends it', { ...ready, release: release('revert') }, { rollout: 'in-progress', operate: 'done' }],
  ])('%s', (_, progress, expected) => {
    expect(stepStates(progress)).toMatchObject(expected);
  });
});

describe('runs', () => {
  test('a completed run goes nowhere', () => {
    expect(() => moveRun(run('completed'), 'waiting')).toThrow(/3/);
    expect(moveRun(run('interrupted'), 'waiting').state).toBe('waiting');
  });

  test('a cancelled run resumes only from a checkpoint', () => {
    expect(canResume({ state: 'cancelled', checkpointStep: 0 })).toBe(false);
    expect(canResume({ state: 'cancelled', checkpointStep: 20 })).toBe(true);
    expect(canResume({ state: 'interrupted', checkpointStep: 0 })).toBe(true);
    expect(canResume({ state: 'completed', checkpointStep: 20 })).toBe(false);
  });
});
