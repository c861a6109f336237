/** What must hold before a rollout takes its next step: looked at in that moment, never remembered. */

import type { GateReason, GuardReport, RolloutCalendar, RolloutState, StageGate } from '../../contract/entities.ts';
import { calendarReasons } from './calendar.ts';

export interface GateFacts {
  readonly state: RolloutState;
  /** Of the stage that would be left; null from draft. */
  readonly gate: StageGate | null;
  /** Answers of the candidate in that stage. */
  readonly answers: number;
  readonly hours: number;
  readonly guards: GuardReport;
  /** Of the newest completed evaluation in the precision that answers, by today's criteria; null: there is none. */
  readonly meetsCriteria: boolean | null;
  readonly approved: boolean;
  readonly calendar: RolloutCalendar | undefined;
  readonly now: Date;
}

export function gateReasons(facts: GateFacts): readonly GateReason[] {
  const { state, gate, answers, hours, guards, meetsCriteria, approved } = facts;
  const reasons: GateReason[] = [];
  if (meetsCriteria === null) reasons.push({ kind: 'not-evaluated' });
  if (meetsCriteria === false) reasons.push({ kind: 'criteria-unmet' });
  if (!approved) reasons.push({ kind: 'unapproved' });
  reasons.push(...calendarReasons(facts.calendar, facts.now, state === 'draft'));
  if (state === 'draft') return reasons;
  if (gate && answers < gate.answers) reasons.push({ kind: 'answers', missing: gate.answers - answers });
  if (gate && hours < gate.hours) reasons.push({ kind: 'hours', missing: Math.ceil(gate.hours - hours) });
  if (guards.verdict === 'halt') reasons.push({ kind: 'guards-halt' });
  if (guards.verdict === 'hold') reasons.push({ kind: 'guards-hold', needed: guards.needed });
  return reasons;
}
