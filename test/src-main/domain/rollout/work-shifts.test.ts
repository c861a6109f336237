/** Canaries in some shifts only: who is answered by the candidate at which minute, also over midnight. */

import { describe, expect, test } from 'vitest';
import type { Audience, RouteStep, Station } from '../../../../src-main/contract/entities.ts';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';
import { editedPlan } from '../../../../src-main/domain/rollout/edit.ts';
import { replayRoute } from '../../../../src-main/domain/rollout/machine.ts';
import { presetPlan } from '../../../../src-main/domain/rollout/presets.ts';
import { servingFor } from '../../../../src-main/domain/rollout/serving.ts';
import { isDuring } from '../../../../src-main/domain/rollout/work-shifts.ts';

const night = { name: 'night', from: '22:00', to: '06:00' };
const early = { name: 'early', from: '06:00', to: '14:00' };
/** By the clock of this machine, on a day of no change of time. */
const at = (clock: string, day = 10) => new Date(2026, 5, day, Number(clock.slice(0, 2)), Number(clock.slice(3)));
const press: Station = { id: 's1', name: 'Press 1', line: 'A', updatedAt: '', routeId: null };
const other: Station = { ...press, id: 's2', name: 'Press 2' };
const guards = usualGuards(false);

function answersAt(named: Pick<Audience, 'stations' | 'lines' | 'during'>) {
  const plan = presetPlan('quick', guards, false, named);
  const steps: readonly (RouteStep & { readonly by: string })[] = [
    { action: 'apply', target: 'present', by: 'x' },
    { action: 'draft', rolloutId: 'r', candidate: 'new', plan, by: 'x' },
    { action: 'start', rolloutId: 'r', by: 'x' },
  ];
  const position = replayRoute(steps);
  return (station: Station | null, now: Date | null) => servingFor(position, station, now);
}

describe('a canary of the night shift', () => {
  test.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['05:59', true],
    // The minute at which it ends belongs to the next one.
    ['06:00', false],
    ['12:00', false],
  ])('at %s: %s', (clock, isNight) => {
    const answers = answersAt({ stations: ['s1'], lines: [], during: [night] });
    const candidate = { answers: 'new', arm: 'candidate', rolloutId: 'r', shadow: null };
    const present = { ...candidate, answers: 'present', arm: 'present' };
    expect(answers(press, at(clock))).toEqual(isNight ? candidate : present);
    // Outside of it, and elsewhere, answers are counted as those of the present release.
    expect(answers(other, at(clock))).toEqual(present);
  });

  test('on both days of a night, and never where no moment is given', () => {
    const answers = answersAt({ stations: ['s1'], lines: [], during: [night] });
    expect(answers(press, at('23:00', 10)).answers).toBe('new');
    expect(answers(press, at('05:00', 11)).answers).toBe('new');
    expect(answers(press, null).answers).toBe('present');
  });

  test('reaches everybody then where no station is named, programs too', () => {
    const answers = answersAt({ stations: [], lines: [], during: [night] });
    expect([press, other, null].map((station) => answers(station, at('23:00')).answers)).toEqual(['new', 'new', 'new']);
    expect([press, other, null].map((station) => answers(station, at('12:00')).answers)).toEqual(
      Array.from({ length: 3 }, () => 'present'),
    );
  });
});

test('two shifts reach whoever works in either, none any hour', () => {
  expect(['05:00', '13:59', '14:00'].map((clock) => isDuring({ during: [early, night] }, at(clock)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isDuring({ during: [] }, null)).toBe(true);
  expect(isDuring({}, null)).toBe(true);
});

test('an edit that says nothing of shifts keeps them, and one that names none is of any hour', () => {
  const plan = presetPlan('quick', guards, false, { stations: ['s1'], lines: [], during: [night] });
  const stage = { leastAnswers: 1, leastHours: 0, percent: 0, stations: ['s2'], lines: [] };
  const edit = (during?: readonly (typeof night)[]) => {
    const stages = [{ ...stage, during }, stage];
    const calendar = { startAt: null, shifts: [], blackouts: [] };
    return editedPlan(plan, -1, { stages, forbidden: [], calendar }).stages[0];
  };
  expect(edit()).toMatchObject({ audience: { stations: ['s2'], during: [night] } });
  expect(edit([early])).toMatchObject({ audience: { during: [early] } });
  expect(edit([])).toMatchObject({ audience: { stations: ['s2'], lines: [], percent: 0 } });
  expect(edit([])).not.toHaveProperty('audience.during');
});
