/** The jobs that the machine room can do, as plain data: paths and numbers, never tensors, so that they travel between processes. */

/** Where a graph runs. `cpu` is always there. */
export type Device = 'cpu' | 'webgpu' | 'dml' | 'cuda';

/**
 * How a base's weights are kept: as they are (`f32`, exact), or in 8 or 4 bits, which is smaller and as a rule faster
 * and changes answers a little. Adapters always stay in float32.
 */
export type Precision = 'f32' | 'int8' | 'int4';

/** A base kept in blocks: how, and in which folder its blocks are cached. */
export interface QuantizedBase {
  readonly precision: Exclude<Precision, 'f32'>;
  readonly cacheDirectory: string;
}

/** A base that is being quantized, once for each precision. */
export interface QuantizeProgress {
  readonly precision: QuantizedBase['precision'];
  /** Matrices that exist. */
  readonly done: number;
  readonly total: number;
}

/** The model that answers, and where. */
export interface AnsweringModel {
  readonly modelDirectory: string;
  readonly device: Device;
  /** Left out: the base as it is, in float32. */
  readonly quantized?: QuantizedBase | undefined;
}

/** A job that began on one device and goes on on another. */
export interface DeviceFallback {
  readonly from: Device;
  readonly to: Device;
  /** `buffer`: one of the model's tensors is more than the device takes at once; `memory`: it ran out. */
  readonly reason: 'buffer' | 'memory' | 'failed';
  /** In the runtime's words. */
  readonly detail: string;
  readonly largestTensorBytes: number;
  /** Of a training: steps that were done before; those after it ran on `to`. */
  readonly step?: number | undefined;
}

/** Facts about the machine, before anything is proven. */
export interface MachineReport {
  /** Devices that onnxruntime offers, best first. */
  readonly devices: readonly Device[];
  /** Names of the graphics adapters, as far as the operating system tells them. */
  readonly adapters: readonly string[];
  readonly cpuModel: string;
  readonly cpuCores: number;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly onnxruntimeVersion: string;
}

/** What the proof of one device found. */
export interface DeviceCheck {
  readonly device: Device;
  /** `right`: agrees with the CPU; `wrong`: computes something else; `failed`: does not compute here. */
  readonly verdict: 'right' | 'wrong' | 'failed';
  /** Largest relative difference of loss and gradients from the CPU's; null where nothing was computed. */
  readonly difference: number | null;
  /** Billions of floating-point operations a second in a matrix product; null where it was not measured. */
  readonly gigaflops: number | null;
  /** Largest tensor that a session was seen to take; null: not limited (`cpu`), or not known. */
  readonly largestBufferBytes: number | null;
  /** Why it failed, in the runtime's words. */
  readonly failure: string | null;
}

export interface ModelSummary {
  readonly directory: string;
  readonly name: string;
  /** `model_type` of config.json, e.g. `llama`. */
  readonly architecture: string;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly dtype: string;
  /** Longest text in tokens (`max_position_embeddings`). */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Of the largest weight in float32, the embedding as a rule: what a device must take in one piece. */
  readonly largestTensorBytes: number;
  /** SHA-256 (hex) over tensor names, dtypes, shapes and bytes: the base's identity. */
  readonly fingerprint: string;
}

/** One thing that a model folder must have, or that people should know of it. */
export type CheckItem =
  'configuration' | 'weights' | 'tensors' | 'values' | 'tokenizer' | 'template' | 'stopTokens' | 'context' | 'licence';

