/** When no step may be taken, by the clock of the plant. A halt and a revert ask no calendar. */

import type { GateReason, RolloutCalendar } from '../../contract/entities.ts';
import { clockOf, dayOf, isWithin } from './work-shifts.ts';

/** @param now the host's local time decides */
export function calendarReasons(
  calendar: RolloutCalendar | undefined,
  now: Date,
  starts: boolean,
): readonly GateReason[] {
  if (!calendar) return [];
  const reasons: GateReason[] = [];
  const { startAt, shifts, blackouts } = calendar;
  if (starts && startAt !== null && Date.parse(startAt) > now.getTime())
    reasons.push({ kind: 'too-early', at: startAt });
  const shift = shifts.find((each) => isWithin(each, clockOf(now)));
  if (shift) reasons.push({ kind: 'shift', until: shift.to });
  const day = dayOf(now);
  const blackout = blackouts.find(({ from, to }) => from <= day && day <= to);
  if (blackout) reasons.push({ kind: 'blackout', until: blackout.to });
  return reasons;
}
