/** What the office keeps and the shop window shows: plain, serialisable shapes. Times are ISO 8601 in UTC. */

import type {
  AdapterEvidence,
  AdapterSummary,
  CheckLine,
  ComparePrecisionsProgress,
  Device,
  DeviceCheck,
  DeviceFallback,
  EvaluateProgress,
  Licence,
  MachineReport,
  MemoryWishes,
  ModelCheckProgress,
  ModelEstimate,
  ModelSummary,
  Precision,
  PrecisionQuality,
  PrecisionResult,
  StepWay,
  TrainSettings,
} from '../../native-models/jobs.ts';

export type {
  AdapterEvidence,
  AdapterSummary,
  CheckLine,
  Device,
  DeviceCheck,
  Licence,
  MachineReport,
  MemoryWishes,
  ModelSummary,
  Precision,
  PrecisionResult,
  TrainSettings,
  PlanProgress,
  QuantizeProgress,
  DeviceFallback,
  StepWay,
  TrainingPlan,
  ExampleMeasure,
} from '../../native-models/jobs.ts';

export type Language = 'ja' | 'en';

/** What a person wants computed on; `auto`: what is right and fastest. */
export type DevicePreference = 'auto' | Device;

/** Why a device is used: a code for the screen and the values it names. */
export interface DeviceReason {
  readonly code:
    | 'faster'
    | 'slower'
    | 'too-small'
    | 'wrong'
    | 'failed'
    | 'no-gpu'
    | 'asked'
    | 'asked-missing'
    | 'asked-wrong'
    | 'asked-failed'
    | 'asked-too-small';
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** What this machine can compute on, what of it is proven, and what is used. */
export interface DeviceReport extends MachineReport {
  readonly checks: readonly DeviceCheck[];
  readonly checkedAt: string;
  readonly preference: DevicePreference;
  readonly chosen: Device;
  readonly reason: DeviceReason;
}

/** What Set up records: why the PoC exists and what counts as success. */
export interface Project {
  readonly site: string;
  readonly department: string;
  readonly purpose: string;
  /** Share of held-out questions answered exactly that the adapter must reach, 0 to 1. */
  readonly targetScore: number;
  /** Largest drop allowed on the regression set, 0 to 1 (0.02 = two points). */
  readonly largestRegression: number;
  readonly questionsPerDay: number;
  /** Minutes a question costs today. */
  readonly minutesPerQuestion: number;
  /** Cost of one working hour, in `currency`. */
  readonly hourlyCost: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly modelId: string;
  readonly updatedAt: string;
}

export interface BaseModel extends ModelSummary {
  readonly id: string;
  /** The starter comes with the app. */
  readonly bundled: boolean;
  readonly addedAt: string;
  readonly addedBy: string;
  /** Name of the licence that its folder states; null: none found. */
  readonly licence: string | null;
  /** In which it answers from now on: evaluated, proven and released in it. */
  readonly precision: Precision;
  /** What was measured of its precisions last; null: nothing yet. */
  readonly comparison: PrecisionComparison | null;
}

/** `missing`: its folder is not there now; `changed`: its files differ in size or time from when they were verified. */
export type ModelState = 'available' | 'missing' | 'changed';

export interface LibraryModel extends BaseModel {
  readonly state: ModelState;
}

/** `tight`: only once other programs are closed. */
export type Fit = 'fits' | 'tight' | 'too-large';

/** What a model will need on this machine, and whether that is there. */
export interface ModelFit extends ModelEstimate {
  readonly device: Device;
  readonly deviceReason: DeviceReason;
  readonly training: Fit;
  readonly answering: Readonly<Record<Precision, Fit>>;
  /** The training that `trainingSeconds` is of: the project's own examples, or as many as a first training usually has. */
  readonly examples: number;
  readonly exampleTokens: number;
  readonly ownExamples: boolean;
  readonly epochs: number;
}

/** The check list of a folder; nothing of it is kept until the model is added. */
export interface ModelCheck {
  readonly id: string;
  readonly directory: string;
  readonly name: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly lines: readonly CheckLine[];
  /** While the weights are being read. */
  readonly progress: Omit<ModelCheckProgress, 'lines'> | null;
  /** null while it runs, and where the model cannot be used. */
  readonly summary: ModelSummary | null;
  readonly licence: Licence;
  /** null where it is not known. */
  readonly fit: ModelFit | null;
  /** What these weights are called in the library already. */
  readonly knownAs: string | null;
  readonly error: ErrorReport | null;
}

/** Where to begin looking for a folder. */
export interface FolderPlace {
  readonly kind: 'home' | 'disk' | 'root';
  readonly path: string;
  readonly name: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
  /** A symbolic link to a folder. */
  readonly link: boolean;
  /** `model_type` of its config.json; null where it is no model. */
  readonly modelType: string | null;
  /** It holds an adapter in PEFT's format. */
  readonly adapter: boolean;
}

export interface FolderListing {
  readonly path: string;
  /** null at the top of a disk. */
  readonly parent: string | null;
  readonly modelType: string | null;
  readonly adapter: boolean;
  readonly folders: readonly FolderEntry[];
  /** Folders beyond those listed. */
  readonly more: number;
  readonly places: readonly FolderPlace[];
}

/** Where an example is used. `auto` is decided when a version is frozen. */
export type ExampleSplit = 'auto' | 'train' | 'heldOut' | 'regression';

export interface Example {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: ExampleSplit;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One thing about the examples that somebody should look at. */
export interface ReadinessFinding {
  readonly kind: 'duplicate' | 'contradiction' | 'too-long' | 'nothing-to-learn';
  readonly exampleIds: readonly string[];
  /** Whether a version can be frozen while it stands. */
  readonly blocking: boolean;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface Readiness {
  readonly total: number;
  readonly train: number;
  readonly heldOut: number;
  readonly regression: number;
  readonly byCategory: readonly { readonly category: string; readonly count: number }[];
  readonly findings: readonly ReadinessFinding[];
  /** Examples recommended before the first training. */
  readonly recommended: number;
  readonly canFreeze: boolean;
}

export interface DatasetVersion {
  readonly id: string;
  /** Counts from 1. */
  readonly number: number;
  /** SHA-256 over the examples in order. */
  readonly hash: string;
  readonly train: number;
  readonly heldOut: number;
  readonly regression: number;
  readonly createdBy: string;
  readonly createdAt: string;
}

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
  readonly steps: number;
  readonly secondsLeft: number | null;
  readonly tokensPerSecond: number | null;
  readonly residentBytes: number | null;
  readonly microBatch: number | null;
  /** Step of the newest state that survives a power cut; 0 before the first. */
  readonly checkpointStep: number;
  readonly device: string;
  /** Why that device; null for runs of versions that did not say. */
  readonly deviceReason: DeviceReason | null;
  /** What happened where the run had to go on on another device. */
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

/** What an adapter is made like, whoever made it. */
export type AdapterConfiguration = Pick<AdapterSummary, 'method' | 'ranks' | 'alpha' | 'targetModules'>;

/** What was measured of an adapter, why and when. */
export interface AdapterProof extends AdapterEvidence {
  /** `ends-sometimes` deserves attention; with the last two no adapter is applied. */
  readonly verdict: 'acts' | 'ends-sometimes' | 'never-ends' | 'no-effect';
  readonly occasion: 'training' | 'import' | 'export' | 'release' | 'request';
  readonly at: string;
  readonly by: string;
}

/** An adapter with everything needed to know where it came from. */
export interface Adapter {
  readonly id: string;
  /** Shown name, e.g. "press-shop 3". */
  readonly name: string;
  readonly origin: 'trained' | 'imported';
  /** null where it was not trained here, as are dataset and settings. */
  readonly runId: string | null;
  readonly modelId: string;
  readonly baseFingerprint: string;
  /** false: its files name no base, so that whoever imported it answers for the base. */
  readonly baseVerified: boolean;
  readonly datasetHash: string | null;
  readonly settings: TrainSettings | null;
  readonly configuration: AdapterConfiguration;
  /** null where another program made it. */
  readonly engineVersion: string | null;
  /** SHA-256 of adapter_model.safetensors. */
  readonly sha256: string;
  readonly bytes: number;
  readonly parameters: number;
  readonly baseParameters: number;
  readonly directory: string;
  /** Where it was imported from. */
  readonly sourceDirectory: string | null;
  /** Who trained or imported it. */
  readonly createdBy: string;
  readonly createdAt: string;
  /** The newest one; null before the first. */
  readonly proof: AdapterProof | null;
}

/** What a folder holds, for the base it is wanted for; nothing is kept yet. */
export interface AdapterInspection {
  readonly adapter: AdapterSummary;
  /** `verified`: its files name this base; `unverified`: they name none, but its sizes fit; `other`: see `adapter.misfit`. */
  readonly base: 'verified' | 'unverified' | 'other';
  /** The model of the library that its files name. */
  readonly belongsTo: string | null;
  /** Its name in the ledger, where the same file is there for the same base. */
  readonly knownAs: string | null;
}

/** Room that an export needs and the disk has; `freeBytes` null where the system does not say. */
export interface ExportPlan {
  readonly bytes: number;
  readonly freeBytes: number | null;
  readonly fits: boolean;
}

/** Long work on an adapter, the newest only. */
export interface AdapterTask {
  readonly id: string;
  readonly kind: 'import' | 'export' | 'proof';
  /** Of the adapter. */
  readonly name: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  /** Pieces of work; 0 of 0 before the first. */
  readonly done: number;
  readonly total: number;
  readonly adapterId: string | null;
  /** Where an export lies. */
  readonly directory: string | null;
  /** Instructions for other programs, Markdown. */
  readonly howTo: Readonly<Record<Language, string>> | null;
  readonly proof: AdapterProof | null;
  readonly error: ErrorReport | null;
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

export interface LogEntry {
  readonly id: number;
  readonly at: string;
  readonly by: string;
  /** e.g. `release.applied`; the list is `eventKinds` in requests.ts. */
  readonly kind: string;
  readonly subject: string;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** A path through the seven steps, with how far this project is. */
export type StepName = 'setup' | 'collect' | 'train' | 'prove' | 'rollout' | 'operate' | 'govern';
export type StepState = 'not-begun' | 'in-progress' | 'done' | 'needs-you';

export interface AppStatus {
  readonly version: string;
  readonly operator: string;
  readonly steps: Readonly<Record<StepName, StepState>>;
  readonly project: Project | null;
  readonly device: DeviceReport | null;
  readonly release: Release | null;
  readonly activeRunId: string | null;
  readonly activeEvaluationId: string | null;
  readonly exampleCount: number;
  readonly dataDirectory: string;
  /** `electron` or `browser`: what the window is. */
  readonly host: 'electron' | 'browser';
}

/** What an importer saw in a file, before anything is kept. */
export interface ImportPreview {
  readonly importId: string;
  readonly fileName: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly sample: readonly (readonly string[])[];
  /** Proposed mapping: column index or null. */
  readonly mapping: ColumnMapping;
}

export interface ColumnMapping {
  readonly question: number | null;
  readonly answer: number | null;
  readonly category: number | null;
}

export interface RowError {
  /** Line in the file as a spreadsheet shows it: 1 is the heading. */
  readonly row: number;
  readonly column: string;
  readonly code: 'empty-question' | 'empty-answer' | 'too-long' | 'duplicate-row' | 'missing-column';
  readonly value: string;
}

/** What `import.commit` would do with every row, before anything is kept. */
export interface ImportCheck {
  readonly valid: number;
  readonly errors: readonly RowError[];
}

export interface ImportResult {
  readonly added: number;
  readonly skipped: number;
  readonly errors: readonly RowError[];
}

/** An error as it crosses the hallway: a code for the screen, the values it names. */
export interface ErrorReport {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}
