/** What was measured: scores, precisions, answers. */

import type {
  ComparePrecisionsProgress,
  Device,
  DeviceFallback,
  EvaluateProgress,
  Precision,
  PrecisionQuality,
  PrecisionResult,
} from '../../../native-models/jobs.ts';
import type { ErrorReport } from './app.ts';

/** Where a share or difference lies with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What a criterion says about a measured share, valid over up to five looks. */
export interface CriterionVerdict {
  readonly verdict: 'pass' | 'fail' | 'not-enough-evidence';
  /** Further questions that would decide if the share stayed as it is; null: decided, or too near for any number. */
  readonly furtherQuestions: number | null;
}

export interface Score {
  readonly correct: number;
  readonly total: number;
  /** correct / total, 0 to 1. */
  readonly share: number;
  /** 95 % Wilson interval. */
  readonly low: number;
  readonly high: number;
  /** Mean chrF, 0 to 1. */
  readonly chrf: number;
}

/** Paired comparison of the same questions (exact McNemar test). */
export interface PairedVerdict {
  readonly better: number;
  readonly worse: number;
  readonly same: number;
  readonly pValue: number;
  readonly verdict: 'better' | 'worse' | 'not-enough-evidence';
}

/** What was measured of answers in one precision, and how it compares with float32 on the same questions. */
export interface MeasuredPrecision extends Pick<PrecisionResult, 'precision' | 'weightBytes' | 'peakBytes'> {
  /** null: it does not fit into this machine's memory, so nothing was measured. */
  readonly quality: (Omit<PrecisionQuality, 'answers'> & { readonly score: Score }) | null;
  /** null for float32 itself, and where one of the two was not measured. */
  readonly against: {
    /** Its perplexity divided by float32's. */
    readonly perplexityRatio: number;
    /** Questions that it answers better and worse than float32. */
    readonly paired: PairedVerdict;
    readonly clearlyWorse: boolean;
  } | null;
}

/** One model in all precisions, measured on this machine. */
export interface PrecisionComparison {
  /** The adapter that answered; null: the base alone. */
  readonly adapterName: string | null;
  /** Whose questions were asked beside the general ones: this plant's, or the sample plant's for want of own ones. */
  readonly source: 'plant' | 'sample';
  readonly device: Device;
  readonly engineVersion: string;
  /** Tokens of the right answers that the perplexity is taken over. */
  readonly answerTokens: number;
  /** Memory that was there. */
  readonly availableBytes: number;
  readonly precisions: readonly MeasuredPrecision[];
  readonly seconds: number;
  readonly at: string;
  readonly by: string;
}

/** The measurement that runs, or the last one since the start. */
export interface PrecisionTask {
  readonly modelId: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly progress: ComparePrecisionsProgress | null;
  readonly error: ErrorReport | null;
}

export interface EvaluationItem {
  readonly exampleId: string;
  readonly set: 'heldOut' | 'regression';
  readonly question: string;
  readonly expected: string;
  readonly base: string;
  readonly adapter: string;
  readonly baseExact: boolean;
  readonly adapterExact: boolean;
}

export interface Evaluation {
  readonly id: string;
  readonly adapterId: string;
  /** In which both answered: it is a proof for this one alone. */
  readonly precision: Precision;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly progress: EvaluateProgress | null;
  readonly heldOut: { readonly base: Score; readonly adapter: Score; readonly paired: PairedVerdict } | null;
  readonly regression: { readonly base: Score; readonly adapter: Score; readonly paired: PairedVerdict } | null;
  /** The project's own success criteria, applied. */
  readonly passed: boolean | null;
  readonly error: ErrorReport | null;
  readonly seconds: number | null;
  readonly peakBytes: number | null;
  /** What happened where it had to go on on another device. */
  readonly deviceFallback: DeviceFallback | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface EvaluationDetail extends Evaluation {
  readonly items: readonly EvaluationItem[];
}
