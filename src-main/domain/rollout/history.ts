/**
 * What follows from a route's transitions, step by step: whoever keeps it reads only what came since, so that the
 * hundred-thousandth question costs what the first did. It is the replay of all of them, and never stored.
 */

import type { EndingAction } from '../../contract/entities/rollout-view.ts';
import type { RouteStep } from '../../contract/entities/rollout.ts';
import { moveRoute, type RoutePosition, routeStart } from './machine.ts';

/** A transition with who made it, when and why. */
export interface RecordedStep {
  readonly sequence: number;
  readonly step: RouteStep;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface RouteHistory {
  readonly position: RoutePosition;
  readonly last: RecordedStep | null;
  /** Rollouts that were ever drafted here. */
  readonly drafts: number;
  /** Of the newest rollout: what began its present stage. */
  readonly began: RecordedStep | null;
  /** Of the newest rollout: a person resumed or finished it, and so weighed what guards had seen until then. */
  readonly weighed: RecordedStep | null;
  /** Of the newest rollout: halted, and nobody went on since. */
  readonly halted: RecordedStep | null;
  /** Of the newest rollout: what ended it before its end, or took its release away after it. */
  readonly ended: RecordedStep | null;
}

/** What ended the newest rollout; null: nothing. */
export const endedBy = ({ ended }: Pick<RouteHistory, 'ended'>): EndingAction | null =>
  ended && (ended.step.action as EndingAction);

export const historyStart: RouteHistory = {
  position: routeStart,
  last: null,
  drafts: 0,
  began: null,
  weighed: null,
  halted: null,
  ended: null,
};

/** @throws what `moveRoute` throws */
export function addStep(history: RouteHistory, recorded: RecordedStep): RouteHistory {
  const { step, by } = recorded;
  const moved = { ...history, position: moveRoute(history.position, step, by), last: recorded };
  switch (step.action) {
    case 'draft':
      return { ...moved, drafts: history.drafts + 1, began: null, weighed: null, halted: null, ended: null };
    case 'start':
    case 'advance':
      return { ...moved, began: recorded };
    case 'resume':
    case 'finish':
      return { ...moved, began: recorded, weighed: recorded, halted: null };
    case 'halt':
      return { ...moved, halted: recorded };
    case 'apply':
    case 'revert':
    case 'withdraw':
      // What is over already stays ended by what ended it.
      return { ...moved, ended: history.ended ?? (history.position.rollout && recorded) };
    default:
      return moved;
  }
}
