/** The guards at work: after everything that happens to an answer they are judged from the stored events, and may halt. */

import type { GuardReport, GuardState, Route, WatchState } from '../contract/entities.ts';
import { judge } from '../domain/guards/judge.ts';
import { watch } from '../domain/guards/watch.ts';
import type { RoutePosition } from '../domain/rollout/machine.ts';
import type { Context } from './context.ts';
import type { Router } from './router.ts';

export interface Judged {
  readonly report: GuardReport;
  /** Only after full. */
  readonly watch: WatchState | null;
}

/** What a halt tells everybody. */
export interface Halt {
  readonly route: string;
  readonly candidate: string;
  readonly guard: GuardState['name'];
  /** Answers that caused it, newest first. */
  readonly causes: readonly string[];
}

export interface GuardWatch {
  /** null: no rollout, or one that has not begun. */
  judge(route: Pick<Route, 'id'>, position: RoutePosition): Judged | null;
  /** Inside a transaction of the caller, after an event was kept. null: goes on. */
  haltWhereNeeded(route: Route): Halt | null;
}

/** Signs a halt that nobody made. */
export const guardsName = 'guards';

export function createGuardWatch(context: Context, router: Router): GuardWatch {
  const { store } = context;

  /** What was seen before a person resumed, or finished, was weighed by that person: the guards begin behind it. */
  function judgedFrom(routeId: string, rolloutId: string): number {
    const steps = store.routes.steps(routeId);
    const weighed = steps.findLast(
      ({ step }) => 'rolloutId' in step && step.rolloutId === rolloutId && ['resume', 'finish'].includes(step.action),
    );
    return weighed?.sequence ?? 0;
  }

  function judged({ id }: Pick<Route, 'id'>, { rollout }: RoutePosition): Judged | null {
    if (!rollout || rollout.stage < 0) return null;
    const events = store.routeEvents.ofRollout(rollout.id, judgedFrom(id, rollout.id));
    const report = judge(events, rollout.plan.guards);
    return { report, watch: rollout.state === 'finished' ? watch(events, rollout.plan.guards) : null };
  }

  return {
    judge: judged,
    haltWhereNeeded(route) {
      const position = router.position(route);
      const { rollout } = position;
      if (!rollout || !['shadow', 'canary', 'full', 'finished'].includes(rollout.state)) return null;
      const cause = causeOf(judged(route, position)!);
      if (!cause) return null;
      const candidate = store.releases.get(rollout.candidate)?.adapterName ?? '';
      const halt: Halt = { route: route.name, candidate, ...cause };
      router.move(route, { action: 'halt', rolloutId: rollout.id }, halt.guard, guardsName);
      const values = { route: route.name, guard: halt.guard, answers: halt.causes.join(' ') };
      context.also({ kind: 'rollout.halted', subject: candidate, values }, guardsName);
      return halt;
    },
  };
}

/** After full the rates are watched by the sum that forgets good times; what stops at once still does. */
function causeOf({ report, watch: sum }: Judged): Pick<Halt, 'guard' | 'causes'> | null {
  const halting = report.guards.find(({ verdict, test }) => verdict === 'halt' && (!sum || test === 'hard-stop'));
  if (halting) return { guard: halting.name, causes: halting.causes };
  return sum?.alarm ? { guard: 'bad', causes: sum.causes } : null;
}
