/** Who came to a canary and left it, by the order of what happened alone. */

import { expect, test } from 'vitest';
import type { RolloutPlan, RouteStep } from '../../../../src-main/contract/entities.ts';
import { moveRoute, routeStart } from '../../../../src-main/domain/rollout/machine.ts';
import { presetPlan } from '../../../../src-main/domain/rollout/presets.ts';
import { type StationPlace, timelineOf } from '../../../../src-main/domain/rollout/timeline.ts';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';

const plan: RolloutPlan = presetPlan('quick', usualGuards(false), false, { stations: [], lines: ['A'] });
const rolloutId = 'r-1';
const actions: readonly RouteStep[] = [
  { action: 'draft', rolloutId, candidate: 'new', plan },
  { action: 'start', rolloutId },
  { action: 'halt', rolloutId },
];
/** At 10, 20 and 30 of the sequence. */
const steps = actions.map((_, index) => ({
  sequence: (index + 1) * 10,
  position: actions.slice(0, index + 1).reduce((route, step) => moveRoute(route, step, 'tester'), routeStart),
}));

const place = (id: string, line: string, afterSequence: number, part: Partial<StationPlace> = {}): StationPlace => {
  return { id, name: id, line, routeId: null, inUse: true, afterSequence, at: `at ${afterSequence}`, ...part };
};
const told = (places: readonly StationPlace[]) =>
  timelineOf(steps, places, (routeId) => routeId === null).map(({ step, stations, change }) => [
    step.sequence,
    stations.join(),
    change && `${change.action} ${change.name} ${change.at}`,
  ]);

test('a station is told as it was at each step, and each that comes or leaves in between', () => {
  const places = [
    place('P1', 'A', 0),
    place('P2', 'B', 5),
    // In the canary: another line, both ways; another name; another route; taken away.
    place('P1', 'B', 21),
    place('P2', 'A', 22),
    place('P2', 'A', 23, { name: 'P2 new' }),
    place('P3', 'A', 24),
    place('P3', 'A', 25, { routeId: 'night' }),
    place('P2', 'A', 26, { name: 'P2 new', inUse: false }),
    // Behind its end nobody comes to it.
    place('P4', 'A', 31),
  ];
  expect(told(places)).toEqual([
    [10, '', null],
    [20, 'P1', null],
    [20, '', 'station-removed P1 at 21'],
    [20, 'P2', 'station-added P2 at 22'],
    [20, 'P2 new,P3', 'station-added P3 at 24'],
    [20, 'P2 new', 'station-removed P3 at 25'],
    [20, '', 'station-removed P2 new at 26'],
    [30, '', null],
  ]);
});

test('one that came and went before the canary is not told', () => {
  expect(told([place('P1', 'A', 0), place('P1', 'A', 1, { inUse: false })])).toEqual([
    [10, '', null],
    [20, '', null],
    [30, '', null],
  ]);
});
