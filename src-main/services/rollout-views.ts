/** Rollouts as they are read: replayed, judged and forecast in this moment. */

import type {
  Audience,
  GateReason,
  GuardName,
  GuardReport,
  HaltView,
  PlannedRollout,
  PlanPreset,
  Release,
  RolloutEnd,
  RolloutPlan,
  RolloutView,
  Route,
  StageForecast,
} from '../contract/entities.ts';
import { newestCompleted } from '../contract/rules/proofs.ts';
import { usualGuards } from '../domain/guards/table.ts';
import type { DeclaredGuards } from '../domain/rollout/edit.ts';
import { endedBy } from '../domain/rollout/history.ts';
import { type FloorActivity, forecastStage } from '../domain/rollout/forecast.ts';
import { gateReasons } from '../domain/rollout/gates.ts';
import type { RolloutPosition, RoutePosition } from '../domain/rollout/machine.ts';
import { presetPlan } from '../domain/rollout/presets.ts';
import { judge } from '../domain/guards/judge.ts';
import { type Context, requireFound } from './context.ts';
import { judgedEvaluations } from './evaluation-judging.ts';
import { type GuardWatch, guardsName } from './guard-watch.ts';
import { requireRollout, type Router } from './router.ts';

export interface RolloutViews {
  /** null: the route never had one. */
  of(route: Route): RolloutView | null;
  /** @throws OfficeError rollout-none */
  require(route: Route): RolloutView;
  /** What the start of a plan would wait for that nobody has drafted yet, but for another person. */
  reasonsToWait(candidate: Pick<Release, 'adapterId' | 'precision'>, plan: RolloutPlan): readonly GateReason[];
  presets(
    route: Route,
    named: Pick<Audience, 'stations' | 'lines' | 'during'>,
    declared: DeclaredGuards | undefined,
  ): readonly PlannedRollout[];
}

const day = 86_400_000;
const hour = 3_600_000;
/** The log of so many days says how much is asked. */
const daysOfLog = 14;
/** Until somebody has graded anything: one answer in three. */
const usualGradedShare = 1 / 3;
const presetNames: readonly PlanPreset[] = ['careful', 'usual', 'quick'];
const everybody: Audience = { stations: [], lines: [], percent: 100 };

