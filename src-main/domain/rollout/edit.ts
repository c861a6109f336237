/** A plan as somebody edits it: what is behind stays what it was, the kinds of its stages stay too. */

import type { GuardLimit, GuardPlan, RolloutCalendar, RolloutPlan, Stage } from '../../contract/entities.ts';

export interface StageEdit {
  readonly leastAnswers: number;
  readonly leastHours: number;
  /** Of a canary. */
  readonly percent: number;
  readonly stations: readonly string[];
  readonly lines: readonly string[];
}

export interface PlanEdit {
  /** One for each stage of the plan, in their order. */
  readonly stages: readonly StageEdit[];
  readonly forbidden: readonly string[];
  readonly calendar: RolloutCalendar;
  /** What bad answers are measured against; undefined: as before. */
  readonly bad?: (GuardLimit & { readonly baseline: GuardPlan['baseline'] }) | undefined;
}

/** @param stage where it stands; -1 before the first */
export function editedPlan(
  plan: RolloutPlan,
  stage: number,
  { stages, forbidden, calendar, bad }: PlanEdit,
): RolloutPlan {
  const { tolerated, unacceptable, baseline } = bad ?? { ...plan.guards.limits.bad, baseline: plan.guards.baseline };
  const limits =
    tolerated === undefined || unacceptable === undefined
      ? plan.guards.limits
      : { ...plan.guards.limits, bad: { tolerated, unacceptable } };
  return {
    ...plan,
    stages: plan.stages.map((each, index) => (index < stage || !stages[index] ? each : edited(each, stages[index]))),
    guards: { ...plan.guards, forbidden, limits, baseline },
    calendar,
  };
}

function edited(stage: Stage, { leastAnswers, leastHours, percent, stations, lines }: StageEdit): Stage {
  const gate = { answers: leastAnswers, hours: leastHours };
  return stage.kind === 'canary' ? { ...stage, gate, audience: { stations, lines, percent } } : { ...stage, gate };
}
