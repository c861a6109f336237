/** Adapters as folders: what they hold. */

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
