/**
 * Every request the shop window may make, on one page: its name, the schema of its input, the type of its output.
 * The host validates the input before any use case sees it; the same list is served over Electron's IPC and over loopback.
 */

import * as v from 'valibot';
import type * as e from './entities.ts';

const id = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z_-]{1,64}$/));
const text = (limit: number) => v.pipe(v.string(), v.maxLength(limit));
const line = (limit: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(limit));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e9));
const path = text(4096);
const nothing = v.strictObject({});
const column = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)));

export const exampleSplit = v.picklist(['auto', 'train', 'heldOut', 'regression']);

export const exampleInput = v.strictObject({
  question: text(20_000),
  answer: text(20_000),
  category: v.optional(text(200), ''),
  split: v.optional(exampleSplit, 'auto'),
});

export const precision = v.picklist(['f32', 'int8', 'int4']);

/** What is left out is found by the plan. */
const memoryWishes = v.strictObject({
  mapped: v.optional(v.boolean()),
  recompute: v.optional(v.picklist(['none', 'layers'])),
  microBatch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256))),
});

export const trainSettings = v.strictObject({
  memory: v.optional(memoryWishes),
  basePrecision: v.optional(precision),
  method: v.literal('lora'),
  rank: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  alpha: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1024)),
  dropout: v.pipe(v.number(), v.minValue(0), v.maxValue(0.9)),
  targetModules: v.union([v.literal('all-linear'), v.pipe(v.array(text(200)), v.minLength(1))]),
  learningRate: v.pipe(v.number(), v.minValue(1e-7), v.maxValue(1)),
  schedule: v.picklist(['constant', 'linear', 'cosine']),
  warmupRatio: share,
  weightDecay: share,
  clipNorm: v.pipe(v.number(), v.minValue(0.001), v.maxValue(1000)),
  epochs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  batchSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)),
  maxTokens: v.pipe(v.number(), v.integer(), v.minValue(8), v.maxValue(131_072)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)),
  checkpointEverySteps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
});

export const projectInput = v.strictObject({
  site: text(200),
  department: text(200),
  purpose: text(2000),
  targetScore: share,
  largestRegression: share,
  questionsPerDay: amount,
  minutesPerQuestion: amount,
  hourlyCost: amount,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  modelId: id,
});

export const devicePreference = v.picklist(['auto', 'cpu', 'webgpu', 'dml', 'cuda']);

export const preset = v.picklist(['quick', 'standard', 'thorough', 'expert']);

/**
 * `basePrecision` is a preset's; settings name their own. `initialAdapterId`: an adapter of the same base to go on from;
 * its ranks and modules replace those of the settings.
 */
const trainingInput = v.strictObject({
  preset,
  basePrecision: v.optional(precision),
  settings: v.optional(trainSettings),
  initialAdapterId: v.optional(v.nullable(id), null),
});

const exportInput = v.strictObject({ adapterId: id, directory: line(4096), form: v.picklist(['peft', 'merged']) });

const columnMapping = v.strictObject({ question: column, answer: column, category: column });

