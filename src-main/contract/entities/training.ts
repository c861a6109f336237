/** Training runs. */

import type {
  DeviceFallback,
  MemoryWishes,
  SettlingReason,
  StepWay,
  TrainSettings,
} from '../../../native-models/jobs.ts';
import type { ErrorReport } from './app.ts';
import type { DeviceReason } from './device.ts';

export type Preset = 'quick' | 'standard' | 'thorough' | 'expert';

/** What a run computes, and what a person decided about the memory for it. */
export interface RunSettings extends TrainSettings {
  readonly memory?: MemoryWishes | undefined;
}

export type RunState = 'waiting' | 'running' | 'paused' | 'interrupted' | 'completed' | 'cancelled' | 'failed';

export interface RunMetric {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly gradNorm: number;
  readonly learningRate: number;
}

export interface ValidationMetric {
  readonly step: number;
  readonly loss: number;
  /** Questions that are not trained and were answered to the letter; null in runs of versions that did not count them. */
  readonly right: number | null;
  /** Questions that were asked. */
  readonly of: number | null;
}

export interface TrainingRun {
  readonly id: string;
  readonly number: number;
  readonly datasetVersionId: string;
  readonly modelId: string;
  readonly preset: Preset;
  readonly settings: RunSettings;
  /** The adapter it went on from; null: from the base alone. */
  readonly initialAdapterId: string | null;
  readonly state: RunState;
  readonly step: number;
  /** The last step; while `mayEndEarlier`, the last one that there may be. */
  readonly steps: number;
  /** From which step on a run that trains until it is known comes to its end; null: not yet, or it trains a given number. */
  readonly settlingFrom: number | null;
  /** Why; null also in runs of versions that did not keep it. */
  readonly settlingReason: SettlingReason | null;
  /** While `mayEndEarlier` the most. */
  readonly secondsLeft: number | null;
  readonly tokensPerSecond: number | null;
  readonly residentBytes: number | null;
  readonly microBatch: number | null;
  /** Step of the newest state that survives a power cut; 0 before the first. */
  readonly checkpointStep: number;
  readonly device: string;
  /** Why that device; null for runs of versions that did not say. */
  readonly deviceReason: DeviceReason | null;
  /** What happened where the run had to continue on another device. */
  readonly deviceFallback: DeviceFallback | null;
  /** How it went on where memory ran out. */
  readonly memoryShortage: MemoryShortage | null;
  readonly adapterId: string | null;
  readonly error: ErrorReport | null;
  readonly seconds: number | null;
  readonly peakBytes: number | null;
  readonly startedBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** What a run does since its memory ran out. */
export interface MemoryShortage {
  readonly way: StepWay;
  /** Rows of one run. */
  readonly microBatch: number;
  /** The system had ended the model process, and the run went on from its last checkpoint. */
  readonly restarted: boolean;
}

export interface RunDetail extends TrainingRun {
  readonly metrics: readonly RunMetric[];
  readonly validation: readonly ValidationMetric[];
}
