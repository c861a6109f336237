/** Adapters as folders: what they hold, and how they leave. */

import type { TrainSettings } from './train.ts';

export interface MergeJob {
  readonly modelDirectory: string;
  readonly adapterDirectory: string;
  /** A new or empty folder. */
  readonly outputDirectory: string;
  /** `base`: each tensor keeps its number format. */
  readonly dtype: 'base' | 'f32';
  /** Largest weights file in bytes (`max_shard_size`); left out: 5 GB, as in transformers. */
  readonly maxShardBytes?: number | undefined;
}

export interface MergeProgress {
  /** Tensors written. */
  readonly done: number;
  readonly total: number;
}

export interface MergeResult {
  readonly directory: string;
  readonly bytes: number;
  /** Identity of what was written: see `ModelIdentity`. */
  readonly fingerprint: string;
  readonly mergedModules: number;
  /** Of merged from unmerged logits, relative to the largest logit. */
  readonly largestDifference: number;
}

export interface ExportAdapterJob {
  readonly adapterDirectory: string;
  /** The model that it must fit; left out: only what can be told of the adapter alone is checked. */
  readonly modelDirectory?: string | undefined;
  /** A new or empty folder; its name becomes the adapter's name in the instructions. */
  readonly outputDirectory: string;
  /** Text of an `evidence.json` beside the files; left out: none. */
  readonly evidence?: string | undefined;
  /** Files of the same names may be replaced; left out: a folder with files is refused. */
  readonly replace?: boolean | undefined;
}

export interface ExportAdapterResult {
  readonly directory: string;
  /** SHA-256 of adapter_model.safetensors, read back from where it was written. */
  readonly sha256: string;
  readonly bytes: number;
  /** The instructions beside the files, Markdown. */
  readonly howTo: { readonly en: string; readonly ja: string };
}

/** What a PEFT folder holds. */
export interface AdapterSummary {
  readonly directory: string;
  readonly method: 'lora' | 'rslora' | 'dora';
  /** The ranks that occur, ascending: one, unless `rank_pattern` gives several. */
  readonly ranks: readonly number[];
  readonly alpha: number;
  /** Last names of the adapted modules, e.g. `q_proj`. */
  readonly targetModules: readonly string[];
  readonly tensors: number;
  readonly parameters: number;
  /** Size of adapter_model.safetensors. */
  readonly bytes: number;
  /** SHA-256 (hex) of adapter_model.safetensors. */
  readonly sha256: string;
  /** `base_model_name_or_path`, or null where the configuration names none. */
  readonly baseName: string | null;
  /** What this project wrote beside it; null for adapters made elsewhere. */
  readonly provenance: {
    readonly baseName: string;
    readonly baseFingerprint: string;
    readonly engineVersion: string;
  } | null;
  /** Why it cannot be put on the model it was asked for (`adapter-wrong-base`); null where it fits. */
  readonly misfit: { readonly code: string; readonly values: Readonly<Record<string, string | number>> } | null;
}

export interface InspectAdapterJob {
  /** The model it is wanted for. */
  readonly modelDirectory: string;
  readonly adapterDirectory: string;
  /** What a training that goes on from it was asked for; left out: whatever the adapter has. */
  readonly wanted?: Partial<AdapterSettings> | undefined;
}

/** Settings that an adapter decides once it exists. */
export type AdapterSettings = Pick<TrainSettings, 'method' | 'rank' | 'alpha' | 'targetModules'>;
