/** Training: from examples to an adapter or a whole model. */

import type { Device, DeviceFallback } from './device.ts';
import type { Precision } from './precision.ts';

/** PEFT's names for the linear layers, `all-linear`, or a regular expression for their whole names. */
export type TargetModules = string | readonly string[];

/** General skills rehearsed beside each example of a batch, where nothing is said. */
export const usualRehearsalShare = 0.5;

export interface TrainSettings {
  /** How the frozen base is kept while an adapter trains; left out: in float32. */
  readonly basePrecision?: Precision | undefined;
  /** `rslora` scales by alpha/√rank, `dora` also trains magnitudes, `full` trains every weight. */
  readonly method: 'lora' | 'rslora' | 'dora' | 'full';
  readonly rank: number;
  readonly alpha: number;
  /** Share of adapter inputs dropped while training, 0 to below 1. */
  readonly dropout: number;
  readonly targetModules: TargetModules;
  readonly learningRate: number;
  readonly schedule: 'constant' | 'linear' | 'cosine';
  /** Share of all steps in which the learning rate rises from 0. */
  readonly warmupRatio: number;
  readonly weightDecay: number;
  /** Largest gradient norm (`max_grad_norm`). */
  readonly clipNorm: number;
  /** Passes over the examples; the most where a run goes on until it is known. */
  readonly epochs: number;
  /**
   * Asks some wordings that are kept aside on the way, and ends once they are answered, no longer improve, or so many
   * seconds of steps are used (null: no limit). The rate then rises, stays, and falls at the end, whatever `schedule` says,
   * and the best state is kept. Left out: all `epochs` passes.
   */
  readonly untilKnown?: { readonly seconds: number | null } | undefined;
  /** Trained questions also appear in other words (`rewording`); long answers then mostly only begin. */
  readonly reworded?: boolean | undefined;
  /** General skills rehearsed beside each example of a batch, where there are any; left out: `usualRehearsalShare`. */
  readonly rehearsalShare?: number | undefined;
  /** Examples for one update of the adapter (micro-batches are found by the engine). */
  readonly batchSize: number;
  /** Longest example in tokens. */
  readonly maxTokens: number;
  readonly seed: number;
  /** Updates between two checkpoints. */
  readonly checkpointEverySteps: number;
}

/** `layers`: a layer's activations are computed again on the way back instead of kept (gradient checkpointing). */
export type Recompute = 'none' | 'layers';

/** How the steps of a run use memory; never what they compute. */
export interface StepWay {
  /** Weights stay in their files, shared with other sessions, instead of packed copies in memory. */
  readonly mapped: boolean;
  readonly recompute: Recompute;
}

/** What a person decides about memory; the plan decides what is left out. */
export interface MemoryWishes {
  readonly mapped?: StepWay['mapped'] | undefined;
  readonly recompute?: Recompute | undefined;
  /** Most rows of one run. */
  readonly microBatch?: number | undefined;
}

export interface TrainJob {
  readonly modelDirectory: string;
  /** JSON Lines, one `ExamplePair` a line. Not read where `tokensFile` is given. */
  readonly examplesFile: string;
  /** safetensors with `input_ids`, `attention_mask`, `labels`, (texts, tokens) each: one batch, trained on every step. */
  readonly tokensFile?: string | undefined;
  /** Updates in all, instead of `epochs`. */
  readonly steps?: number | undefined;
  /** Of a plan: the files hold only some examples that stand for so many. */
  readonly sampleOf?: { readonly examples: number; readonly validation: number } | undefined;
  /** JSON Lines for the validation loss, or null. */
  readonly validationFile: string | null;
  /** JSON Lines of general skills mixed into every batch, so that the adapter does not forget them; null: none. */
  readonly rehearsalFile: string | null;
  /** Receives `checkpoint-*`, then `adapter/` (a PEFT folder). */
  readonly outputDirectory: string;
  readonly settings: TrainSettings;
  /** Where a base in 8 or 4 bits is cached. */
  readonly cacheDirectory: string;
  /** An adapter to go on from; its configuration then replaces rank, alpha and target modules of the settings. */
  readonly initialAdapterDirectory?: string | undefined;
  readonly device: Device;
  /** Somebody asked for that device by name: where it fails, the run ends instead of going on on the CPU. */
  readonly deviceAsked?: boolean | undefined;
  /** Continue from the newest checkpoint in `outputDirectory` where there is one. */
  readonly resume: boolean;
  /** Stay under this many bytes by choosing a more frugal way and smaller micro-batches; null: what the machine has. */
  readonly memoryLimitBytes: number | null;
  readonly memory?: MemoryWishes | undefined;
  /** Of full fine-tuning: largest weights file in bytes, as in `MergeJob`. */
  readonly maxShardBytes?: number | undefined;
}

