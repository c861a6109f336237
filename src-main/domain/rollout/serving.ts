/** Which release answers whom. */

import type { Audience, Station, Target } from '../../contract/entities/rollout.ts';
import type { RoutePosition } from './machine.ts';
import { isDuring } from './work-shifts.ts';

export interface Serving {
  /** What the person reads. */
  readonly answers: Target;
  readonly arm: 'present' | 'candidate';
  /** Answers beside it, unseen. */
  readonly shadow: Target;
  /** The rollout that counts this answer; null while none runs. */
  readonly rolloutId: string | null;
}

/**
 * @param station null: asked without a station, for example by a program; no canary reaches it but one for everybody
 * @param now null: outside of every shift
 */
export function servingFor({ present, rollout }: RoutePosition, station: Station | null, now: Date | null): Serving {
  const ordinary: Serving = { answers: present, arm: 'present', shadow: null, rolloutId: null };
  if (!rollout) return ordinary;
  const { id: rolloutId, candidate, plan, state, stage } = rollout;
  const counted = { ...ordinary, rolloutId };
  if (state === 'shadow') return { ...counted, shadow: candidate };
  if (state === 'full' || state === 'finished') return { ...counted, answers: candidate, arm: 'candidate' };
  const here = plan.stages[stage];
  if (state !== 'canary' || here?.kind !== 'canary') return ordinary;
  return isMeant(here.audience, rolloutId, station) && isDuring(here.audience, now)
    ? { ...counted, answers: candidate, arm: 'candidate' }
    : counted;
}

/** Whether a canary reaches a station at some hour. Of a station, only where it is counts. */
export function isMeant(
  { stations, lines, percent }: Audience,
  rolloutId: string,
  station: Pick<Station, 'id' | 'line'> | null,
): boolean {
  if (percent >= 100) return true;
  if (station === null) return false;
  if (stations.includes(station.id)) return true;
  if (station.line !== '' && lines.includes(station.line)) return true;
  return stickyPercent(rolloutId, station.id) < percent;
}

/**
 * Where a station lies between 0 and 100: always the same in one rollout, so that a growing percentage keeps whom it had,
 * and another in the next, so that not always the same ones try first. FNV-1a with the last mixing of MurmurHash3.
 */
export function stickyPercent(rolloutId: string, stationId: string): number {
  let hash = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(`${rolloutId}\0${stationId}`)) hash = Math.imul(hash ^ unit, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32) * 100;
}
