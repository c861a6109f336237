/**
 * What served which station when: a route's transitions, and between two of them each station that came to its canary or
 * left it, because it was put up, taken away, or given another line or route. A station is told as it was then.
 */

import type { Station } from '../../contract/entities.ts';
import type { RecordedStep } from './history.ts';
import type { RoutePosition } from './machine.ts';
import { isMeant } from './serving.ts';

/** What a station was from a moment on. */
export interface StationPlace extends Omit<Station, 'updatedAt'> {
  /** false: it was taken away. */
  readonly inUse: boolean;
  /** The event of any route that it came after. */
  readonly afterSequence: number;
  readonly at: string;
}

export interface TimelineRow<Step> {
  readonly step: Step;
  /** By line and name: whom the candidate answers in a canary. */
  readonly stations: readonly string[];
  /** null: the transition itself. */
  readonly change: {
    readonly action: 'station-added' | 'station-removed';
    readonly name: string;
    readonly at: string;
  } | null;
}

type PlacedStep = Pick<RecordedStep, 'sequence'> & { readonly position: RoutePosition };

/**
 * Oldest first.
 * @param steps of one route, in order
 * @param places of all stations, in the order in which they came about
 * @param asksThrough whether a station asks through the route
 */
export function timelineOf<Step extends PlacedStep>(
  steps: readonly Step[],
  places: readonly StationPlace[],
  asksThrough: (routeId: string | null) => boolean,
): readonly TimelineRow<Step>[] {
  const rows: TimelineRow<Step>[] = [];
  /** By id, as they are at the place in the sequence that was reached. */
  const present = new Map<string, StationPlace>();
  let next = 0;
  const reachedBy = (step: Step): readonly StationPlace[] =>
    [...present.values()]
      .filter((station) => station.inUse && asksThrough(station.routeId) && isReached(step.position, station))
      .toSorted((a, b) => compared(a.line, b.line) || compared(a.name, b.name));
  const addRow = (step: Step, reached: readonly StationPlace[], change: TimelineRow<Step>['change']): void =>
    void rows.push({ step, stations: reached.map(({ name }) => name), change });
  for (const [index, step] of steps.entries()) {
    while (next < places.length && places[next]!.afterSequence < step.sequence) {
      present.set(places[next]!.id, places[next]!);
      next += 1;
    }
    let reached = reachedBy(step);
    addRow(step, reached, null);
    const until = steps[index + 1]?.sequence ?? Number.POSITIVE_INFINITY;
    while (next < places.length && places[next]!.afterSequence < until) {
      const place = places[next]!;
      const was = present.get(place.id);
      const before = reached.some(({ id }) => id === place.id);
      present.set(place.id, place);
      reached = reachedBy(step);
      const after = reached.some(({ id }) => id === place.id);
      const { name, at } = after ? place : (was ?? place);
      if (before !== after)
        addRow(step, reached, { action: after ? 'station-added' : 'station-removed', name, at: after ? at : place.at });
      next += 1;
    }
  }
  return rows;
}

/** Whether the canary that a route stands in reaches it. */
function isReached({ rollout }: RoutePosition, station: StationPlace): boolean {
  const stage = rollout?.state === 'canary' ? rollout.plan.stages[rollout.stage] : undefined;
  return stage?.kind === 'canary' && isMeant(stage.audience, rollout!.id, station);
}

/** As the store orders texts: by their code points. */
const compared = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
