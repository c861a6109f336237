/** A rollout as people see it: how far it is, what its guards say, and what its next step waits for. */

import type { Release } from './release.ts';
import type { GuardName, GuardReport, RolloutPlan, RolloutState, Station, WatchState } from './rollout.ts';

/** Why a step may not be taken yet; none: it may. */
export type GateReason =
  | { readonly kind: 'answers'; readonly missing: number }
  | { readonly kind: 'hours'; readonly missing: number }
  | { readonly kind: 'guards-hold'; readonly needed: number | null }
  | { readonly kind: 'guards-halt' }
  | { readonly kind: 'not-evaluated' }
  | { readonly kind: 'criteria-unmet' }
  | { readonly kind: 'unapproved' }
  /** It is planned to start then. */
  | { readonly kind: 'too-early'; readonly at: string }
  /** People are at work until then, as 17:00. */
  | { readonly kind: 'shift'; readonly until: string }
  /** The last day on which nothing may change, as 2026-12-29. */
  | { readonly kind: 'blackout'; readonly until: string };

export interface StageForecast {
  readonly stations: readonly Station[];
  /** Answers a day of those stations, from the log. */
  readonly answersADay: number;
  /** Days until the guard for bad answers can say go; null: never, because nobody is meant or nobody grades. */
  readonly daysToDecide: number | null;
}

/** Three plans for whoever does not want to make one. */
export type PlanPreset = 'careful' | 'usual' | 'quick';

/** A plan with what each of its stages will reach, by today's stations and log. */
export interface PlannedRollout {
  readonly preset: PlanPreset;
  readonly plan: RolloutPlan;
  readonly stages: readonly StageForecast[];
}

export interface RolloutView {
  readonly id: string;
  readonly route: string;
  readonly candidate: Release;
  /** What everybody else reads, and what a halt goes back to; null: the base. */
  readonly present: Release | null;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  /** Index into `plan.stages`; -1 before the first. */
  readonly stage: number;
  readonly draftedBy: string;
  readonly approvedBy: string | null;
  /** null before the start. */
  readonly report: GuardReport | null;
  /** After full only. */
  readonly watch: WatchState | null;
  /** The candidate's answers since this stage began. */
  readonly stageAnswers: number;
  readonly stageSince: string | null;
  /** What a person can do next; null: nothing but halt or revert. */
  readonly next: 'approve' | 'start' | 'advance' | 'finish' | 'resume' | null;
  readonly reasons: readonly GateReason[];
  readonly forecasts: readonly StageForecast[];
  /** Shadow pairs that wait for a grade. */
  readonly ungradedPairs: number;
  /** Of a rollout that is halted now, or was when it ended. */
  readonly halt: HaltView | null;
  /** null: it goes on, or what it brought answers. */
  readonly end: RolloutEnd | null;
}

/** What ends a rollout, or takes away what it had brought to everybody. */
export type EndingAction = 'revert' | 'apply' | 'withdraw';

export interface RolloutEnd {
  readonly action: EndingAction;
  readonly by: string;
  readonly at: string;
  /** Name of the adapter that answered from then on; null: the base. */
  readonly answers: string | null;
  /** It had finished before. */
  readonly finished: boolean;
}

/** Why a rollout is halted: a guard by itself, or a person with a reason. */
export interface HaltView {
  readonly guard: GuardName | null;
  /** A person's; empty where a guard halted. */
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  /** Answers behind a guard's halt, newest first. */
  readonly causes: readonly string[];
}

/** Two answers to one question; which side is the candidate's is not told. */
export interface BlindPair {
  readonly id: string;
  readonly question: string;
  readonly left: string;
  readonly right: string;
}

/** What a person says of a pair. */
export type PairGrade = 'left' | 'same' | 'right' | 'left-dangerous' | 'right-dangerous';
