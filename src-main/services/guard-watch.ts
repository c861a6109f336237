/** The guards at work: after everything that happens to an answer they are judged from the stored events, and may halt. */

import { isDeepStrictEqual } from 'node:util';
import type { GuardEvent, GuardPlan, GuardReport, GuardState, Route, WatchState } from '../contract/entities.ts';
import { GuardReplay } from '../domain/guards/judge.ts';
import type { Nearness } from '../domain/monitors.ts';
import type { RoutePosition } from '../domain/rollout/machine.ts';
import type { Context } from './context.ts';
import type { Router } from './router.ts';

export interface Judged {
  readonly report: GuardReport;
  /** Only after full. */
  readonly watch: WatchState | null;
  /** Answers of the candidate since the present stage began. */
  readonly stageAnswers: number;
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
  /** How near the newest rollout came to being halted, event by event; null: none has begun. */
  nearness(route: Pick<Route, 'id'>): readonly Nearness[] | null;
  /** Inside a transaction of the caller, after an event was kept. null: goes on. */
  haltWhereNeeded(route: Route): Halt | null;
}

interface Replayed {
  /** Sequence behind which the guards begin. */
  readonly from: number;
  readonly plan: GuardPlan;
  readonly replay: GuardReplay;
  readonly last: GuardEvent | null;
}

/** Signs a halt that nobody made. */
export const guardsName = 'guards';

export function createGuardWatch(context: Context, router: Router): GuardWatch {
  const { store } = context;

  /** What of the stored events was replayed so far. */
  const replays = new Map<string, Replayed>();

  /**
   * Told what was stored since the last look. The last event told is looked at again: where its transaction was undone
   * after all, another one has its place, and everything is replayed anew.
   */
  function replayed(route: Pick<Route, 'id'>, { id, plan }: NonNullable<RoutePosition['rollout']>): GuardReplay {
    // What was seen before a person resumed, or finished, was weighed by that person: the guards begin behind it.
    const from = router.history(route).weighed?.sequence ?? 0;
    const known = replays.get(id);
    const isSame = known?.from === from && isDeepStrictEqual(known.plan, plan.guards);
    const recent = isSame && known.last ? store.routeEvents.ofRollout(id, known.last.sequence - 1) : [];
    const goesOn = isSame && recent.length > 0 && isDeepStrictEqual(recent[0], known.last);
    const replay = goesOn ? known.replay : new GuardReplay(plan.guards);
    const events = goesOn ? recent.slice(1) : store.routeEvents.ofRollout(id, from);
    for (const event of events) replay.add(event);
    const last = events.at(-1) ?? (goesOn ? known.last : null);
    replays.set(id, { from, plan: plan.guards, replay, last });
    return replay;
  }

  return {
    judge(route, { rollout }) {
      if (!rollout || rollout.stage < 0) return null;
      const replay = replayed(route, rollout);
      return {
        report: replay.report(),
        watch: rollout.state === 'finished' ? (replay.watch?.state() ?? null) : null,
        stageAnswers: replay.answersAfter(router.history(route).began?.sequence ?? 0),
      };
    },
    nearness(route) {
      const { rollout } = router.position(route);
      if (!rollout || rollout.stage < 0) return null;
      return replayed(route, rollout)
        .nearness()
        .map(({ value, mark: { sequence, guard } }) => ({ value, guard, at: store.routeEvents.atOf(sequence) ?? '' }));
    },
    haltWhereNeeded(route) {
      const position = router.position(route);
      const { rollout } = position;
      if (!rollout || !['shadow', 'canary', 'full', 'finished'].includes(rollout.state)) return null;
      const cause = causeOf(replayed(route, rollout), rollout.state === 'finished');
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
function causeOf(replay: GuardReplay, isFinished: boolean): Pick<Halt, 'guard' | 'causes'> | null {
  const watch = isFinished ? replay.watch : null;
  const halting = replay.halting().find(({ test }) => !watch || test === 'hard-stop');
  if (halting) return { guard: halting.name, causes: halting.causes };
  return watch?.alarm ? { guard: 'bad', causes: watch.causes } : null;
}
