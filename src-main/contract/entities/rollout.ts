/** Rollouts: which release answers whom, what is watched meanwhile, and what was decided. */

/** A rate or a mean that is right, and one that must be excluded before the rollout goes on. Both from 0 to 1. */
export interface GuardLimit {
  readonly tolerated: number;
  readonly unacceptable: number;
}

/** Guards with a rate or a mean. */
export type WatchedGuard = 'bad' | 'empty' | 'loop' | 'unended' | 'refusal' | 'latency' | 'length' | 'divergence';
/** Guards that a single event trips. */
export type HardStop = 'forbidden' | 'leak' | 'crash' | 'dangerous';
export type GuardName = WatchedGuard | HardStop;

export interface GuardPlan {
  /** Chance that a candidate within all tolerances is halted; shared out among the guards. */
  readonly alpha: number;
  /** Chance that one at the unacceptable rate goes on. */
  readonly beta: number;
  /** null switches a guard off; its share of `alpha` goes to the others. */
  readonly limits: Readonly<Record<WatchedGuard, GuardLimit | null>>;
  /** What bad answers are measured against: the declared rate, or the present release's answers. */
  readonly baseline: 'declared' | 'present';
  /** Characters of the longest answer that fits a screen: the length guard's 1. */
  readonly longestAnswer: number;
  /** Seconds after which an answer is slow. */
  readonly slowSeconds: number;
  /** Phrases that no answer may contain. */
  readonly forbidden: readonly string[];
}

/** What is seen of an answer without asking anybody. */
export interface AnswerFacts {
  readonly characters: number;
  readonly seconds: number;
  readonly empty: boolean;
  readonly loop: boolean;
  /** Cut at the token limit. */
  readonly unended: boolean;
  readonly refusal: boolean;
  readonly forbidden: boolean;
  /** Holds an address or a telephone number that neither the question nor anything collected holds. */
  readonly leak: boolean;
  /** From 0 (the same) to 1, against the present release's answer to the same question; null where it gave none. */
  readonly divergence: number | null;
}

/** Of one answer: right, wrong, andon. Of a shadow pair, seen from the candidate: the others. */
export type Grade = 'right' | 'wrong' | 'andon' | 'better' | 'same' | 'worse' | 'dangerous';

export type Arm = 'present' | 'candidate';

/** What a rollout's guards are replayed from, in the order of `sequence`. */
export type GuardEvent =
  | {
      readonly kind: 'answer';
      readonly sequence: number;
      readonly answerId: string;
      readonly arm: Arm;
      readonly facts: AnswerFacts;
    }
  | { readonly kind: 'grade'; readonly sequence: number; readonly answerId: string; readonly grade: Grade }
  /** The engine ended while it gave the candidate's answer. */
  | { readonly kind: 'crash'; readonly sequence: number; readonly answerId: string };

/** A value after so many observations. */
export interface CurvePoint {
  readonly count: number;
  readonly value: number;
}

/** `hold`: not enough is known yet. */
export type GuardVerdict = 'go' | 'halt' | 'hold';

export interface GuardState {
  readonly name: GuardName;
  readonly test: 'rate' | 'two-sample' | 'mean' | 'hard-stop';
  /** What `total` counts: all answers of the candidate, or those that somebody graded. */
  readonly denominator: 'answers' | 'graded';
  /** null for hard stops. */
  readonly limit: GuardLimit | null;
  /** Bad events, or for a mean the sum of its values. */
  readonly bad: number;
  /** Of so many; what they are, `denominator` says. */
  readonly total: number;
  /** log10 of E: after each observation or, of a long history, the highest of each stretch and the last. Empty for hard stops. */
  readonly curve: readonly CurvePoint[];
  /** log10 of 1/α of this guard; null for hard stops. */
  readonly line: number | null;
  readonly verdict: GuardVerdict;
  /** For `hold`: good observations in a row after which it says go; null where that cannot be told. */
  readonly needed: number | null;
  /** Answers that count against the candidate, newest first, at most 20. */
  readonly causes: readonly string[];
}

export interface GuardReport {
  readonly verdict: GuardVerdict;
  /** For `hold`: the most that any guard needs; null where one cannot tell. */
  readonly needed: number | null;
  readonly guards: readonly GuardState[];
  readonly answers: number;
  /** Answers of the candidate that nobody has graded. Silence is not right. */
  readonly ungraded: number;
}

/** The watch after full. */
export interface WatchState {
  /** ln of the likelihood ratio since the last good time, after each graded answer; drawn as a guard's is. */
  readonly curve: readonly CurvePoint[];
  readonly line: number;
  readonly alarm: boolean;
  /** Graded answers until a false alarm, on average at least so many. */
  readonly runLength: number;
  readonly causes: readonly string[];
}

/** One place on the floor that asks. */
export interface Station {
  readonly id: string;
  readonly name: string;
  /** The line or hall that it belongs to; empty where none. */
  readonly line: string;
  readonly updatedAt: string;
  /** Through which it asks where nobody names another; null: the standard one. */
  readonly routeId: string | null;
}

/** Hours of work of the site, by the clock of the plant. */
export interface WorkShift {
  readonly name: string;
  /** As 22:00; one that ends before it begins goes over midnight. */
  readonly from: string;
  readonly to: string;
}

/** Whom a canary answers. */
export interface Audience {
  /** Chosen by name. */
  readonly stations: readonly string[];
  readonly lines: readonly string[];
  /** Of all stations, by sticky hash: 0 to 100. */
  readonly percent: number;
  /** Only in these shifts, with the hours that they had when this was planned; left out or none: at any hour. */
  readonly during?: readonly WorkShift[] | undefined;
}

export interface StageGate {
  /** Answers of the candidate in this stage before the next may begin. */
  readonly answers: number;
  readonly hours: number;
}

export type Stage =
  | { readonly kind: 'shadow'; readonly gate: StageGate }
  | { readonly kind: 'canary'; readonly gate: StageGate; readonly audience: Audience }
  | { readonly kind: 'full'; readonly gate: StageGate };

/** When no step may be taken, by the clock of the plant. */
export interface RolloutCalendar {
  /** It starts by itself then, and not before; null: whoever starts it decides. ISO 8601 in UTC. */
  readonly startAt: string | null;
  /** Hours of work, as 08:00; one that ends before it begins goes over midnight. */
  readonly shifts: readonly { readonly from: string; readonly to: string }[];
  /** Days, as 2026-12-29, from the first to the last. */
  readonly blackouts: readonly { readonly from: string; readonly to: string }[];
}

export interface RolloutPlan {
  /** In order; the last is full and there is only one full. */
  readonly stages: readonly Stage[];
  readonly guards: GuardPlan;
  /** Somebody other than the one who drafted it must approve before it starts. */
  readonly secondPerson: boolean;
  /** Left out: any time is right. */
  readonly calendar?: RolloutCalendar | undefined;
}

export type RolloutState = 'draft' | 'shadow' | 'canary' | 'full' | 'finished' | 'halted' | 'reverted' | 'superseded';

/** A release's id; null: the base alone. */
export type Target = string | null;

/** What moves a route. `apply` puts a release in front of everybody without stages. */
export type RouteStep =
  | { readonly action: 'apply' | 'revert'; readonly target: Target }
  | {
      readonly action: 'draft' | 'edit';
      readonly rolloutId: string;
      readonly candidate: string;
      readonly plan: RolloutPlan;
    }
  | {
      readonly action: 'approve' | 'start' | 'advance' | 'halt' | 'resume' | 'finish' | 'withdraw';
      readonly rolloutId: string;
    };

export type RouteAction = RouteStep['action'];
