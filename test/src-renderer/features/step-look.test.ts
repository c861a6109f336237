/** The rail says how each step stands now, and calls nothing done that never ends. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { AppStatus, StepName, StepState } from '../../../src-main/contract/index.ts';
import { stepLook } from '../../../src-renderer/features/shell/step-look.ts';
import { translator } from '../../../src-renderer/lib/i18n.svelte.ts';
import { stepNames } from '../../../src-renderer/lib/route.svelte.ts';

const all = (state: StepState) => Object.fromEntries(stepNames.map((step) => [step, state])) as AppStatus['steps'];
const served = { adapterId: 'a1' } as AppStatus['release'];
const status = {
  steps: all('done'),
  release: served,
  activeRunId: null,
  activeEvaluationId: null,
  exampleCount: 301,
} as AppStatus;
const moment = { adapters: 2, trained: null };
const word = (step: StepName, now: Partial<AppStatus> = {}, trained: number | null = null) =>
  stepLook(step, { ...status, ...now }, { ...moment, trained }).word;

beforeEach(() => {
  translator.language = 'en';
});

describe('the rail', () => {
  it('says what goes on where nothing ends', () => {
    expect(word('collect')).toBe('301 examples');
    expect([word('rollout'), word('operate')]).toEqual(['Adapter applied', 'Adapter']);
    const reverted = { release: { adapterId: null } as AppStatus['release'] };
    expect([word('rollout', reverted), word('operate', reverted)]).toEqual(['Base model', 'Base model']);
    expect(word('govern')).toBe('2 adapters');
    expect([word('train'), word('prove')]).toEqual(['Trained', 'Passed']);
  });

  it('follows a training and an evaluation', () => {
    expect(word('train', { activeRunId: 'r1' })).toBe('Training');
    expect(word('train', { activeRunId: 'r1' }, 0.45)).toMatch(/^Training, 45/);
    expect(word('prove', { activeEvaluationId: 'e1' })).toBe('Evaluating');
  });

  it.each(['collect', 'rollout', 'operate', 'govern'] as const)('never calls %s done', (step) => {
    expect(stepLook(step, status, moment).state).not.toBe('done');
  });

  it('says first where somebody is needed', () => {
    for (const step of stepNames) expect(word(step, { steps: all('needs-you') })).toBe('Needs you');
  });
});
