/** The route's state machine against a plain reference, on thousands of random histories; and who is answered by what. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RolloutCalendar, RolloutPlan, Station } from '../../../../src-main/contract/entities/rollout.ts';
import { OfficeError } from '../../../../src-main/contract/errors.ts';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';
import { calendarReasons } from '../../../../src-main/domain/rollout/calendar.ts';
import { editedPlan } from '../../../../src-main/domain/rollout/edit.ts';
import { forecastStage } from '../../../../src-main/domain/rollout/forecast.ts';
import { gateReasons } from '../../../../src-main/domain/rollout/gates.ts';
import { judge } from '../../../../src-main/domain/guards/judge.ts';
import { moveRoute, replayRoute, requirePlan, routeStart } from '../../../../src-main/domain/rollout/machine.ts';
import { presetPlan } from '../../../../src-main/domain/rollout/presets.ts';
import { isMeant, servingFor, stickyPercent } from '../../../../src-main/domain/rollout/serving.ts';
import { ReferenceRoute, type Step } from './reference.ts';

const guards = usualGuards(false);
const presets = ['careful', 'usual', 'quick'] as const;

const people = fc.constantFrom('Sato', 'Kim');
const plans = fc
  .tuple(fc.constantFrom(...presets), fc.boolean())
  .map(([preset, second]) => presetPlan(preset, guards, second));
const rolloutId = fc.constantFrom('r1', 'r2');
const release = fc.constantFrom('a', 'b', 'c');
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ action: fc.constantFrom('apply' as const, 'revert' as const), target: fc.option(release), by: people }),
  fc.record({
    action: fc.constantFrom('draft' as const, 'edit' as const),
    rolloutId,
    candidate: release,
    plan: plans,
    by: people,
  }),
  {
    weight: 6,
    arbitrary: fc.record({
      action: fc.constantFrom(
        ...(['approve', 'start', 'advance', 'advance', 'advance', 'halt', 'resume', 'finish', 'withdraw'] as const),
      ),
      rolloutId,
      by: people,
    }),
  },
);

const move = (action: 'start' | 'advance' | 'finish'): Step => ({ action, rolloutId: 'r1', by: 'Sato' });

/** A whole rollout: random histories seldom get so far. */
const toTheEnd: Step[] = [
  { action: 'draft', rolloutId: 'r1', candidate: 'a', plan: presetPlan('quick', guards), by: 'Sato' },
  move('start'),
  ...Array.from({ length: 6 }, () => move('advance')),
  move('finish'),
];

/** Half of them in the middle of a rollout: by chance alone few get beyond its start. */
const histories = fc
  .tuple(fc.constantFrom([], toTheEnd.slice(0, 3)), fc.array(steps, { minLength: 1, maxLength: 40 }))
  .map(([begun, further]) => [...begun, ...further]);

