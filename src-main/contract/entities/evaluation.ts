/** What was measured: scores, precisions, answers. */

import type {
  AnswerScores,
  ComparePrecisionsProgress,
  Device,
  DeviceFallback,
  EvaluateProgress,
  Precision,
  PrecisionQuality,
  PrecisionResult,
} from '../../../native-models/jobs.ts';
import type { ErrorReport } from './app.ts';
import type { Diagnosis } from './diagnosis.ts';

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

/**
 * What a question is asked for: a trained fact in other words; a fact never trained; a general skill, or a skill of the
 * plant's own, that must not get worse; something that must never be answered wrongly.
 */
export type SetKind = 'phrasings' | 'new-cases' | 'general' | 'own' | 'safety';

/** A person took this answer on: it no longer blocks. */
export interface Acceptance {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface EvaluationItem {
  readonly exampleId: string;
  readonly set: SetKind;
  readonly category: string;
  readonly question: string;
  readonly expected: string;
  readonly base: string;
  readonly adapter: string;
  /** Right as `AnswerScores` defines it; of the safety set: says a required phrase and no forbidden one. */
  readonly baseRight: boolean;
  readonly adapterRight: boolean;
  /** null: evaluated before these were measured. */
  readonly baseScores: AnswerScores | null;
  readonly adapterScores: AnswerScores | null;
  /** Of an answer that got worse or failed in safety; null: nobody has taken it on. */
  readonly acceptance: Acceptance | null;
}

/** Means over the answers to one set; `AnswerScores` says of what. */
export interface SetMeans extends Pick<AnswerScores, 'tokenF1' | 'chrf' | 'rougeL'> {
  /** ln p of the right answers, per token over all of them; null: none fits into the model's context. */
  readonly logLikelihood: number | null;
}

/** What base and adapter reached on one set. */
export interface SetResult {
  readonly kind: SetKind;
  /** SHA-256 over questions and right answers in order: equal ones are the same set. Empty: evaluated before it was kept. */
  readonly hash: string;
  readonly base: Score;
  readonly adapter: Score;
  readonly paired: PairedVerdict;
  /** Of the difference of both shares, by paired bootstrap with a fixed seed; null: evaluated before it was kept. */
  readonly difference: Interval | null;
  /** Answers of new cases that are neither right nor a refusal; null for other sets. */
  readonly invented: { readonly base: number; readonly adapter: number } | null;
  /** null: evaluated before they were kept. */
  readonly means: { readonly base: SetMeans; readonly adapter: SetMeans } | null;
}

/** One of today's criteria beside what was measured. */
export interface CriterionResult extends CriterionVerdict {
  readonly rule: 'target' | 'invention' | 'loss' | 'vote' | 'worse-answers' | 'safety';
  /** null for `vote` and `worse-answers`, which are about all sets but safety. */
  readonly set: SetKind | null;
  /** A share (0 to 1; for `vote` of the questions on which people preferred one answer), or a number of answers that wait for a person for `worse-answers` and `safety`. */
  readonly measured: number;
  readonly limit: number;
}

/** What today's criteria say. It is worked out whenever an evaluation is read, never kept. */
export interface Judgement {
  readonly verdict: CriterionVerdict['verdict'];
  readonly criteria: readonly CriterionResult[];
  /** How often this adapter has been looked at with another set of questions, this time included; valid up to five. */
  readonly look: number;
  /** Adapters that have been tried on the very same other phrasings: the best of many looks better than it is. */
  readonly adaptersTried: number;
}

/** All that it takes to go on with an evaluation, and to run it again: the same questions, asked in the same way. */
export interface EvaluationRecord {
  readonly questions: number;
  /** SHA-256 of the file that holds the questions in order. */
  readonly questionsSha256: string;
  readonly adapterSha256: string;
  readonly baseFingerprint: string;
  readonly device: Device;
  /** Name of its graphics card, which lasts where a number moves; null: the processor, or nobody could tell. Left out by former versions. */
  readonly card?: string | null;
  /** Questions that are answered side by side. */
  readonly batchSize: number;
  /** Tokens after which an answer is cut. */
  readonly maxNewTokens: number;
  readonly appVersion: string;
}

/** What an evaluation would ask, and how long it takes on this machine. */
export interface EvaluationEstimate {
  /** Each is answered by base and adapter; null: its examples are not frozen yet. */
  readonly questions: number | null;
  /** null: nothing was measured of this model. */
  readonly seconds: number | null;
}

/** One answer that came out differently when it was asked for again. */
export interface ChangedAnswer {
  readonly set: SetKind;
  readonly question: string;
  readonly who: 'base' | 'adapter';
  readonly before: string;
  readonly now: string;
}

/** What running an evaluation again gave beside the first time, worked out when read. */
export interface RerunResult {
  readonly evaluationId: string;
  /** When that one was started. */
  readonly createdAt: string;
  /** Answers that both have, of base and adapter together. */
  readonly answers: number;
  readonly changedAnswers: readonly ChangedAnswer[];
  /** Whether every score, interval and test of every set is the same to the last digit. */
  readonly sameFigures: boolean;
  /** What was not as it was the first time. */
  /** `weights-alone`: the base was recorded before tokenizer and template counted; its weights are the same. */
  readonly changedConditions: readonly ('device' | 'version' | 'base' | 'weights-alone')[];
}

export interface Evaluation {
  readonly id: string;
  readonly adapterId: string;
  /** In which both answered: it is a proof for this one alone. */
  readonly precision: Precision;
  /** null: evaluated before it was kept. */
  readonly record: EvaluationRecord | null;
  /** The evaluation whose record this one was run from; null: it has questions of its own. */
  readonly rerunOf: string | null;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly progress: EvaluateProgress | null;
  /** In the order of `SetKind`; sets without questions are left out, and there are none before the end. */
  readonly sets: readonly SetResult[];
  /** null: not completed, or nothing is set up to judge by. */
  readonly judgement: Judgement | null;
  /** Whether `judgement` is a pass; null where there is none. */
  readonly passed: boolean | null;
  readonly error: ErrorReport | null;
  /** All parts together, where it was continued. */
  readonly seconds: number | null;
  readonly peakBytes: number | null;
  /** What happened where it had to continue on another device. */
  readonly deviceFallback: DeviceFallback | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface EvaluationDetail extends Evaluation {
  /** Why it did not pass, worked out when read; empty where it passed, or where no cause is known. */
  readonly diagnoses: readonly Diagnosis[];
  /** null: it was not run again from a record, or is not completed. */
  readonly rerun: RerunResult | null;
  /** Before the end: those answered so far, which a cancel, a crash or a power cut leaves as they are. */
  readonly items: readonly EvaluationItem[];
}
