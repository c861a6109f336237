/** Begins planned rollouts at the time that their plan names. Each is tried once: what is refused waits for a person. */

import type { Route } from '../contract/entities.ts';
import type { Context } from './context.ts';
import type { RolloutViews } from './rollout-views.ts';
import type { Router } from './router.ts';

export interface RolloutSchedule {
  /** Starts what is due by the clock of the context. @returns names of the routes whose rollout began */
  startDue(): Promise<readonly string[]>;
  start(): void;
  close(): void;
}

/** Signs a start that nobody made. */
export const scheduleName = 'schedule';

const everySoOften = 30_000;

export function createRolloutSchedule(
  { store, clock }: Context,
  { router, views, begin }: { router: Router; views: RolloutViews; begin: (route: Route) => Promise<unknown> },
): RolloutSchedule {
  /** Sequences of the plans that were tried. */
  const tried = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  function isDue(route: Route): boolean {
    const { position, last } = router.history(route);
    const startAt = position.rollout?.state === 'draft' ? position.rollout.plan.calendar?.startAt : undefined;
    if (!last || !startAt || tried.has(last.sequence) || Date.parse(startAt) > clock().getTime()) return false;
    // A shift or a blackout passes by itself.
    return !views.require(route).reasons.some(({ kind }) => kind === 'shift' || kind === 'blackout');
  }

  async function startDue(): Promise<readonly string[]> {
    const begun: string[] = [];
    for (const route of store.routes.list().filter(isDue)) {
      tried.add(router.history(route).last!.sequence);
      const went = await begin(route).then(
        () => true,
        () => false,
      );
      if (went) begun.push(route.name);
    }
    return begun;
  }

  return {
    startDue,
    start() {
      timer = setInterval(() => void startDue().catch(() => {}), everySoOften);
      timer.unref();
    },
    close: () => clearInterval(timer),
  };
}