export function createRolloutViews(
  context: Context,
  { router, guards }: { router: Router; guards: GuardWatch },
): RolloutViews {
  const { store, clock } = context;

  function activity(route: Route): FloorActivity {
    const now = clock().getTime();
    const rows = store.answers.activity(new Date(now - daysOfLog * day).toISOString());
    const total = rows.reduce((sum, { answers }) => sum + answers, 0);
    const graded = rows.reduce((sum, each) => sum + each.graded, 0);
    const first = store.answers.firstAt();
    const days = first === null ? 1 : Math.min(daysOfLog, Math.max(1, (now - Date.parse(first)) / day));
    return {
      stations: store.stations
        .list()
        .filter(({ routeId }) => (routeId === null ? route.standard : routeId === route.id)),
      // By today's clock: a shift is asked about, whatever the sun does.
      asked: rows.map(({ stationId, minute, answers }) => {
        return { stationId, at: new Date(`${context.now().slice(0, 10)}T${minute}:00Z`), aDay: answers / days };
      }),
      gradedShare: graded === 0 ? usualGradedShare : graded / total,
    };
  }

  function forecasts(route: Route, rolloutId: string, { stages, guards: plan }: RolloutPlan): readonly StageForecast[] {
    const floor = activity(route);
    return stages.map((stage) =>
      forecastStage(stage.kind === 'canary' ? stage.audience : everybody, rolloutId, floor, plan),
    );
  }

  /** By today's criteria and in the precision that would answer; null: it was never evaluated so. */
  function meetsCriteria({ adapterId, precision }: Pick<Release, 'adapterId' | 'precision'>): boolean | null {
    const evaluations = judgedEvaluations(context).filter(
      (each) => each.adapterId === adapterId && each.precision === precision,
    );
    return newestCompleted(evaluations)?.passed ?? null;
  }

  function view(route: Route, position: RoutePosition): RolloutView {
    const rollout = requireRollout(position);
    const { id, plan, state, stage, draftedBy, approvedBy } = rollout;
    const candidate = requireFound(store.releases.get(rollout.candidate), 'release', rollout.candidate);
    const judged = guards.judge(route, position);
    const { began } = router.history(route);
    const stageAnswers = judged?.stageAnswers ?? 0;
    const next = nextOf(rollout);
    return {
      ...{ id, plan, state, stage, draftedBy, approvedBy, candidate, stageAnswers, next },
      route: route.name,
      present: position.present === null ? null : store.releases.get(position.present),
      report: judged?.report ?? null,
      watch: judged?.watch ?? null,
      stageSince: began?.at ?? null,
      reasons: ['start', 'approve', 'advance', 'finish'].includes(next ?? '')
        ? gateReasons({
            state,
            gate: plan.stages[stage]?.gate ?? null,
            answers: stageAnswers,
            hours: began ? (clock().getTime() - Date.parse(began.at)) / hour : 0,
            guards: judged?.report ?? judge([], plan.guards),
            meetsCriteria: meetsCriteria(candidate),
            calendar: plan.calendar,
            now: clock(),
            approved: !plan.secondPerson || approvedBy !== null,
          })
        : [],
      forecasts: forecasts(route, id, plan),
      ungradedPairs: store.answers.countUngradedPairs(id),
      halt: haltOf(route, judged?.report),
      end: endOf(route),
    };
  }

  function haltOf(route: Route, report: GuardReport | undefined): HaltView | null {
    const { halted } = router.history(route);
    if (!halted) return null;
    const { by, at, reason } = halted;
    if (by !== guardsName) return { guard: null, reason, by, at, causes: [] };
    const guard = report?.guards.find(({ name }) => name === reason);
    return { guard: reason as GuardName, reason: '', by, at, causes: guard?.causes ?? [] };
  }

  function endOf(route: Route): RolloutEnd | null {
    const history = router.history(route);
    const { ended, began } = history;
    const action = endedBy(history);
    if (!ended || !action) return null;
    const { step, by, at } = ended;
    const target = step.action === 'apply' || step.action === 'revert' ? step.target : router.position(route).present;
    return {
      ...{ action, by, at, answers: target === null ? null : (store.releases.get(target)?.adapterName ?? null) },
      finished: began?.step.action === 'finish',
    };
  }

  const of = (route: Route): RolloutView | null => {
    const position = router.position(route);
    return position.rollout ? view(route, position) : null;
  };

  return {
    of,
    require: (route) => view(route, router.position(route)),
    reasonsToWait: (candidate, { guards: plan, calendar }) =>
      gateReasons({
        ...{ state: 'draft', gate: null, answers: 0, hours: 0, approved: true },
        guards: judge([], plan),
        meetsCriteria: meetsCriteria(candidate),
        calendar,
        now: clock(),
      }),
    presets(route, named, declared) {
      const { present } = router.position(route);
      return presetNames.map((preset) => {
        const guards = { ...usualGuards(present !== null), ...declared };
        const plan = presetPlan(preset, guards, route.secondPerson, named);
        return { preset, plan, stages: forecasts(route, router.nextRolloutId(route), plan) };
      });
    },
  };
}

function nextOf({ state, plan, approvedBy }: RolloutPosition): RolloutView['next'] {
  switch (state) {
    case 'draft':
      return plan.secondPerson && approvedBy === null ? 'approve' : 'start';
    case 'shadow':
    case 'canary':
      // Somebody edited it since it was approved.
      return plan.secondPerson && approvedBy === null ? 'approve' : 'advance';
    case 'full':
      return 'finish';
    case 'halted':
      return 'resume';
    default:
      return null;
  }
}
