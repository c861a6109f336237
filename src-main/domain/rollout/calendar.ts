/** When no step may be taken, by the clock of the plant. A halt and a revert ask no calendar. */

import type { GateReason, RolloutCalendar } from '../../contract/entities.ts';

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

/** One that ends before it begins goes over midnight. The minute at which it ends is free. */
function isWithin({ from, to }: RolloutCalendar['shifts'][number], clock: string): boolean {
  return from <= to ? from <= clock && clock < to : clock >= from || clock < to;
}

const two = (value: number): string => String(value).padStart(2, '0');
const clockOf = (now: Date): string => `${two(now.getHours())}:${two(now.getMinutes())}`;
const dayOf = (now: Date): string => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
