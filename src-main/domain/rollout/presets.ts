/** Three plans for whoever does not want to make one. */

import type { Audience, GuardPlan, PlanPreset, RolloutCalendar, RolloutPlan, Stage } from '../../contract/entities.ts';

const everybody: Audience = { stations: [], lines: [], percent: 100 };

/** Careful: watched in the shadow, then a fifth, then half. Usual: shadow, then a fifth. Quick: half, at once. */
export function presetPlan(
  preset: PlanPreset,
  guards: GuardPlan,
  secondPerson = false,
  named: Pick<Audience, 'stations' | 'lines' | 'during'> = everybody,
  calendar?: RolloutCalendar,
): RolloutPlan {
  // Who is named is meant, and nobody else; where shifts alone are, everybody is, then.
  const byName = named.stations.length + named.lines.length > 0;
  const { during = [] } = named;
  const shifts = during.length > 0 ? { during } : {};
  const shadow = (answers: number): Stage => ({ kind: 'shadow', gate: { answers, hours: 0 } });
  const canary = (percent: number, answers: number): Stage => ({
    kind: 'canary',
    gate: { answers, hours: 0 },
    audience: byName
      ? { stations: named.stations, lines: named.lines, percent: 0, ...shifts }
      : { ...everybody, percent: during.length > 0 ? 100 : percent, ...shifts },
  });
  const full: Stage = { kind: 'full', gate: { answers: 0, hours: 0 } };
  const stages: Readonly<Record<PlanPreset, readonly Stage[]>> = {
    careful: [shadow(50), canary(20, 30), canary(50, 30), full],
    usual: [shadow(30), canary(20, 20), full],
    quick: [canary(50, 20), full],
  };
  return { stages: stages[preset], guards, secondPerson, ...(calendar && { calendar }) };
}