describe('the state machine', () => {
  test('does what the reference does, refuses what it refuses, and is the replay of what it accepted', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(histories, (history) => {
        const reference = new ReferenceRoute();
        const accepted: Step[] = [];
        let route = routeStart;
        for (const step of history) {
          let moved = true;
          try {
            route = moveRoute(route, step, step.by);
          } catch (error) {
            if (!(error instanceof OfficeError)) throw error;
            moved = false;
          }
          expect(moved).toBe(reference.take(step));
          if (moved) accepted.push(step);
          const { everybody, state } = reference.answer();
          const canary = route.rollout?.state === 'canary';
          // No station at all is what no preset's canary reaches.
          expect(servingFor(route, null, null).answers).toBe(everybody);
          expect(servingFor(route, null, null).arm === 'candidate' && canary).toBe(false);
          expect(route.rollout?.state ?? null).toBe(state);
          seen.add(state ?? 'none');
        }
        expect(replayRoute(accepted)).toEqual(route);
      }),
      { numRuns: 2000, examples: [[toTheEnd]] },
    );
    // Every state was visited, or the property proves less than it says.
    expect([...seen].sort()).toEqual([
      'canary',
      'draft',
      'finished',
      'full',
      'halted',
      'none',
      'reverted',
      'shadow',
      'superseded',
    ]);
  });

  test('whatever happened, one revert puts the base in front of everybody and nothing of a rollout remains', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 30 }), (history) => {
        let route = routeStart;
        for (const step of history) {
          try {
            route = moveRoute(route, step, step.by);
          } catch {
            // Refused: the route is where it was.
          }
        }
        const reverted = moveRoute(route, { action: 'revert', target: null }, 'Sato');
        const station = { id: 's1', name: 'Press 1', line: '', routeId: null, updatedAt: 'then' };
        expect(servingFor(reverted, station, null)).toEqual({
          answers: null,
          arm: 'present',
          shadow: null,
          rolloutId: null,
        });
      }),
    );
  });

  test('who drafted it cannot approve it, and an edit takes the approval away', () => {
    const draft = { action: 'draft', rolloutId: 'r', candidate: 'a', plan: presetPlan('usual', guards, true) } as const;
    const start = { action: 'start', rolloutId: 'r' } as const;
    const approve = { action: 'approve', rolloutId: 'r' } as const;
    const drafted = moveRoute(routeStart, draft, 'Sato');
    expect(() => moveRoute(drafted, start, 'Sato')).toThrow(expect.objectContaining({ code: 'rollout-unapproved' }));
    expect(() => moveRoute(drafted, approve, 'Sato')).toThrow(
      expect.objectContaining({ code: 'rollout-own-approval' }),
    );
    const approved = moveRoute(drafted, approve, 'Kim');
    expect(moveRoute(approved, start, 'Sato').rollout?.state).toBe('shadow');
    const edited = moveRoute(approved, { ...draft, action: 'edit' }, 'Kim');
    expect(() => moveRoute(edited, start, 'Sato')).toThrow(expect.objectContaining({ code: 'rollout-unapproved' }));
    // Kim edited it, so that Kim's approval is no second person's any more.
    expect(() => moveRoute(edited, approve, 'Kim')).toThrow(expect.objectContaining({ code: 'rollout-own-approval' }));
  });

  test('a halt after the finish restores what answered before', () => {
    const plan = presetPlan('quick', guards);
    const route = replayRoute(
      [
        { action: 'apply', target: 'old' } as const,
        { action: 'draft', rolloutId: 'r', candidate: 'new', plan } as const,
        ...(['start', 'advance', 'finish'] as const).map((action) => ({ action, rolloutId: 'r' })),
      ].map((step) => ({ ...step, by: 'Sato' })),
    );
    expect(servingFor(route, null, null).answers).toBe('new');
    const halted = moveRoute(route, { action: 'halt', rolloutId: 'r' }, 'guard');
    expect(servingFor(halted, null, null).answers).toBe('old');
  });

  test('a plan without an order is refused', () => {
    const { stages, ...rest } = presetPlan('usual', guards);
    const plan = (order: readonly number[]): RolloutPlan => ({ ...rest, stages: order.map((index) => stages[index]!) });
    for (const order of [[], [0, 1], [1, 0, 2], [2, 0], [0, 0, 2], [0, 2, 2]])
      expect(() => requirePlan(plan(order))).toThrow(expect.objectContaining({ code: 'rollout-plan-invalid' }));
    for (const order of [[2], [0, 2], [1, 1, 2]]) expect(() => requirePlan(plan(order))).not.toThrow();
  });
});

