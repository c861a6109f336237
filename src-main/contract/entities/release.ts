/** What answers, and its answers. */

import type { Device, DeviceFallback, Precision, ProbeSetup } from '../../../native-models/jobs.ts';
import type { Grade } from './rollout.ts';

/** In what a fingerprint was computed otherwise than the one it is compared with; `unknown`: a former version took that. */
export type SetupDifference = keyof ProbeSetup | 'unknown';

/** What was proven to answer: an adapter, or the base alone (`adapterId` null). */
export interface Release {
  readonly id: string;
  readonly number: number;
  /** Under which name it answers. */
  readonly routeId: string;
  /** `candidate`: proven to be rolled out in stages. A revert to an earlier release names that one's adapter. */
  readonly kind: 'apply' | 'candidate' | 'revert';
  readonly adapterId: string | null;
  readonly adapterName: string | null;
  readonly modelId: string;
  /** In which it answers: the one it was proven in. For a revert, the one that the base goes back to. */
  readonly precision: Precision;
  /** Where `baseProbe` was measured: other devices compute other bits. */
  readonly device: Device;
  readonly by: string;
  readonly at: string;
  /** Evidence that the base is untouched: fingerprint of its logits on the probe prompts, measured at this release. */
  readonly baseProbe: string;
  /** Likewise with its adapter; empty where the base alone answers. */
  readonly adapterProbe: string;
  /** How these were computed; null: not measured yet, or by a former version. */
  readonly setup: ProbeSetup | null;
  /** For a revert: whether what answers equals, bit for bit, what was measured when it was proven. */
  readonly baseIdentical: boolean | null;
  /**
   * For a revert: why its target's fingerprints of then could not be compared, so that both were measured anew, what answers
   * and its proven files opened again. Empty: it was compared with what was measured then.
   */
  readonly anew: readonly SetupDifference[];
  /** From the click until the next question had it, in milliseconds. The proof of a revert comes after that. */
  readonly milliseconds: number;
}

/** A rehearsed revert. */
export interface RevertDrill {
  readonly route: string;
  /** Number of the release that was gone back to; null: the base. */
  readonly to: number | null;
  /** From the click until the next question would have had it. */
  readonly milliseconds: number;
  /** Until its proof stood as well. */
  readonly proofSeconds: number;
  /** Whether it is bit for bit what was proven; null: the engine could not measure it now. */
  readonly baseIdentical: boolean | null;
  /** As of a release. */
  readonly anew: readonly SetupDifference[];
  readonly at: string;
}

/** The base looked at anew, because nothing lies over it that could be taken off. */
export interface BaseCheck {
  readonly route: string;
  /** Fingerprint of its logits on the probe prompts; null: the engine could not measure it now. */
  readonly baseProbe: string | null;
  /** Whether it is bit for bit what was measured before; null: not measured now, or never before. */
  readonly baseIdentical: boolean | null;
  /** As of a release. */
  readonly anew: readonly SetupDifference[];
  readonly seconds: number;
  readonly at: string;
}

/** A collected question near the one that was asked. */
export interface NearExample {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly createdBy: string;
  readonly createdAt: string;
  /** Of the two questions, from 0 to 1. */
  readonly likeness: number;
}

export interface AnswerBasis {
  /** Every identifier of the question stands in the nearest example, and the rest is near. */
  readonly covered: boolean;
  /** Identifiers of the question that the nearest example does not name. */
  readonly missing: readonly string[];
  /** The nearest collected questions, nearest first. */
  readonly nearest: readonly NearExample[];
}

/** An answer as it is kept. */
export interface KeptResult extends Omit<AskResult, 'base'> {
  /** null: it was not asked, because a program asked and an adapter answers. */
  readonly base: Answer | null;
}

/** An answer that people read, with the grade that somebody gave it. */
export interface AskedBefore extends KeptResult {
  readonly grade: Grade | null;
  readonly by: string;
}

/** An answer as it is looked at again, also one that nobody read. */
export interface AnswerLook {
  readonly id: string;
  readonly question: string;
  readonly text: string;
  /** It was given beside the one that was read. */
  readonly unseen: boolean;
  readonly stationId: string | null;
  readonly grade: Grade | null;
  readonly at: string;
}

/** What gave an answer. */
export interface VersionStamp {
  /** Its name; null: the base model alone. */
  readonly adapter: string | null;
  /** Number of the release at that time; null before the first. */
  readonly release: number | null;
  readonly precision: Precision;
}

export interface Answer {
  readonly text: string;
  readonly stamp: VersionStamp;
  readonly finish: 'stop' | 'length';
}

export interface AskResult {
  readonly id: string;
  readonly question: string;
  /** Name of the route that answered. */
  readonly route: string;
  readonly stationId: string | null;
  readonly base: Answer;
  /** What the person reads; null: the base's own answer, because no adapter serves here. */
  readonly adapter: Answer | null;
  /** What it rests on. */
  readonly basis: AnswerBasis;
  /** Danger to people is asked about: the site's emergency line comes first. */
  readonly danger: boolean;
  readonly precision: Precision;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
  /** Until the first word of what the person reads; null: unknown, as of answers from before it was measured. */
  readonly firstSeconds: number | null;
  readonly at: string;
}
