/** The pipeline and the gates, read from a rollout as the office tells it. */

import { describe, expect, it } from 'vitest';
import type { GateReason, RolloutState, RolloutView } from '../../../src-main/contract/index.ts';
import { gateChecks, pipelineOf } from '../../../src-renderer/features/rollout/rollout-look.ts';

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
  ({ state, stage, plan, reasons, stageAnswers: 12 }) as unknown as RolloutView;
const places = (state: RolloutState, stage: number) => pipelineOf(rollout(state, stage)).map(({ at }) => at);

describe('the pipeline', () => {
  it('stands at the plan, at each stage, and is behind at the end', () => {
    expect(places('draft', -1)).toEqual(['here', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(places('canary', 1)).toEqual(['behind', 'behind', 'here', 'ahead', 'ahead']);
    expect(places('finished', 2)).toEqual(['behind', 'behind', 'behind', 'behind', 'behind']);
  });

  it.each(['halted', 'reverted', 'superseded'] as const)('shows where it was %s', (state) => {
    expect(places(state, 1)).toEqual(['behind', 'behind', 'stopped', 'ahead', 'ahead']);
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
