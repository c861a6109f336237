/**
 * What the office knows of the model process: short calls and long jobs, as plain data.
 * The supervisor implements it over another process; only `worker.ts` imports the machine room itself.
 */

import type {
  AdapterEvidence,
  AdapterSummary,
  AnsweringEstimate,
  AnsweringEstimateJob,
  AnswerJob,
  AnswerPiece,
  AnswerResult,
  ComparePrecisionsJob,
  ComparePrecisionsProgress,
  ComparePrecisionsResult,
  ContinueJob,
  ContinueResult,
  Device,
  DeviceCheck,
  EstimateJob,
  EvaluateEvent,
  EvaluateJob,
  EvaluateResult,
  ExampleMeasure,
  ExamplePair,
  ExportAdapterJob,
  ExportAdapterResult,
  GenerateJob,
  GeneratePiece,
  GenerateResult,
  InspectAdapterJob,
  Licence,
  LogitsJob,
  LogitsResult,
  MachineReport,
  MergeJob,
  MergeProgress,
  MergeResult,
  PlanProgress,
  ModelCheckProgress,
  ModelEstimate,
  ModelInspection,
  ModelReport,
  ProbeJob,
  ProposeWordingsJob,
  ProposeWordingsResult,
  ProbeResult,
  ProofProgress,
  ProveJob,
  TokenizeJob,
  TokenizeResult,
  TrainEvent,
  TrainingPlan,
  TrainJob,
  TrainResult,
} from '../../native-models/jobs.ts';

/** Short requests, answered once. */
export interface EngineCalls {
  describeMachine: { input: Record<string, never>; output: MachineReport };
  /** Asked in a process of its own: a broken driver can end it, or never answer. */
  probeDevice: { input: { device: Device; modelDirectory?: string | undefined }; output: DeviceCheck };
  estimateModel: { input: EstimateJob; output: ModelEstimate };
  estimateAnswering: { input: AnsweringEstimateJob; output: AnsweringEstimate };
  largestTensor: { input: { directory: string }; output: number };
  readLicence: { input: { directory: string }; output: Licence };
  /** Asked in a process of its own, with a time limit: a tokenizer can end it, or never answer. */
  tryTexts: { input: { directory: string }; output: null };
  inspectModel: { input: { directory: string; plainTexts?: boolean }; output: ModelInspection };
  inspectAdapter: { input: { job: InspectAdapterJob }; output: AdapterSummary };
  measureExamples: {
    input: {
      directory: string;
      examples: readonly ExamplePair[];
      maxTokens: number;
      /** Nothing is said of examples that fit by their bytes alone: counting a hundred thousand takes its time. */
      leaveOutShort?: boolean;
    };
    output: readonly ExampleMeasure[];
  };
  probe: { input: { job: ProbeJob }; output: ProbeResult };
  continueText: { input: { job: ContinueJob }; output: ContinueResult };
  writeLogits: { input: { job: LogitsJob }; output: LogitsResult };
  tokenize: { input: { job: TokenizeJob }; output: TokenizeResult };
  exportAdapter: { input: { job: ExportAdapterJob }; output: ExportAdapterResult };
  proposeWordings: { input: { job: ProposeWordingsJob }; output: ProposeWordingsResult };
}

/** Long work with progress, pause and cancel. */
export interface EngineJobs {
  planTraining: { input: TrainJob; event: PlanProgress; output: TrainingPlan };
  train: { input: TrainJob; event: TrainEvent; output: TrainResult };
  checkModel: { input: { directory: string }; event: ModelCheckProgress; output: ModelReport };
  proveAdapter: { input: ProveJob; event: ProofProgress; output: AdapterEvidence };
  merge: { input: MergeJob; event: MergeProgress; output: MergeResult };
  /** Before the answers of programs: a person waits for them. */
  generate: { input: GenerateJob; event: GeneratePiece; output: GenerateResult };
  /** Beside the answers of all others who ask. A cancel frees its place at the next token. */
  answer: { input: AnswerJob; event: AnswerPiece; output: AnswerResult };
  evaluate: { input: EvaluateJob; event: EvaluateEvent; output: EvaluateResult };
  comparePrecisions: { input: ComparePrecisionsJob; event: ComparePrecisionsProgress; output: ComparePrecisionsResult };
}

export type EngineCallName = keyof EngineCalls;
export type EngineJobName = keyof EngineJobs;

export interface RunningJob<Output> {
  /** Rejects with an `OfficeError`: `cancelled`, a code of the machine room, or `engine-crashed` when the process died. */
  readonly result: Promise<Output>;
  pause(): void;
  resume(): void;
  /** Ends between two micro-batches; what was saved stays. */
  cancel(): void;
}

/**
 * The door to model work. Training and evaluation run in one process, answers (`generate`, `answer`, `probe`, `proveAdapter`) in another,
 * so that people are answered while a run is going on.
 */
export interface Engine {
  call<Name extends EngineCallName>(
    name: Name,
    input: EngineCalls[Name]['input'],
  ): Promise<EngineCalls[Name]['output']>;
  start<Name extends EngineJobName>(
    name: Name,
    input: EngineJobs[Name]['input'],
    onEvent: (event: EngineJobs[Name]['event']) => void,
  ): RunningJob<EngineJobs[Name]['output']>;
  /** Process ids of the running model processes, for the log and for tests that kill them. */
  processIds(): readonly number[];
  close(): Promise<void>;
}