/** Input schemas by request name. `subject.verb`; a request without input takes `{}`. */
export const requestSchemas = {
  'app.status': nothing,
  'app.setOperator': v.strictObject({ name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)) }),
  'app.log': v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)) }),
  /** Proves every device again. */
  'devices.check': nothing,
  /** Asks for a device from now on; a running job keeps its own. */
  'devices.choose': v.strictObject({ preference: devicePreference }),
  'project.save': projectInput,
  /** Fills project and examples with the fictional plant; refused where examples exist already. */
  'project.loadSample': v.strictObject({ language: v.picklist(['ja', 'en']) }),
  'models.list': nothing,
  'models.add': v.strictObject({ directory: path }),
  /** Begins the check list of a folder; `checking-model` events carry it on. One at a time: another ends it. */
  'models.check': v.strictObject({ directory: path }),
  'models.cancelCheck': v.strictObject({ checkId: id }),
  /** The same weights at another place, or read again where they lie. */
  'models.relocate': v.strictObject({ modelId: id, directory: path }),
  /** Takes a model out of the library; its files stay. */
  'models.remove': v.strictObject({ modelId: id }),
  'models.licence': v.strictObject({ modelId: id }),
  /** In which a model answers from now on; what serves keeps its own. */
  'precisions.choose': v.strictObject({ modelId: id, precision }),
  /** Measures all precisions of a model with its newest adapter. */
  'precisions.compare': v.strictObject({ modelId: id }),
  'precisions.task': nothing,
  'precisions.cancel': nothing,
  /** The folders in a folder; an empty path is the home folder. */
  'models.folders': v.strictObject({ path }),
  /** The system's own dialog, where the window has one. */
  'models.chooseFolder': v.strictObject({ title: text(200) }),
  'examples.list': v.strictObject({
    search: v.optional(text(500), ''),
    offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  }),
  'examples.add': exampleInput,
  'examples.update': v.strictObject({ id, example: exampleInput }),
  'examples.delete': v.strictObject({ ids: v.pipe(v.array(id), v.minLength(1)) }),
  /** Text from the clipboard (tab-separated, comma-separated, or "Q:/A:" lines) or a whole CSV file in base64. */
  'import.preview': v.variant('kind', [
    v.strictObject({ kind: v.literal('text'), text: text(20_000_000) }),
    v.strictObject({ kind: v.literal('file'), fileName: text(1000), base64: text(80_000_000) }),
  ]),
  /** Says which rows of a preview could be kept under this mapping; keeps nothing. */
  'import.check': v.strictObject({ importId: id, mapping: columnMapping }),
  /** Keeps the rows of a preview. With `skipInvalid` false one bad row refuses all; nothing is half kept. */
  'import.commit': v.strictObject({ importId: id, mapping: columnMapping, skipInvalid: v.boolean() }),
  'datasets.readiness': nothing,
  'datasets.freeze': nothing,
  'datasets.list': nothing,
  /** Settings of a preset for the present project, and what they will cost. */
  'training.plan': trainingInput,
  /** Freezes a version first where the examples have changed since the last. */
  'training.start': trainingInput,
  'training.pause': v.strictObject({ runId: id }),
  'training.resume': v.strictObject({ runId: id }),
  'training.cancel': v.strictObject({ runId: id }),
  'training.list': nothing,
  'training.get': v.strictObject({ runId: id }),
  'adapters.list': nothing,
  'adapters.rename': v.strictObject({ adapterId: id, name: line(200) }),
  /** Only what never served; its files go, its row stays. */
  'adapters.delete': v.strictObject({ adapterId: id }),
  /** Looks into a PEFT folder; keeps nothing. */
  'adapters.inspect': v.strictObject({ directory: line(4096), modelId: id }),
  /** Copies, proves and records. `acceptBase`: a person answers for the base where the files name none. */
  'adapters.import': v.strictObject({ directory: line(4096), modelId: id, name: line(200), acceptBase: v.boolean() }),
  'adapters.exportPlan': exportInput,
  /** Into a new or empty folder, whole or not at all. */
  'adapters.export': exportInput,
  'adapters.prove': v.strictObject({ adapterId: id }),
  /** Import, export or proof: the one that runs, or the last one since the start. */
  'adapters.task': nothing,
  'adapters.cancelTask': nothing,
  'evaluations.start': v.strictObject({ adapterId: id }),
  'evaluations.cancel': v.strictObject({ evaluationId: id }),
  'evaluations.list': nothing,
  'evaluations.get': v.strictObject({ evaluationId: id }),
  'releases.apply': v.strictObject({ adapterId: id }),
  'releases.revert': nothing,
  'releases.list': nothing,
  'ask.ask': v.strictObject({ question: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20_000)) }),
} as const;

