/**
 * Which release answers a question for a route and a station, and the one way in which that changes. What a route serves
 * follows from its transitions: those that came since the last look are replayed, so that a revert counts for the very
 * next question and a long history costs none of them anything.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Release, Route, RouteStep, Station } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { addStep, historyStart, type RecordedStep, type RouteHistory } from '../domain/rollout/history.ts';
import { isRunning, moveRoute, type RoutePosition } from '../domain/rollout/machine.ts';
import { type Serving, servingFor } from '../domain/rollout/serving.ts';
import { type Context, requireFound } from './context.ts';

/** A release that carries an adapter. */
export type AdapterRelease = Release & { readonly adapterId: string };

/** Who answers one question. */
export interface Decision {
  readonly route: Route;
  readonly station: Station | null;
  readonly position: RoutePosition;
  readonly serving: Serving;
  /** What the person reads; null: the base's own answer. */
  readonly answers: AdapterRelease | null;
  /** Answers beside it, unseen. */
  readonly shadow: AdapterRelease | null;
  /** The number for the stamp; null before the first release of the route. */
  readonly number: number | null;
}

export interface Router {
  /** @param name undefined: the standard route. @throws OfficeError name-unknown */
  named(name: string | undefined): Route;
  position(route: Pick<Route, 'id'>): RoutePosition;
  /** What its transitions say beside where it stands. */
  history(route: Pick<Route, 'id'>): RouteHistory;
  /** In order, each signed. */
  steps(route: Pick<Route, 'id'>): readonly (RecordedStep & Pick<RouteHistory, 'position' | 'ended'>)[];
  /**
   * Of the rollout that a draft would make or edit. Known beforehand, because who falls into a percentage follows from it:
   * a plan shows the stations that it will really reach.
   */
  nextRolloutId(route: Pick<Route, 'id'>): string;
  /** What everybody reads whom no canary answers, now or in its shifts; null: nothing was ever applied. A revert where the base is back. */
  serves(route: Pick<Route, 'id'>): Release | null;
  /** Whose files answers rest on: of what serves and of what a running rollout tries, those with an adapter, in this order. */
  carried(route: Pick<Route, 'id'>): readonly AdapterRelease[];
  /** @throws OfficeError not-found */
  decide(routeName: string | undefined, stationId: string | null): Decision;
  /**
   * One transition, inside a transaction of the caller.
   * @throws what `moveRoute` throws; then nothing was changed
   */
  move(route: Pick<Route, 'id'>, step: RouteStep, reason?: string, by?: string): void;
}

export function createRouter(context: Context): Router {
  const { store } = context;

  /** What of each route's transitions was replayed so far. */
  const histories = new Map<string, RouteHistory>();

  /**
   * The last transition that was replayed is looked at again: where its transaction was undone after all, nothing or
   * another one stands in its place, and everything is replayed anew.
   */
  function historyOf(routeId: string): RouteHistory {
    const known = histories.get(routeId) ?? historyStart;
    const recent = known.last ? store.routes.steps(routeId, known.last.sequence - 1) : store.routes.steps(routeId);
    const goesOn = known.last !== null && isDeepStrictEqual(recent[0], known.last);
    const replayed = goesOn
      ? recent.slice(1).reduce(addStep, known)
      : (known.last ? store.routes.steps(routeId) : recent).reduce(addStep, historyStart);
    histories.set(routeId, replayed);
    return replayed;
  }

  const replayed = (routeId: string): RoutePosition => historyOf(routeId).position;

  function adapterRelease(id: string | null): AdapterRelease | null {
    if (id === null) return null;
    const release = requireFound(store.releases.get(id), 'release', id);
    return { ...release, adapterId: requireFound(release.adapterId, 'adapter', id) };
  }

  function serves({ id }: Pick<Route, 'id'>): Release | null {
    const { answers } = servingFor(replayed(id), null, null);
    return answers === null ? store.releases.newestRevert(id) : store.releases.get(answers);
  }

  function named(name: string | undefined): Route {
    if (name === undefined) return store.routes.standard();
    const route = store.routes.byName(name);
    if (route) return route;
    const known = store.routes.list().map((each) => each.name);
    throw new OfficeError('name-unknown', { what: 'route', name, known: known.join(', ') });
  }

  return {
    named,
    serves,
    position: ({ id }) => replayed(id),
    history: ({ id }) => historyOf(id),
    nextRolloutId({ id }) {
      const { position, drafts } = historyOf(id);
      return position.rollout?.state === 'draft' ? position.rollout.id : `${id}-${drafts + 1}`;
    },
    steps({ id }) {
      let history = historyStart;
      return store.routes.steps(id).map((each) => {
        history = addStep(history, each);
        return { ...each, position: history.position, ended: history.ended };
      });
    },
    carried({ id }) {
      const { present, rollout } = replayed(id);
      return [present, isRunning(rollout) ? rollout!.candidate : null]
        .map((release) => (release === null ? null : store.releases.get(release)))
        .filter(carriesAdapter);
    },
    decide(routeName, stationId) {
      const station = stationId === null ? null : requireFound(store.stations.get(stationId), 'station', stationId);
      const asked = routeName === undefined && station?.routeId ? store.routes.get(station.routeId) : null;
      const route = asked ?? named(routeName);
      const position = replayed(route.id);
      const serving = servingFor(position, station, context.clock());
      const answers = adapterRelease(serving.answers);
      const number = (answers ?? store.releases.newestRevert(route.id))?.number ?? null;
      return { route, station, position, serving, answers, shadow: adapterRelease(serving.shadow), number };
    },
    move({ id }, step, reason = '', by = context.currentOperator()) {
      moveRoute(replayed(id), step, by);
      store.routes.addStep(id, { step, reason, by, at: context.now() });
    },
  };
}

function carriesAdapter(release: Release | null): release is AdapterRelease {
  return release !== null && release.adapterId !== null;
}

/** @throws OfficeError rollout-none where the route has no rollout */
export function requireRollout({ rollout }: RoutePosition): NonNullable<RoutePosition['rollout']> {
  if (!rollout) throw new OfficeError('rollout-none');
  return rollout;
}
