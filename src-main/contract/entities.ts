/** What the office keeps and the shop window shows: plain, serialisable shapes. Times are ISO 8601 in UTC. */

export type {
  AdapterEvidence,
  AnswerScores,
  CheckLine,
  Device,
  DeviceCheck,
  GraphicsCard,
  Licence,
  MachineReport,
  MemoryWishes,
  ModelIdentity,
  ModelInspection,
  ModelSummary,
  NumberedProvider,
  Precision,
  PrecisionResult,
  ProbeSetup,
  Provider,
  TrainSettings,
  PlanProgress,
  QuantizeProgress,
  DeviceFallback,
  StepWay,
  TrainingPlan,
  ExampleMeasure,
} from '../../native-models/jobs.ts';

export type * from './entities/adapter.ts';
export type * from './entities/app.ts';
export type * from './entities/comparison.ts';
export type * from './entities/cost.ts';
export type * from './entities/dataset.ts';
export type * from './entities/device.ts';
export type * from './entities/diagnosis.ts';
export type * from './entities/evaluation.ts';
export type * from './entities/model.ts';
export type * from './entities/project.ts';
export type * from './entities/release.ts';
export type * from './entities/report.ts';
export type * from './entities/rollout.ts';
export type * from './entities/rollout-view.ts';
export type * from './entities/monitor.ts';
export type * from './entities/route.ts';
export type * from './entities/safety.ts';
export type * from './entities/serving.ts';
export type * from './entities/training.ts';
export type * from './entities/vote.ts';
export type * from './entities/wording.ts';
