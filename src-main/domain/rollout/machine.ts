/**
 * What a route serves, and how far its rollout is: both follow from the route's transitions in their order and from
 * nothing else.
 */

import type { RolloutPlan, RolloutState, RouteAction, RouteStep, Target } from '../../contract/entities/rollout.ts';
import { OfficeError } from '../../contract/errors.ts';

/** The newest rollout of a route. */
export interface RolloutPosition {
  readonly id: string;
  readonly candidate: string;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  /** Index into `plan.stages`; -1 before the first. */
  readonly stage: number;
  readonly draftedBy: string;
  readonly approvedBy: string | null;
}

export interface RoutePosition {
  /** What answers everybody whom no canary answers. */
  readonly present: Target;
  /** What a halt goes back to once a rollout has finished; until then that is `present`. */
  readonly previous: Target;
  readonly rollout: RolloutPosition | null;
}

export const routeStart: RoutePosition = { present: null, previous: null, rollout: null };

type RolloutAction = Exclude<RouteAction, 'apply' | 'revert' | 'draft'>;

/** Which actions a rollout allows in which state. `draft`, `apply` and `revert` are the route's and always end it. */
export const allowedActions: Readonly<Record<RolloutState, readonly RolloutAction[]>> = {
  draft: ['edit', 'approve', 'start', 'withdraw'],
  shadow: ['advance', 'halt', 'edit', 'approve'],
  canary: ['advance', 'halt', 'edit', 'approve'],
  full: ['finish', 'halt'],
  // The watch after full may still find something.
  finished: ['halt'],
  halted: ['resume', 'withdraw'],
  reverted: [],
  superseded: [],
};

/** States in which it moves what is answered, so that another one must wait. */
const running: readonly RolloutState[] = ['shadow', 'canary', 'full'];

export function isRunning(rollout: Pick<RolloutPosition, 'state'> | null): boolean {
  return rollout !== null && running.includes(rollout.state);
}

/**
 * The route after one more step.
 * @throws OfficeError rollout-wrong-state, rollout-running, rollout-plan-invalid
 */
export function moveRoute(route: RoutePosition, step: RouteStep, by: string): RoutePosition {
  switch (step.action) {
    case 'apply':
      return { present: step.target, previous: route.present, rollout: ended(route.rollout, 'superseded') };
    case 'revert':
      return { present: step.target, previous: step.target, rollout: ended(route.rollout, 'reverted') };
    case 'draft':
      if (isRunning(route.rollout)) throw new OfficeError('rollout-running', { state: route.rollout!.state });
      requirePlan(step.plan);
      return { ...route, rollout: drafted(step, by) };
    default:
      return moveRollout(route, requireAllowed(route.rollout, step), step, by);
  }
}

/** @throws what `moveRoute` throws: a history that the table does not allow is damaged */
export function replayRoute(steps: readonly (RouteStep & { readonly by: string })[]): RoutePosition {
  return steps.reduce((route, step) => moveRoute(route, step, step.by), routeStart);
}

function moveRollout(
  route: RoutePosition,
  rollout: RolloutPosition,
  step: Extract<RouteStep, { readonly rolloutId: string }>,
  by: string,
): RoutePosition {
  const moved = (change: Partial<RolloutPosition>): RoutePosition => ({ ...route, rollout: { ...rollout, ...change } });
  switch (step.action) {
    case 'edit':
      requirePlan(step.plan);
      requireSameWay(rollout, step);
      // Whoever approved has not seen this plan; whoever edits it stands for it.
      return moved({ candidate: step.candidate, plan: step.plan, draftedBy: by, approvedBy: null });
    case 'approve':
      if (by === rollout.draftedBy) throw new OfficeError('rollout-own-approval', { name: by });
      return moved({ approvedBy: by });
    case 'start':
      requireApproved(rollout);
      return moved(at(rollout, 0));
    case 'advance':
      requireApproved(rollout);
      return moved(at(rollout, rollout.stage + 1));
    case 'finish':
      return { present: rollout.candidate, previous: route.present, rollout: { ...rollout, state: 'finished' } };
    case 'halt': {
      const present = rollout.state === 'finished' ? route.previous : route.present;
      return { present, previous: present, rollout: { ...rollout, state: 'halted' } };
    }
    case 'resume':
      return moved(at(rollout, rollout.stage));
    default:
      return moved({ state: 'superseded' });
  }
}

function at({ plan }: RolloutPosition, stage: number): Pick<RolloutPosition, 'state' | 'stage'> {
  return { state: plan.stages[stage]!.kind, stage };
}

/** @throws OfficeError rollout-unapproved */
function requireApproved({ plan, approvedBy, draftedBy }: RolloutPosition): void {
  if (plan.secondPerson && approvedBy === null) throw new OfficeError('rollout-unapproved', { name: draftedBy });
}

/** Once it has begun, the candidate and the stages up to here are what people saw. @throws OfficeError rollout-plan-invalid */
function requireSameWay(
  { stage, candidate, plan }: RolloutPosition,
  edit: { readonly candidate: string; readonly plan: RolloutPlan },
): void {
  const kinds = ({ stages }: RolloutPlan) => stages.slice(0, stage + 1).map(({ kind }) => kind);
  const [before, after] = [kinds(plan).join(' → '), kinds(edit.plan).join(' → ')];
  if (stage < 0 || (before === after && candidate === edit.candidate)) return;
  throw new OfficeError('rollout-plan-invalid', { stages: after });
}

function drafted(step: Extract<RouteStep, { readonly plan: RolloutPlan }>, by: string): RolloutPosition {
  const { rolloutId, candidate, plan } = step;
  return { id: rolloutId, candidate, plan, state: 'draft', stage: -1, draftedBy: by, approvedBy: null };
}

/** What is over stays what it was. */
function ended(rollout: RolloutPosition | null, state: 'superseded' | 'reverted'): RolloutPosition | null {
  if (!rollout || ['finished', 'reverted', 'superseded'].includes(rollout.state)) return rollout && closed(rollout);
  return { ...rollout, state };
}

/** A finished rollout whose release no longer answers is not watched any more. */
function closed(rollout: RolloutPosition): RolloutPosition {
  return rollout.state === 'finished' ? { ...rollout, state: 'superseded' } : rollout;
}

function requireAllowed(
  rollout: RolloutPosition | null,
  step: Extract<RouteStep, { readonly rolloutId: string }>,
): RolloutPosition {
  const action = step.action as RolloutAction;
  if (rollout && rollout.id === step.rolloutId && allowedActions[rollout.state].includes(action)) return rollout;
  throw new OfficeError('rollout-wrong-state', {
    action,
    state: rollout?.id === step.rolloutId ? rollout.state : 'superseded',
  });
}

/** Shadow only before canaries, one full at the end. @throws OfficeError rollout-plan-invalid */
export function requirePlan({ stages }: RolloutPlan): void {
  const order = { shadow: 0, canary: 1, full: 2 };
  const kinds = stages.map(({ kind }) => kind);
  const ordered = kinds.every((kind, index) => index === 0 || order[kinds[index - 1]!] <= order[kind]);
  const once = (kind: string) => kinds.filter((other) => other === kind).length;
  if (!ordered || once('full') !== 1 || once('shadow') > 1)
    throw new OfficeError('rollout-plan-invalid', { stages: kinds.join(' → ') });
}