/** Why a run comes to its end: its questions are answered, nothing has improved for long, or time or passes are used. */
export type SettlingReason = 'known' | 'no-better' | 'time' | 'passes';

export type TrainEvent =
  | {
      readonly kind: 'prepared';
      readonly steps: number;
      readonly examples: number;
      /** Questions that are asked on the way. */
      readonly asked: number;
      readonly trainedTokens: number;
      readonly resumedAtStep: number;
      readonly device: Device;
      /** How the base is kept. */
      readonly basePrecision: Precision;
      readonly microBatch: number;
      readonly way: StepWay;
      /** Tokens of the first step's longest row. */
      readonly longestRow: number;
      /** Predicted from the graph. */
      readonly estimatedPeakBytes: number;
      readonly adapterParameters: number;
      readonly baseParameters: number;
    }
  | {
      readonly kind: 'step';
      /** Counts from 1. */
      readonly step: number;
      /** The last one, as far as it is known: a run that ends once it is known may end earlier. */
      readonly steps: number;
      readonly epoch: number;
      /** Mean loss before the update. */
      readonly loss: number;
      /** Before clipping. */
      readonly gradNorm: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly residentBytes: number;
      readonly secondsLeft: number;
    }
  /** `right` of `of` questions that are not trained are answered to the letter. */
  | {
      readonly kind: 'validation';
      readonly step: number;
      readonly loss: number;
      readonly right: number;
      readonly of: number;
    }
  /** A run that goes on until it is known comes to its end, after so many more steps. */
  | { readonly kind: 'settling'; readonly step: number; readonly steps: number; readonly reason: SettlingReason }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string }
  /** A checkpoint that is damaged; the run goes on from the one before. Comes before `prepared`. */
  | { readonly kind: 'checkpoint-passed-over'; readonly path: string; readonly reason: string }
  | { readonly kind: 'micro-batch-reduced'; readonly from: number; readonly to: number; readonly reason: string }
  /** Memory ran out, and the run goes on in a more frugal way. */
  | { readonly kind: 'way-changed'; readonly from: StepWay; readonly to: StepWay; readonly reason: string }
  | ({ readonly kind: 'device-fallback' } & DeviceFallback);

export interface TrainResult {
  /** PEFT folder (LoRA) or Hugging Face folder (full). */
  readonly adapterDirectory: string;
  /** Tensors that were read back from the disk and equal the trained ones bit for bit; null for full fine-tuning. */
  readonly readBackTensors: number | null;
  readonly steps: number;
  /** Of a run until it is known: how many of its questions its best state answered before it learned them, and why it ended. */
  readonly asked: { readonly right: number; readonly of: number; readonly reason: SettlingReason } | null;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly adapterBytes: number;
  readonly adapterParameters: number;
  readonly baseParameters: number;
  /** SHA-256 of adapter_model.safetensors (LoRA) or of the weights. */
  readonly sha256: string;
  readonly device: Device;
  readonly engineVersion: string;
}

export interface TrainingPlan {
  readonly steps: number;
  readonly trainedTokens: number;
  readonly totalTokens: number;
  /** From measured steps on this machine; null where it does not fit and nothing was measured. */
  readonly estimatedSeconds: number | null;
  /** That many seconds at most: the run ends earlier once everything is known. */
  readonly endsEarlier: boolean;
  readonly measuredSteps: number;
  /** Of the whole process, predicted from the graph. */
  readonly estimatedPeakBytes: number;
  /** What the process may hold. */
  readonly availableBytes: number;
  readonly diskBytes: number;
  readonly microBatch: number;
  readonly way: StepWay;
  /** Why that way: the fastest fits, memory is short, or a person wanted it. */
  readonly wayReason: 'fastest' | 'memory' | 'chosen';
  /** What the fastest way would need for one row, of the whole process. */
  readonly fastestPeakBytes: number;
  /** Where the steps were measured: the job's device, or the CPU where that failed. */
  readonly device: Device;
  /** What happened where that failed; null: it did not. */
  readonly deviceFallback: DeviceFallback | null;
  readonly fits: boolean;
  /** The longest row in tokens that fits into memory; null where the model itself is too large. */
  readonly longestFittingTokens: number | null;
  readonly adapterParameters: number;
  readonly baseParameters: number;
  /** The same for full fine-tuning, computed for comparison. */
  readonly fullFineTuning: {
    readonly parameters: number;
    readonly estimatedPeakBytes: number;
    readonly checkpointBytes: number;
  };
}

export interface PlanProgress {
  /** Measured runs. */
  readonly done: number;
  /** The most there will be; a slow machine measures fewer. */
  readonly total: number;
}
