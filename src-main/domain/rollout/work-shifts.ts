/** When people are at work, by the clock of the plant: decided from a given moment alone. */

import type { Audience, WorkShift } from '../../contract/entities.ts';

/** Hours of a day, as 22:00 to 06:00: what ends before it begins goes over midnight. The minute at which it ends is free. */
export function isWithin({ from, to }: Pick<WorkShift, 'from' | 'to'>, clock: string): boolean {
  return from <= to ? from <= clock && clock < to : clock >= from || clock < to;
}

/**
 * Whether an audience that is met in some shifts only is met now.
 * @param now null: outside of every shift
 */
export function isDuring({ during = [] }: Pick<Audience, 'during'>, now: Date | null): boolean {
  return during.length === 0 || (now !== null && during.some((shift) => isWithin(shift, clockOf(now))));
}

const two = (value: number): string => String(value).padStart(2, '0');
/** The host's local time, as 08:00. */
export const clockOf = (now: Date): string => `${two(now.getHours())}:${two(now.getMinutes())}`;
/** The host's local day, as 2026-12-29. */
export const dayOf = (now: Date): string => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
