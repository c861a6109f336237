/** Three plans for whoever does not want to make one. */

import type { Audience, GuardPlan, PlanPreset, RolloutCalendar, RolloutPlan, Stage } from '../../contract/entities.ts';

const everybody: Audience = { stations: [], lines: [], percent: 100 };

/** Careful: watched in the shadow, then a fifth, then half. Usual: shadow, then a fifth. Quick: half, at once. */
export function presetPlan(
  preset: PlanPreset,
  guards: GuardPlan,
  secondPerson = false,
  named: Pick<Audience, 'stations' | 'lines'> = everybody,
  calendar?: RolloutCalendar,
): RolloutPlan {
  // Who is named is meant, and nobody else.
  const byName = named.stations.length + named.lines.length > 0;
  const shadow = (answers: number): Stage => ({ kind: 'shadow', gate: { answers, hours: 0 } });
  const canary = (percent: number, answers: number): Stage => ({
    kind: 'canary',
    gate: { answers, hours: 0 },
    audience: byName ? { ...named, percent: 0 } : { ...everybody, percent },
  });
  const full: Stage = { kind: 'full', gate: { answers: 0, hours: 0 } };
  const stages: Readonly<Record<PlanPreset, readonly Stage[]>> = {
    careful: [shadow(50), canary(20, 30), canary(50, 30), full],
    usual: [shadow(30), canary(20, 20), full],
    quick: [canary(50, 20), full],
  };
  return { stages: stages[preset], guards, secondPerson, ...(calendar && { calendar }) };
}
