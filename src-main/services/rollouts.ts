/** Rollouts as people run them: every step is judged in the moment it is taken, and kept with who, when and why. */

import { isDeepStrictEqual } from 'node:util';
import type { rolloutRequests } from '../contract/areas/rollouts.ts';
import type { PairGrade, RolloutPlan, RolloutView, Route, RouteStep } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { EventKind, HandlersOf, ValidInput } from '../contract/requests.ts';
import { gateReasonsAsText } from '../contract/rollout-words.ts';
import { plannedShifts } from '../contract/rules/rollouts.ts';
import { changesBetween } from '../domain/changes.ts';
import { declaredOf, editedPlan, guardsInLog } from '../domain/rollout/edit.ts';
import { isRunning } from '../domain/rollout/machine.ts';
import { blinded, unblinded } from '../domain/rollout/pairs.ts';
import { presetPlan } from '../domain/rollout/presets.ts';
import { usualGuards } from '../domain/guards/table.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { type Context, requireFound } from './context.ts';
import type { AnswerRecords } from './answer-records.ts';
import type { ProvenFiles } from './proven-files.ts';
import { type ReleaseProofs, requireSameBase } from './release-proofs.ts';
import type { RolloutViews } from './rollout-views.ts';
import { requireRollout, type Router } from './router.ts';
import { workShiftInLog, workShiftsNamed } from './work-shifts.ts';

const topics = ['rollouts', 'releases', 'status'] as const;
const pairsShown = 20;

