/** Any two of what has been evaluated, beside each other on the same questions. */

import type { AnswerScores, Precision } from '../../../native-models/jobs.ts';
import type { Interval, PairedVerdict, Score, SetKind } from './evaluation.ts';

/** Whose answers are meant: those of an evaluation's adapter, or of the base beside it. */
export interface ComparedSide {
  readonly evaluationId: string;
  readonly who: 'base' | 'adapter';
}

/** One question that both were asked. */
export interface ComparedAnswer {
  readonly exampleId: string;
  readonly set: SetKind;
  readonly category: string;
  readonly question: string;
  readonly expected: string;
  readonly left: string;
  readonly right: string;
  readonly leftRight: boolean;
  readonly rightRight: boolean;
  readonly leftScores: AnswerScores | null;
  readonly rightScores: AnswerScores | null;
}

/** One set, as far as both were asked the same. `better` and `worse` say what the right one does to the left one. */
export interface ComparedSet {
  readonly kind: SetKind;
  readonly left: Score;
  readonly right: Score;
  readonly paired: PairedVerdict;
  /** Of right share minus left share. */
  readonly difference: Interval;
  /** Questions that only one of them was asked: nothing is said about those. */
  readonly onlyLeft: number;
  readonly onlyRight: number;
}

/** Worked out when read. */
export interface Comparison {
  /** The precision in which each answered. */
  readonly precisions: { readonly left: Precision; readonly right: Precision };
  readonly sets: readonly ComparedSet[];
  /** Questions asked of both that one of the adapters was trained on: knowing them is no merit, so they are left out. */
  readonly trainedOn: number;
  readonly answers: readonly ComparedAnswer[];
}
