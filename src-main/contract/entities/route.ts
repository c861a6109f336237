/** Routes: the names under which a department's questions are answered, and everything that happened on them. */

import type { RouteAction, RolloutState, Target, WorkShift } from './rollout.ts';
import type { ErrorReport } from './app.ts';
import type { EndingAction } from './rollout-view.ts';
import type { Release } from './release.ts';

export interface Route {
  readonly id: string;
  /** A slug; programs give it as the model's name. */
  readonly name: string;
  /** Answers whoever names no route. */
  readonly standard: boolean;
  /** No rollout starts here before somebody other than the one who drafted it has approved. */
  readonly secondPerson: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
}

/**
 * One transition as it stands in the history: what a route served at any minute follows from these in their order. Beside
 * them, between two, a station that came to a canary or was taken away from it, with its name as the reason and nobody's.
 */
export interface Transition {
  readonly sequence: number;
  readonly action: RouteAction | 'station-added' | 'station-removed';
  readonly rolloutId: string | null;
  /** After it: what everybody reads whom no canary answers. */
  readonly serves: Target;
  readonly servesName: string | null;
  /** As its answers are stamped; null: the base. */
  readonly servesNumber: number | null;
  /** After it: the candidate and how far its rollout is; null where there is none. */
  readonly candidateName: string | null;
  readonly candidateNumber: number | null;
  readonly state: RolloutState | null;
  /** What had ended that rollout by then; null: nothing. */
  readonly endedBy: EndingAction | null;
  /** After it: for a canary, whom the candidate answers. */
  readonly stations: readonly string[];
  /** And in which shifts alone; empty: at any hour. */
  readonly during: readonly WorkShift[];
  readonly reason: string;
  /** `guards`: it halted by itself. Empty: a station came or went; the log names who did that. */
  readonly by: string;
  readonly at: string;
}

/** Whom people call first in an emergency. */
export interface EmergencyLine {
  /** Empty: not entered yet. */
  readonly text: string;
  /** Empty: never saved. */
  readonly updatedAt: string;
}

/** The shifts of a site, by which canaries may be planned. */
export interface WorkShifts {
  readonly workShifts: readonly WorkShift[];
  /** Empty: never saved. */
  readonly updatedAt: string;
}

/** A release of a route whose files are not those that were proven: it answers nobody until somebody reverts. */
export interface RouteMismatch {
  readonly route: string;
  readonly release: number;
  /** Which file, as a sentence. */
  readonly error: ErrorReport;
}

/** A table as a file. */
export interface TableFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly base64: string;
}

/** A route and what it does now. */
export interface RouteView extends Route {
  /** null: the base alone answers and nothing was ever applied here. */
  readonly release: Release | null;
  readonly state: RolloutState | null;
  /** What ended that rollout; null: nothing. */
  readonly endedBy: EndingAction | null;
}
