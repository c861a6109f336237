/**
 * Which release answers a question for a route and a station, and the one way in which that changes. Nothing is kept:
 * what a route serves is replayed from its transitions, so a revert counts for the very next question.
 */

import type { Release, Route, RouteStep, Station } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { moveRoute, replayRoute, type RoutePosition } from '../domain/rollout/machine.ts';
import { type Serving, servingFor } from '../domain/rollout/serving.ts';
import type { RecordedStep } from '../store/routes.ts';
import { type Context, found } from './context.ts';

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
  /** @param name undefined: the standard route. @throws OfficeError not-found */
  named(name: string | undefined): Route;
  position(route: Pick<Route, 'id'>): RoutePosition;
  /** In order, each signed. */
  steps(route: Pick<Route, 'id'>): readonly (RecordedStep & { readonly position: RoutePosition })[];
  /**
   * Of the rollout that a draft would make or edit. Known beforehand, because who falls into a percentage follows from it:
   * a plan shows the stations that it will really reach.
   */
  nextRolloutId(route: Pick<Route, 'id'>): string;
  /** What everybody reads whom no canary answers; null: nothing was ever applied. A revert where the base is back. */
  serves(route: Pick<Route, 'id'>): Release | null;
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

  const replayed = (routeId: string): RoutePosition =>
    replayRoute(store.routes.steps(routeId).map(({ step, by }) => ({ ...step, by })));

  function adapterRelease(id: string | null): AdapterRelease | null {
    if (id === null) return null;
    const release = found(store.releases.get(id), 'release', id);
    return { ...release, adapterId: found(release.adapterId, 'adapter', id) };
  }

  function serves({ id }: Pick<Route, 'id'>): Release | null {
    const { answers } = servingFor(replayed(id), null);
    return answers === null ? store.releases.newestRevert(id) : store.releases.get(answers);
  }

  function named(name: string | undefined): Route {
    return name === undefined ? store.routes.standard() : found(store.routes.byName(name), 'route', name);
  }

  return {
    named,
    serves,
    position: ({ id }) => replayed(id),
    nextRolloutId({ id }) {
      const { rollout } = replayed(id);
      if (rollout?.state === 'draft') return rollout.id;
      const drafted = store.routes.steps(id).filter(({ step }) => step.action === 'draft').length;
      return `${id}-${drafted + 1}`;
    },
    steps({ id }) {
      const steps = store.routes.steps(id);
      let position = replayRoute([]);
      return steps.map((each) => ({ ...each, position: (position = moveRoute(position, each.step, each.by)) }));
    },
    decide(routeName, stationId) {
      const route = named(routeName);
      const station = stationId === null ? null : found(store.stations.get(stationId), 'station', stationId);
      const position = replayed(route.id);
      const serving = servingFor(position, station);
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

/** @throws OfficeError rollout-none where the route has no rollout */
export function requireRollout({ rollout }: RoutePosition): NonNullable<RoutePosition['rollout']> {
  if (!rollout) throw new OfficeError('rollout-none');
  return rollout;
}