/** What `LogEntry.kind` can be. */
export const eventKinds = [
  'operator.changed',
  'device.chosen',
  'project.saved',
  'project.sample-loaded',
  'model.added',
  'model.failed',
  'model.moved',
  'model.verified',
  'model.removed',
  'model.precision-chosen',
  'model.precisions-compared',
  'example.added',
  'example.changed',
  'examples.deleted',
  'examples.imported',
  'dataset.frozen',
  'run.started',
  'run.paused',
  'run.resumed',
  'run.completed',
  'run.cancelled',
  'run.interrupted',
  'run.failed',
  'run.micro-batch-reduced',
  'run.way-changed',
  'run.restarted',
  'run.device-fallback',
  'adapter.proven',
  'adapter.imported',
  'adapter.exported',
  'adapter.renamed',
  'adapter.deleted',
  'evaluation.started',
  'evaluation.completed',
  'evaluation.cancelled',
  'evaluation.failed',
  'release.applied',
  'release.refused',
  'release.reverted',
  'release.revert-proven',
  'question.asked',
] as const;

export type EventKind = (typeof eventKinds)[number];

export type RequestName = keyof typeof requestSchemas;
export type RequestInput<Name extends RequestName> = v.InferInput<(typeof requestSchemas)[Name]>;
export type ValidInput<Name extends RequestName> = v.InferOutput<(typeof requestSchemas)[Name]>;

/** Output types by request name. */
export interface RequestOutputs {
  'app.status': e.AppStatus;
  'app.setOperator': null;
  'app.log': readonly e.LogEntry[];
  'devices.check': e.DeviceReport;
  'devices.choose': e.DeviceReport;
  'project.save': e.Project;
  'project.loadSample': { readonly examples: number };
  'models.list': readonly e.LibraryModel[];
  'models.add': e.LibraryModel;
  'models.check': e.ModelCheck;
  'models.cancelCheck': null;
  'models.relocate': e.LibraryModel;
  'models.remove': null;
  'models.licence': e.Licence;
  'precisions.choose': e.BaseModel;
  'precisions.compare': e.PrecisionTask;
  'precisions.task': e.PrecisionTask | null;
  'precisions.cancel': e.PrecisionTask | null;
  'models.folders': e.FolderListing;
  /** null: nothing was chosen. */
  'models.chooseFolder': { readonly directory: string | null };
  'examples.list': { readonly total: number; readonly examples: readonly e.Example[] };
  'examples.add': e.Example;
  'examples.update': e.Example;
  'examples.delete': { readonly deleted: number };
  'import.preview': e.ImportPreview;
  'import.check': e.ImportCheck;
  'import.commit': e.ImportResult;
  'datasets.readiness': e.Readiness;
  'datasets.freeze': e.DatasetVersion;
  'datasets.list': readonly e.DatasetVersion[];
  'training.plan': { readonly settings: e.RunSettings; readonly plan: e.TrainingPlan };
  'training.start': e.TrainingRun;
  'training.pause': e.TrainingRun;
  'training.resume': e.TrainingRun;
  'training.cancel': e.TrainingRun;
  'training.list': readonly e.TrainingRun[];
  'training.get': e.RunDetail;
  'adapters.list': readonly e.Adapter[];
  'adapters.rename': e.Adapter;
  'adapters.delete': null;
  'adapters.inspect': e.AdapterInspection;
  'adapters.import': e.AdapterTask;
  'adapters.exportPlan': e.ExportPlan;
  'adapters.export': e.AdapterTask;
  'adapters.prove': e.AdapterTask;
  'adapters.task': e.AdapterTask | null;
  'adapters.cancelTask': e.AdapterTask | null;
  'evaluations.start': e.Evaluation;
  'evaluations.cancel': e.Evaluation;
  'evaluations.list': readonly e.Evaluation[];
  'evaluations.get': e.EvaluationDetail;
  'releases.apply': e.Release;
  'releases.revert': e.Release;
  'releases.list': readonly e.Release[];
  'ask.ask': e.AskResult;
}

export type RequestOutput<Name extends RequestName> = RequestOutputs[Name];

/** What comes back for every request: a value, or an error with a code. Never a thrown stack. */
export type Reply<Name extends RequestName> =
  { readonly ok: true; readonly value: RequestOutput<Name> } | { readonly ok: false; readonly error: e.ErrorReport };