describe('whom a canary answers', () => {
  const station = (id: string, line = ''): Station => ({ id, name: id, line, routeId: null, updatedAt: 'then' });
  const nobody = { stations: [], lines: [], percent: 0 };

  test('chosen stations and lines, and by percentage as many as said', () => {
    expect(isMeant({ ...nobody, stations: ['s1'] }, 'r', station('s1'))).toBe(true);
    expect(isMeant({ ...nobody, lines: ['L2'] }, 'r', station('s2', 'L2'))).toBe(true);
    expect(isMeant({ ...nobody, lines: [''] }, 'r', station('s2'))).toBe(false);
    expect(isMeant({ ...nobody, percent: 99 }, 'r', null)).toBe(false);
    const many = Array.from({ length: 4000 }, (_, n) => station(`station-${n}`));
    for (const percent of [10, 50, 90]) {
      const meant = many.filter((one) => isMeant({ ...nobody, percent }, 'r', one)).length;
      expect(Math.abs(meant / 40 - percent)).toBeLessThan(3);
    }
  });

  test('a growing percentage keeps whom it had', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(100), fc.nat(100), (rollout, id, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const meant = (percent: number) => isMeant({ ...nobody, percent }, rollout, station(id));
        return !meant(less) || meant(more);
      }),
    );
    expect(stickyPercent('r1', 's1')).not.toBe(stickyPercent('r2', 's1'));
  });

  test('the forecast names the stations, their answers and the days, and says never at zero', () => {
    const floor = {
      stations: [station('s1'), station('s2')],
      asked: [
        { stationId: 's1', at: new Date(2026, 5, 1, 9), aDay: 4 },
        { stationId: 's1', at: new Date(2026, 5, 1, 23), aDay: 2 },
        { stationId: 's2', at: new Date(2026, 5, 1, 9), aDay: 20 },
        { stationId: '', at: new Date(2026, 5, 1, 5), aDay: 1 },
      ],
      gradedShare: 1,
    };
    const forecast = forecastStage({ ...nobody, stations: ['s1'] }, 'r', floor, guards);
    expect(forecast).toMatchObject({ stations: [{ id: 's1' }], answersADay: 6 });
    const needed = judge([], guards).guards[0]!.needed!;
    expect(forecast.daysToDecide).toBe(Math.ceil(needed / 6));
    expect(forecastStage(nobody, 'r', floor, guards)).toMatchObject({ stations: [], daysToDecide: null });
    expect(
      forecastStage({ ...nobody, percent: 100 }, 'r', { ...floor, gradedShare: 0 }, guards).daysToDecide,
    ).toBeNull();
    // In a shift only what is asked in its hours counts, also over midnight and without a station.
    const during = [{ name: 'night', from: '22:00', to: '06:00' }];
    const atNight = (part: object) => forecastStage({ ...nobody, ...part, during }, 'r', floor, guards).answersADay;
    expect(atNight({ stations: ['s1'] })).toBe(2);
    expect(atNight({ percent: 100 })).toBe(3);
  });
});

test('a gate names everything that is missing, and lets pass only what has it all', () => {
  const facts = {
    state: 'shadow',
    gate: { answers: 30, hours: 2 },
    answers: 12,
    hours: 0.5,
    guards: judge([], guards),
    meetsCriteria: false,
    approved: false,
    calendar: undefined,
    now: new Date(),
  } as const;
  const needed = facts.guards.needed;

  expect(gateReasons(facts)).toEqual([
    { kind: 'criteria-unmet' },
    { kind: 'unapproved' },
    { kind: 'answers', missing: 18 },
    { kind: 'hours', missing: 2 },
    { kind: 'guards-hold', needed },
  ]);
  expect(gateReasons({ ...facts, meetsCriteria: null })).toContainEqual({ kind: 'not-evaluated' });
  const met = { ...facts, answers: 30, hours: 2, meetsCriteria: true, approved: true };
  expect(gateReasons({ ...met, guards: { ...facts.guards, verdict: 'go' } })).toEqual([]);
  expect(gateReasons({ ...met, guards: { ...facts.guards, verdict: 'halt' } })).toEqual([{ kind: 'guards-halt' }]);
});