/** A problem as data: a code of `ModelError` with its values. */
export interface CheckProblem {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface CheckLine {
  readonly item: CheckItem;
  /** `attention`: usable, but somebody should know; `waiting`: still being read; `unknown`: another line must be put right first. */
  readonly state: 'good' | 'attention' | 'bad' | 'waiting' | 'unknown';
  /** What is there, by name, e.g. `{ files: 3, bytes: 988097824 }`. */
  readonly found: Readonly<Record<string, string | number>>;
  /** What is wrong, the first few. */
  readonly problems: readonly CheckProblem[];
  /** How many things are wrong in all. */
  readonly problemCount: number;
}

export interface Licence {
  /** An SPDX identifier or the name that the folder gives it; null: none found. */
  readonly name: string | null;
  readonly texts: readonly { readonly file: string; readonly text: string }[];
}

/** What a model folder holds and lacks. Nothing is kept of it. */
export interface ModelReport {
  readonly lines: readonly CheckLine[];
  /** null where a line is bad: the model cannot be used. */
  readonly summary: ModelSummary | null;
  readonly licence: Licence;
}

export interface ModelCheckProgress {
  readonly lines: readonly CheckLine[];
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly secondsLeft: number;
}

/** A training as it is usually done first, with a model that has not been loaded yet. */
export interface EstimateJob {
  readonly directory: string;
  readonly settings: TrainSettings;
  readonly device: Device;
  readonly examples: number;
  /** Tokens of one example on average, question and answer. */
  readonly exampleTokens: number;
  /** Tokens of the longest example; null: as long as the settings allow. */
  readonly longestTokens: number | null;
}

export interface ModelEstimate {
  readonly trainingBytes: number;
  /** With the base kept in each precision. */
  readonly answeringBytes: Readonly<Record<Precision, number>>;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly trainingSeconds: number;
}

/** An answer to be predicted: base and adapter side by side. */
export interface AnsweringUse {
  /** Of the adapter, on every linear layer; 0: the base alone. */
  readonly rank: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

export interface AnsweringEstimateJob extends AnsweringUse {
  readonly directory: string;
  readonly device: Device;
  readonly precision: Precision;
}

export interface AnsweringEstimate {
  /** Of the whole process, predicted from the graph. */
  readonly peakBytes: number;
  /** What the process may hold. */
  readonly availableBytes: number;
}

/** One question with its answer. */
export interface ExamplePair {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

export interface ExampleMeasure {
  readonly id: string;
  /** Tokens of the rendered chat, answer and end-of-turn included. */
  readonly tokens: number;
  /** Tokens that are trained: the answer and the end of its turn. */
  readonly answerTokens: number;
  readonly tooLong: boolean;
}

/** PEFT's names for the linear layers, `all-linear`, or a regular expression for their whole names. */
export type TargetModules = string | readonly string[];

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
  readonly epochs: number;
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
  /** JSON Lines for the validation loss, or null. */
  readonly validationFile: string | null;
  /** JSON Lines of general skills mixed into every batch, so that the adapter does not forget them; null: none. */
  readonly rehearsalFile: string | null;
  /** Receives `checkpoint-*`, then `adapter/` (a PEFT folder). */
  readonly outputDirectory: string;
  readonly settings: TrainSettings;
  /** Where a base in 8 or 4 bits is cached; needed for `basePrecision` other than `f32`. */
  readonly cacheDirectory?: string | undefined;
  /** An adapter to go on from; its configuration then replaces rank, alpha and target modules of the settings. */
  readonly initialAdapterDirectory?: string | undefined;
  readonly device: Device;
  /** Continue from the newest checkpoint in `outputDirectory` where there is one. */
  readonly resume: boolean;
  /** Stay under this many bytes by choosing a more frugal way and smaller micro-batches; null: what the machine has. */
  readonly memoryLimitBytes: number | null;
  readonly memory?: MemoryWishes | undefined;
  /** Of full fine-tuning: largest weights file in bytes, as in `MergeJob`. */
  readonly maxShardBytes?: number | undefined;
}

export type TrainEvent =
  | {
      readonly kind: 'prepared';
      readonly steps: number;
      readonly examples: number;
      readonly trainedTokens: number;
      readonly resumedAtStep: number;
      readonly device: Device;
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
  | { readonly kind: 'validation'; readonly step: number; readonly loss: number }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string }
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

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface SamplingSettings {
  readonly maxNewTokens: number;
  /** 0 means greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Goes on after a stop token, for comparison with other tools; left out: stops. */
  readonly ignoreEndOfTurn?: boolean | undefined;
}

export interface GenerateJob extends AnsweringModel {
  /** Rows answer side by side in one pass; each carries an adapter or none. */
  readonly rows: readonly { readonly messages: readonly ChatMessage[]; readonly adapterDirectory: string | null }[];
  readonly sampling: SamplingSettings;
}

export interface GenerateResult {
  readonly rows: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    /** `stop`: the model ended its turn; `length`: it was cut. */
    readonly finish: 'stop' | 'length';
  }[];
  /** Where the device failed, now or at an earlier question; null: it did not. */
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

/** One text continued, without or with one adapter: for experts and for comparison with other tools. */
export interface ContinueJob extends AnsweringModel {
  readonly adapterDirectory: string | null;
  /** A question (where the model has no chat template a plain text, with what the tokenizer puts around it), a chat, or token ids. */
  readonly start:
    { readonly prompt: string } | { readonly messages: readonly ChatMessage[] } | { readonly ids: readonly number[] };
  readonly sampling: SamplingSettings;
}

export interface ContinueResult {
  /** The new tokens alone, as text without markers. */
  readonly text: string;
  /** The new tokens alone. */
  readonly ids: readonly number[];
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

export interface LogitsJob {
  readonly modelDirectory: string;
  readonly adapterDirectory: string | null;
  readonly ids: readonly number[];
  /** A safetensors file: tensor `logits`, F32 (1, tokens, vocabulary). */
  readonly outputFile: string;
  readonly device: Device;
}

export interface LogitsResult {
  readonly file: string;
  readonly tokens: number;
  readonly vocabularySize: number;
  readonly deviceFallback: DeviceFallback | null;
}

export interface TokenizeJob {
  readonly modelDirectory: string;
  readonly input: { readonly text: string } | { readonly messages: readonly ChatMessage[] };
}

export interface TokenizeResult {
  /** The text itself, or the rendered chat. */
  readonly text: string;
  readonly ids: readonly number[];
  /** The ids turned back into text. */
  readonly decoded: string;
}

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
  readonly fingerprint: string;
  readonly mergedModules: number;
  /** Of merged from unmerged logits, relative to the largest logit. */
  readonly largestDifference: number;
}

export interface ExportAdapterJob {
  readonly adapterDirectory: string;
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

export interface EvaluateJob extends AnsweringModel {
  readonly adapterDirectory: string;
  /** JSON Lines of `ExamplePair`. */
  readonly examplesFile: string;
  readonly batchSize: number;
  readonly maxNewTokens: number;
}

export interface EvaluateItem {
  readonly id: string;
  readonly base: string;
  readonly adapter: string;
  readonly baseExact: boolean;
  readonly adapterExact: boolean;
  /** Character F-score (chrF) 0 to 1, meaningful for Japanese too. */
  readonly baseChrf: number;
  readonly adapterChrf: number;
}

export interface EvaluateResult {
  readonly items: readonly EvaluateItem[];
  readonly seconds: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly peakBytes: number;
}

export interface EvaluateProgress {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
}

/** One model in several precisions, measured on the same questions one after the other. */
export interface ComparePrecisionsJob {
  readonly modelDirectory: string;
  /** The adapter that answers; null: the base alone. */
  readonly adapterDirectory: string | null;
  readonly examples: readonly ExamplePair[];
  readonly precisions: readonly Precision[];
  /** Where bases in 8 and 4 bits are cached. */
  readonly cacheDirectory: string;
  readonly device: Device;
  /** What does not fit into so many bytes is left out; null: what the machine has. */
  readonly memoryLimitBytes: number | null;
}

/** How well and how fast a model answers in one precision. */
export interface PrecisionQuality {
  /**
   * exp of the mean loss over every token of every right answer, the token that ends it included, each after the question
   * and the answer so far: 1 would be certainty. Lower is better.
   */
  readonly perplexity: number;
  /** In the order of the examples, answered greedily. */
  readonly answers: readonly { readonly id: string; readonly exact: boolean; readonly chrf: number }[];
  /** Of one answer alone, after its first token. */
  readonly tokensPerSecond: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

export interface PrecisionResult {
  readonly precision: Precision;
  /** Of the weights while the model answers. */
  readonly weightBytes: number;
  /** Of the whole process, predicted, base and adapter side by side. */
  readonly peakBytes: number;
  /** null: it does not fit into `availableBytes`, so nothing was measured. */
  readonly quality: PrecisionQuality | null;
}

export interface ComparePrecisionsResult {
  readonly engineVersion: string;
  readonly device: Device;
  /** Tokens that the perplexity is taken over. */
  readonly answerTokens: number;
  /** What the process could hold. */
  readonly availableBytes: number;
  readonly results: readonly PrecisionResult[];
  readonly seconds: number;
}

export interface ComparePrecisionsProgress {
  /** The one that is measured now. */
  readonly precision: Precision;
  /** Right answers read and questions answered, over all precisions. */
  readonly done: number;
  readonly total: number;
  /** null before the first. */
  readonly secondsLeft: number | null;
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

export interface ProveJob extends AnsweringModel {
  readonly adapterDirectory: string;
  /** The folder that the adapter was copied from: both must hold the same, bit for bit. null: it is no copy. */
  readonly sourceDirectory: string | null;
  /** Questions after which logits with and without the adapter are compared. */
  readonly prompts: readonly string[];
  /** Questions that the adapter answers, to see whether its answers end; their right answers say how long that may take. */
  readonly examples: readonly ExamplePair[];
}

export interface ProofProgress {
  /** Passes through the model. */
  readonly done: number;
  /** The most it can take: answers that end early take fewer. */
  readonly total: number;
}

/** What was measured of an adapter on its base. The judgement is the caller's. */
export interface AdapterEvidence {
  readonly engineVersion: string;
  /** Of the base while all of it was measured. */
  readonly precision: Precision;
  /** Where all of it was measured. */
  readonly device: Device;
  /** Where the device that was asked for failed, and all was measured on the CPU; null: it did not. */
  readonly deviceFallback: DeviceFallback | null;
  /** SHA-256 over the base's weights. */
  readonly baseFingerprint: string;
  /** SHA-256 over the bits of the logits after each prompt, by the base alone and with the adapter. */
  readonly baseProbe: string;
  readonly adapterProbe: string;
  /** SHA-256 of adapter_model.safetensors. */
  readonly adapterSha256: string;
  readonly prompts: number;
  /** SHA-256 over the prompts as a JSON list. */
  readonly promptsSha256: string;
  /** Prompts whose logits the adapter changes by more than computing in another order does. */
  readonly changedPrompts: number;
  /** Prompts after which it chooses another token. */
  readonly changedTokens: number;
  /** Largest difference of a logit, relative to the base's largest logit after that prompt. */
  readonly largestDifference: number;
  /**
   * Largest difference between the logits that are served and those of the graph that training used, relative as above,
   * with the base in float32 in both.
   */
  readonly servedDifference: number;
  /** Tensors that equal those of the source bit for bit, as do all logits; null where there was no source. */
  readonly identicalTensors: number | null;
  readonly answers: number;
  /** Answers that ended by a stop token within `answerLimit` tokens. */
  readonly endedAnswers: number;
  readonly answerLimit: number;
  readonly seconds: number;
}

export interface ProbeJob extends AnsweringModel {
  /** null: the base alone. */
  readonly adapterDirectory: string | null;
  readonly prompts: readonly string[];
}

export interface ProbeResult {
  /** SHA-256 (hex) over the bits of the logits after each prompt. */
  readonly fingerprint: string;
  /** Largest absolute logit, to judge differences by. */
  readonly largestLogit: number;
  /** Set where the device failed: the bits are then the CPU's, or of both. */
  readonly deviceFallback: DeviceFallback | null;
}

/** How a running job hears of pause and cancel. Awaited between micro-batches. */
export interface JobControl {
  /** Resolves at once while running, waits while paused, throws `ModelError('cancelled')` once cancelled. */
  readonly turn: () => Promise<void>;
}
