/**
 * When a training that goes on until it is known comes to its end. It learns at a full rate until its questions are
 * answered, or have not improved for long, or the time agreed is nearly used; then it settles: the rate falls to nothing.
 * Pure, and a function of what was asked and how long it took, so that a resumed run decides alike.
 */

import type { SettlingReason } from '../jobs.ts';

/** What asking the questions that are not trained came to. */
export interface Asked {
  /** After this step. */
  readonly step: number;
  readonly loss: number;
  readonly right: number;
}

export interface Stopping {
  /** Of all states that were asked, the one with the most right answers; of these the one with the smallest loss. */
  readonly best: Asked | null;
  /** From which step on the rate falls, how many steps that takes, and why; null while it learns. */
  readonly settling: { readonly from: number; readonly steps: number; readonly reason: SettlingReason } | null;
}

export const notAskedYet: Stopping = { best: null, settling: null };

export interface StoppingRule {
  /** Questions that are asked; 0 where there are none, and time and passes alone decide. */
  readonly of: number;
  /** Seconds agreed for all steps; null: none. */
  readonly seconds: number | null;
  /** The most steps, settling included. */
  readonly steps: number;
  /** Steps between two asks. */
  readonly askEvery: number;
}

/** Nothing is said of a run that has been asked less often. */
const fewestAsks = 8;
/** A run is no better if nothing has improved for this share of its steps. */
const patience = 0.4;
/** Settling takes this share of the steps before it: a third of the whole run, in which general skills come back. */
export const settlingShare = 0.5;
/** A loss that falls by less than this is the same. */
const smallestGain = 0.01;

/** Whether one state is better than another: more right answers, or as many with a clearly smaller loss. */
export function isBetter(asked: Asked, than: Asked | null): boolean {
  if (than === null || asked.right !== than.right) return than === null || asked.right > than.right;
  return asked.loss < than.loss * (1 - smallestGain);
}

/**
 * Takes an ask, or a step at which nothing could be asked, into account.
 * @param seconds that all steps until now took
 */
export function decide(state: Stopping, rule: StoppingRule, asked: Asked, seconds: number): Stopping {
  if (state.settling) return state;
  const { step } = asked;
  const best = rule.of > 0 && isBetter(asked, state.best) ? asked : state.best;
  const reason = reasonToSettle(best, rule, step, seconds);
  const left = Math.max(1, rule.steps - step);
  const usual = Math.min(left, Math.max(rule.askEvery, Math.ceil(settlingShare * step)));
  const steps = reason === 'passes' ? left : usual;
  return { best, settling: reason && { from: step, steps, reason } };
}

function reasonToSettle(
  best: Stopping['best'],
  { of, seconds: agreed, steps, askEvery }: StoppingRule,
  step: number,
  seconds: number,
): SettlingReason | null {
  if (best !== null && best.right === of) return 'known';
  // What is asked next would come too late.
  const secondsAtNext = (seconds / step) * (step + askEvery);
  if (agreed !== null && secondsAtNext * (1 + settlingShare) > agreed) return 'time';
  if ((step + askEvery) * (1 + settlingShare) > steps) return 'passes';
  const since = best && step - best.step;
  if (since !== null && since >= fewestAsks * askEvery && since > patience * step) return 'no-better';
  return null;
}

/** The last step, as far as it is known: never later than the time agreed allows at the present pace. */
export function lastStep(
  { settling }: Stopping,
  { seconds: agreed, steps }: Pick<StoppingRule, 'seconds' | 'steps'>,
  step: number,
  seconds: number,
): number {
  if (settling) return settling.from + settling.steps;
  if (agreed === null || step === 0) return steps;
  return Math.max(step + 1, Math.min(steps, Math.ceil((agreed / seconds) * step)));
}

/** Share of the full learning rate at a step: it rises in the first steps and falls while the run settles. */
export function rateShare({ settling }: Stopping, step: number, warmUpSteps: number): number {
  const rising = Math.min(1, step / Math.max(1, warmUpSteps));
  if (!settling || step <= settling.from) return rising;
  return rising * (1 - (step - settling.from - 1) / settling.steps);
}
