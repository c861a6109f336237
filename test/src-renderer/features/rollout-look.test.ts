/** The pipeline and the gates, read from a rollout as the office tells it. */

import { describe, expect, it } from 'vitest';
import type { GateReason, RolloutState, RolloutView, Transition } from '../../../src-main/contract/index.ts';
import { gateChecks, pipelineOf, spansOf, stateWord } from '../../../src-renderer/features/rollout/rollout-look.ts';

const gate = { answers: 30, hours: 0 };
const plan = {
  stages: [
    { kind: 'shadow', gate },
    { kind: 'canary', gate, audience: { stations: ['s1'], lines: [], percent: 0 } },
    { kind: 'full', gate: { answers: 0, hours: 0 } },
  ],
  secondPerson: true,
} as unknown as RolloutView['plan'];
const rollout = (state: RolloutState, stage: number, reasons: readonly GateReason[] = []) =>
  ({ state, stage, plan, reasons, stageAnswers: 12, end: null }) as unknown as RolloutView;
const places = (state: RolloutState, stage: number) => pipelineOf(rollout(state, stage)).map(({ at }) => at);

describe('the pipeline', () => {
  it('stands at the plan, at each stage, and is behind at the end', () => {
    expect(places('draft', -1)).toEqual(['here', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(places('canary', 1)).toEqual(['behind', 'behind', 'here', 'ahead', 'ahead']);
    expect(places('finished', 2)).toEqual(['behind', 'behind', 'behind', 'behind', 'behind']);
  });

  it('stays behind itself where what it had brought to everybody was taken away, and says so at its end', () => {
    const end = { action: 'revert', finished: true } as RolloutView['end'];
    const over = { ...rollout('superseded', 2), end };
    expect(pipelineOf(over).map(({ at }) => at)).toEqual(['behind', 'behind', 'behind', 'behind', 'stopped']);
    expect(stateWord('superseded', 'revert')).toBe('reverted');
    expect(stateWord('superseded', 'apply')).toBe('superseded');
    expect(stateWord('superseded', 'withdraw')).toBe('withdrawn');
    expect(stateWord('canary', null)).toBe('canary');
  });

  it.each(['halted', 'reverted', 'superseded'] as const)('shows where it was %s', (state) => {
    expect(places(state, 1)).toEqual(['behind', 'behind', 'stopped', 'ahead', 'ahead']);
  });
});

describe('what served when', () => {
  it('is one stretch for each that answered, oldest first, however often somebody stepped in it', () => {
    const row = (sequence: number, at: string, state: RolloutState, serves: string | null) =>
      ({ sequence, at, state, serves, servesName: serves, candidateName: 'new' }) as Transition;
    const rows = [
      row(4, '2026-01-05T12:00:00Z', 'finished', 'new'),
      row(3, '2026-01-05T11:00:00Z', 'canary', null),
      row(2, '2026-01-05T09:00:00Z', 'shadow', null),
      row(1, '2026-01-05T08:00:00Z', 'draft', null),
    ];
    const hour = 3_600_000;
    expect(spansOf(rows, '2026-01-05T12:30:00Z').map(({ who, name, share }) => [who, name, share / hour])).toEqual([
      ['base', null, 3],
      ['candidate', 'new', 1],
      ['adapter', 'new', 0.5],
    ]);
  });
});

describe('the gates', () => {
  it('are all named, with what each still waits for', () => {
    const reasons: GateReason[] = [
      { kind: 'answers', missing: 18 },
      { kind: 'guards-hold', needed: 40 },
    ];
    expect(gateChecks(rollout('shadow', 0, reasons))).toEqual([
      { word: 'gate.criteria', open: undefined },
      { word: 'gate.approval', open: undefined },
      { word: 'gate.answers', open: reasons[0], done: 12, of: 30 },
      { word: 'gate.guards', open: reasons[1] },
    ]);
  });

  it('of a plan are criteria and approval alone', () => {
    const words = gateChecks(rollout('draft', -1, [{ kind: 'unapproved' }])).map(({ word, open }) => [word, !!open]);
    expect(words).toEqual([
      ['gate.criteria', false],
      ['gate.approval', true],
    ]);
  });
});
