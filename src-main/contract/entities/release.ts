/** What answers, and its answers. */

import type { Device, DeviceFallback, Precision } from '../../../native-models/jobs.ts';

/** What answers now: an adapter, or the base alone (`adapterId` null). */
export interface Release {
  readonly id: string;
  readonly number: number;
  readonly kind: 'apply' | 'revert';
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
  /** For a revert: whether `baseProbe` equals the one measured when the adapter was applied. */
  readonly baseIdentical: boolean | null;
  /** From the click until the new state answered, in milliseconds. */
  readonly milliseconds: number;
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
  readonly base: Answer;
  /** null while no adapter serves. */
  readonly adapter: Answer | null;
  readonly precision: Precision;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
  readonly at: string;
}
