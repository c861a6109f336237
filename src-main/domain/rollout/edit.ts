/** A plan as somebody edits it: what is behind stays what it was, the kinds of its stages stay too. */

import type { GuardPlan, RolloutCalendar, RolloutPlan, Stage, WorkShift } from '../../contract/entities.ts';

export interface StageEdit {
  readonly leastAnswers: number;
  readonly leastHours: number;
  /** Of a canary. */
  readonly percent: number;
  readonly stations: readonly string[];
  readonly lines: readonly string[];
  /** undefined: as before. */
  readonly during?: readonly WorkShift[] | undefined;
}

export interface PlanEdit {
  /** One for each stage of the plan, in their order. */
  readonly stages: readonly StageEdit[];
  readonly forbidden: readonly string[];
  readonly calendar: RolloutCalendar;
  /** What answers are measured against; undefined: as before. */
  readonly guards?: DeclaredGuards | undefined;
}

/** What a person declares before anybody has seen an answer. */
export type DeclaredGuards = Omit<GuardPlan, 'forbidden'>;

/** @param stage where it stands; -1 before the first */
export function editedPlan(
  plan: RolloutPlan,
  stage: number,
  { stages, forbidden, calendar, guards }: PlanEdit,
): RolloutPlan {
  return {
    ...plan,
    stages: plan.stages.map((each, index) => (index < stage || !stages[index] ? each : edited(each, stages[index]))),
    guards: { ...plan.guards, ...guards, forbidden },
    calendar,
  };
}

export function declaredOf({ forbidden: _, ...declared }: GuardPlan): DeclaredGuards {
  return declared;
}

/** As the log keeps it, a guard in each field. */
export function guardsInLog({ limits, forbidden: _, ...rest }: GuardPlan): object {
  const named = Object.entries(limits).map(
    ([name, limit]) =>
      [
        `guard${name[0]!.toUpperCase()}${name.slice(1)}`,
        limit && [inPercent(limit.tolerated), inPercent(limit.unacceptable)].join(' – '),
      ] as const,
  );
  return { ...rest, ...Object.fromEntries(named) };
}

const inPercent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;

function edited(stage: Stage, { leastAnswers, leastHours, percent, stations, lines, ...edit }: StageEdit): Stage {
  const gate = { answers: leastAnswers, hours: leastHours };
  if (stage.kind !== 'canary') return { ...stage, gate };
  const during = edit.during ?? stage.audience.during ?? [];
  return { ...stage, gate, audience: { stations, lines, percent, ...(during.length > 0 && { during }) } };
}