test('an edit under way revokes the approval, keeps the candidate and what is behind, and waits for another person', () => {
  const plan = presetPlan('usual', guards, true);
  const way = { rolloutId: 'r', candidate: 'a' } as const;
  const canary = [
    { step: { action: 'draft', ...way, plan }, by: 'Sato' },
    { step: { action: 'approve', rolloutId: 'r' }, by: 'Kim' },
    { step: { action: 'start', rolloutId: 'r' }, by: 'Sato' },
    { step: { action: 'advance', rolloutId: 'r' }, by: 'Sato' },
  ] as const;
  const before = replayRoute(canary.map(({ step, by }) => ({ ...step, by })));
  const edit = { stages: plan.stages.map(() => ({ ...nobodyElse, leastAnswers: 5 })), forbidden: ['x'], calendar };
  const changed = editedPlan(plan, 1, edit);
  // The shadow is behind.
  expect(changed.stages.map(({ gate }) => gate.answers)).toEqual([30, 5, 5]);
  expect(changed.guards.forbidden).toEqual(['x']);
  const edited = moveRoute(before, { action: 'edit', ...way, plan: changed }, 'Kim');
  expect(edited.rollout).toMatchObject({ state: 'canary', stage: 1, approvedBy: null, draftedBy: 'Kim' });
  const advance = { action: 'advance', rolloutId: 'r' } as const;
  expect(() => moveRoute(edited, advance, 'Sato')).toThrow(expect.objectContaining({ code: 'rollout-unapproved' }));
  const approved = moveRoute(edited, { action: 'approve', rolloutId: 'r' }, 'Sato');
  expect(moveRoute(approved, advance, 'Kim').rollout?.state).toBe('full');
  const invalid = expect.objectContaining({ code: 'rollout-plan-invalid' }) as Error;
  const other = { action: 'edit', ...way, candidate: 'b', plan } as const;
  expect(() => moveRoute(before, other, 'Kim')).toThrow(invalid);
  const shorter = { action: 'edit', ...way, plan: presetPlan('quick', guards) } as const;
  expect(() => moveRoute(before, shorter, 'Kim')).toThrow(invalid);
});

const nobodyElse = { leastAnswers: 0, leastHours: 0, percent: 0, stations: [], lines: [] };
const calendar = { startAt: null, shifts: [], blackouts: [] };

describe('the calendar', () => {
  const at = (clock: string, day = '2026-12-28') => new Date(`${day}T${clock}:00`);
  const kinds = (change: Partial<RolloutCalendar>, now: Date, starts = false) =>
    calendarReasons({ ...calendar, ...change }, now, starts).map(({ kind }) => kind);

  test('holds during a shift, also one over midnight, and not at the minute of its end', () => {
    const shifts = [
      { from: '08:00', to: '17:00' },
      { from: '22:00', to: '05:30' },
    ];
    const held = ['07:59', '08:00', '16:59', '17:00', '21:59', '22:00', '23:59', '00:00', '05:29', '05:30'].filter(
      (clock) => kinds({ shifts }, at(clock)).includes('shift'),
    );
    expect(held).toEqual(['08:00', '16:59', '22:00', '23:59', '00:00', '05:29']);
  });

  test('holds from the first to the last day of a blackout', () => {
    const blackouts = [{ from: '2026-12-29', to: '2027-01-03' }];
    const held = ['2026-12-28', '2026-12-29', '2027-01-03', '2027-01-04'].map((day) =>
      kinds({ blackouts }, at('12:00', day)).includes('blackout'),
    );
    expect(held).toEqual([false, true, true, false]);
  });

  test('holds a start until its time, and no later step', () => {
    const startAt = at('12:00').toISOString();
    expect(kinds({ startAt }, at('11:59'), true)).toEqual(['too-early']);
    expect(kinds({ startAt }, at('12:00'), true)).toEqual([]);
    expect(kinds({ startAt }, at('11:59'))).toEqual([]);
    expect(calendarReasons(undefined, at('12:00'), true)).toEqual([]);
  });
});