export function createRollouts(
  context: Context,
  {
    router,
    views,
    records,
    releaseProofs,
    files,
  }: {
    router: Router;
    views: RolloutViews;
    records: AnswerRecords;
    releaseProofs: ReleaseProofs;
    files: ProvenFiles;
  },
): HandlersOf<typeof rolloutRequests> {
  const { store } = context;

  function take(route: Route, step: RouteStep, kind: EventKind, reason = ''): RolloutView {
    const candidate = 'candidate' in step ? step.candidate : requireRollout(router.position(route)).candidate;
    const subject = store.releases.get(candidate)?.adapterName ?? '';
    return context.change(topics, { kind, subject, values: { route: route.name, reason } }, () => {
      router.move(route, step, reason);
      return views.require(route);
    });
  }

  /** A plan as the log keeps it. Shadow reaches nobody, full everybody. */
  function written(candidate: string, { stages, guards, calendar }: RolloutPlan): object {
    const audiences = stages.flatMap((stage) => (stage.kind === 'canary' ? [stage.audience] : []));
    const reached = { shadow: 0, full: 100 };
    return {
      candidate,
      stagePercents: stages.map((each) => (each.kind === 'canary' ? each.audience.percent : reached[each.kind])),
      stageAnswers: stages.map(({ gate }) => gate.answers),
      stations: [...new Set(audiences.flatMap(({ stations }) => stations))].map(
        (id) => store.stations.get(id)?.name ?? id,
      ),
      lines: [...new Set(audiences.flatMap(({ lines }) => lines))],
      during: [...new Set(audiences.flatMap(({ during = [] }) => during.map(workShiftInLog)))],
      forbidden: guards.forbidden,
      ...guardsInLog(guards),
      startAt: calendar?.startAt ?? null,
      shifts: (calendar?.shifts ?? []).map(({ from, to }) => `${from}–${to}`),
      blackouts: (calendar?.blackouts ?? []).map(({ from, to }) => `${from}–${to}`),
    };
  }

  /** Looked at before a proof that takes minutes. @throws OfficeError rollout-waits */
  function requireStart(adapter: StoredAdapter, plan: RolloutPlan, insistBecause: string | undefined): void {
    const { precision } = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    requireReady({ reasons: views.reasonsToWait({ adapterId: adapter.id, precision }, plan) }, insistBecause);
  }

  async function draft(input: ValidInput<'rollouts.draft'>): Promise<RolloutView> {
    const route = router.named(input.route);
    const adapter = requireFound(store.adapters.get(input.adapterId), 'adapter', input.adapterId);
    const before = router.position(route);
    if (isRunning(before.rollout)) throw new OfficeError('rollout-running', { state: before.rollout!.state });
    const guards = { ...usualGuards(before.present !== null), ...input.guards, forbidden: input.forbidden };
    const named = { ...input, during: workShiftsNamed(store, input.during) };
    const plan = presetPlan(input.preset, guards, route.secondPerson, named, input.calendar);
    if (input.starts && !plan.secondPerson) requireStart(adapter, plan, input.starts.insistBecause);
    // What does not meet the criteria may be drafted; it cannot start without a reason.
    const proof = await releaseProofs.require(adapter, 'draft');
    const proven = await files.read({ adapterId: adapter.id, modelId: adapter.modelId });
    const release = releaseProofs.releaseOf('candidate', route, adapter, proof);
    const { rollout } = router.position(route);
    const former = rollout?.state === 'draft' ? rollout : null;
    const rolloutId = router.nextRolloutId(route);
    const step = { action: former ? 'edit' : 'draft', rolloutId, candidate: release.id, plan } as const;
    const values = { route: route.name, preset: input.preset, release: release.number, sha256: adapter.sha256 };
    const kind = former ? 'rollout.edited' : 'rollout.drafted';
    const formerName = former && store.releases.get(former.candidate)?.adapterName;
    const changes = former ? changesBetween(written(formerName ?? '', former.plan), written(adapter.name, plan)) : [];
    return context.change(topics, { kind, subject: adapter.name, values, changes }, () => {
      store.releases.add(release);
      store.provenFiles.keep(release.id, proven);
      router.move(route, step);
      return views.require(route);
    });
  }

  /** Shifts by name, with their hours of now or, where they are no longer listed, those that the plan has. */
  function withShifts(plan: RolloutPlan) {
    const planned = plannedShifts(plan);
    return ({ during, ...stage }: ValidInput<'rollouts.edit'>['stages'][number]) => {
      return { ...stage, during: during && workShiftsNamed(store, during, planned) };
    };
  }

  function edit(input: ValidInput<'rollouts.edit'>): RolloutView {
    const route = router.named(input.route);
    const { id: rolloutId, candidate, plan: before, stage, state } = requireRollout(router.position(route));
    const plan = editedPlan(before, stage, { ...input, stages: input.stages.map(withShifts(before)) });
    // Whoever has seen answers may no longer choose what they are measured against.
    const changed = !isDeepStrictEqual(declaredOf(plan.guards), declaredOf(before.guards));
    if (stage >= 0 && changed) throw new OfficeError('rollout-wrong-state', { action: 'edit', state });
    const name = store.releases.get(candidate)?.adapterName ?? '';
    const changes = changesBetween(written(name, before), written(name, plan));
    const happening = { kind: 'rollout.edited', subject: name, values: { route: route.name }, changes } as const;
    return context.change(topics, happening, () => {
      router.move(route, { action: 'edit', rolloutId, candidate, plan });
      return views.require(route);
    });
  }

  /** Criteria by today, the proof measured now, the files those of the release. @throws OfficeError with the first that does not hold */
  async function requireCandidate(route: Route, insistBecause: string | undefined): Promise<void> {
    const { candidate } = requireRollout(router.position(route));
    const release = requireFound(store.releases.get(candidate), 'release', candidate);
    const adapter = requireFound(store.adapters.get(release.adapterId ?? ''), 'adapter', release.adapterName ?? '');
    await files.require({ ...release, adapterId: adapter.id }, route);
    requireSameBase(release, await releaseProofs.require(adapter, insistBecause, release.precision));
  }

  async function step(input: ValidInput<'rollouts.promote'>, starts: boolean): Promise<RolloutView> {
    const route = router.named(input.route);
    const { id: rolloutId } = requireRollout(router.position(route));
    requireReady(views.require(route), input.insistBecause);
    await requireCandidate(route, input.insistBecause);
    // While that was measured a guard may have halted it, or a person reverted.
    const view = views.require(route);
    if (view.id !== rolloutId) throw new OfficeError('cancelled');
    requireReady(view, input.insistBecause);
    if (starts) return take(route, { action: 'start', rolloutId }, 'rollout.started', input.insistBecause);
    const finishes = view.state === 'full';
    const action = finishes ? 'finish' : 'advance';
    return take(route, { action, rolloutId }, finishes ? 'rollout.finished' : 'rollout.advanced', input.insistBecause);
  }

  function withRollout(name: string | undefined) {
    const route = router.named(name);
    return { route, rolloutId: requireRollout(router.position(route)).id };
  }

  function gradePair(pairId: string, word: PairGrade): { readonly left: number } {
    const answer = requireFound(store.answers.get(pairId), 'pair', pairId);
    if (answer.shadowOf === null || answer.rolloutId === null)
      throw new OfficeError('not-found', { what: 'pair', id: pairId });
    records.grade(answer, unblinded(pairId, word));
    return { left: store.answers.countUngradedPairs(answer.rolloutId) };
  }

  return {
    'rollouts.current': async ({ route }) => views.of(router.named(route)),
    'rollouts.presets': async ({ route, guards, during, ...audience }) =>
      views.presets(router.named(route), { ...audience, during: workShiftsNamed(store, during) }, guards),
    'rollouts.draft': draft,
    'rollouts.edit': async (input) => edit(input),
    'rollouts.withdraw': async ({ route: name }) => {
      const { route, rolloutId } = withRollout(name);
      return take(route, { action: 'withdraw', rolloutId }, 'rollout.withdrawn');
    },
    'rollouts.approve': async ({ route: name }) => {
      const { route, rolloutId } = withRollout(name);
      return take(route, { action: 'approve', rolloutId }, 'rollout.approved');
    },
    'rollouts.start': async (input) => step(input, true),
    'rollouts.promote': async (input) => step(input, false),
    'rollouts.halt': async ({ route: name, because }) => {
      const { route, rolloutId } = withRollout(name);
      const view = take(route, { action: 'halt', rolloutId }, 'rollout.halted', because);
      const halt = { route: route.name, candidate: view.candidate.adapterName ?? '', guard: null, causes: [] };
      context.publish({ kind: 'halted', ...halt, reason: because, by: context.currentOperator() });
      return view;
    },
    'rollouts.resume': async ({ route: name, because }) => {
      const { route, rolloutId } = withRollout(name);
      return take(route, { action: 'resume', rolloutId }, 'rollout.resumed', because);
    },
    'rollouts.pairs': async ({ route }) => {
      const { rollout } = router.position(router.named(route));
      return rollout ? store.answers.ungradedPairs(rollout.id, pairsShown).map(blinded) : [];
    },
    'rollouts.gradePair': async ({ pairId, grade }) => gradePair(pairId, grade),
  };
}

/** Nobody's reason makes up for a second person, or for guards that have said halt. @throws OfficeError rollout-waits */
function requireReady({ reasons }: Pick<RolloutView, 'reasons'>, insistBecause: string | undefined): void {
  const firm = reasons.filter(({ kind }) => kind === 'unapproved' || kind === 'guards-halt');
  const open = insistBecause === undefined ? reasons : firm;
  if (open.length > 0) throw new OfficeError('rollout-waits', { reasons: gateReasonsAsText(open) });
}
