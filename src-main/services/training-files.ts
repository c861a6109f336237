/** The files of a training: examples in, adapter out. */

import { join } from 'node:path';
import type { AdapterConfiguration, BaseModel, Device, RunSettings, TrainingRun } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import type { EngineJobs } from '../engine/engine.ts';
import { sha256OfFile } from '../store/durable.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { quantizedFolder } from './answering.ts';
import type { Context, Workplace } from './context.ts';
import { inTurns } from './in-turns.ts';

export type TrainJob = EngineJobs['train']['input'];
export type TrainResult = EngineJobs['train']['output'];
type Pair = Pick<FrozenExample, 'id' | 'question' | 'answer'>;

export function toPair({ id, question, answer }: Pair): Pair {
  return { id, question, answer };
}

function* pairsIn(examples: Iterable<FrozenExample>, split: FrozenExample['split']): Generator<Pair> {
  for (const example of examples) if (example.split === split) yield toPair(example);
}

/** What is trained, wherever its files lie. */
export interface TrainingTask extends Pick<
  TrainJob,
  'examplesFile' | 'validationFile' | 'outputDirectory' | 'initialAdapterDirectory' | 'device' | 'resume'
> {
  readonly model: Pick<BaseModel, 'directory' | 'bundled'>;
  readonly settings: RunSettings;
}

/** The job as every training begins: a base in fewer bits is kept with the data, and memory is what the machine has. */
export function describeTraining(
  { bundled, dataDirectory }: Pick<Workplace, 'bundled' | 'dataDirectory'>,
  { model, settings: { memory, ...settings }, ...task }: TrainingTask,
): TrainJob {
  return {
    ...task,
    modelDirectory: model.directory,
    settings,
    // Another model has its own way of talking, which the starter's would spoil.
    rehearsalFile: model.bundled ? bundled.rehearsalFile : null,
    cacheDirectory: quantizedFolder(dataDirectory),
    memoryLimitBytes: null,
    memory,
  };
}

/** Writes the examples down and describes the job. @throws OfficeError disk-full */
export async function trainJob(
  context: Context,
  {
    runId,
    examples,
    initialAdapter,
    ...task
  }: {
    readonly runId: string;
    readonly model: BaseModel;
    readonly settings: RunSettings;
    readonly device: Device;
    readonly examples: Iterable<FrozenExample>;
    /** What to go on from; null: the base alone. */
    readonly initialAdapter: StoredAdapter | null;
    readonly resume: boolean;
  },
): Promise<TrainJob> {
  const { artefacts } = context.store;
  const written = (split: FrozenExample['split']) => inTurns(artefacts.puttingJsonLines(pairsIn(examples, split)));
  return describeTraining(context, {
    ...task,
    examplesFile: (await written('train')).path,
    validationFile: (await written('heldOut')).path,
    outputDirectory: artefacts.runDirectory(runId),
    initialAdapterDirectory: initialAdapter?.directory,
  });
}

/**
 * Verifies what the engine wrote and moves it to its place; the caller's row makes it exist.
 * @throws OfficeError adapter-damaged, disk-full
 */
export function adoptAdapter(
  context: Context,
  run: TrainingRun,
  result: TrainResult,
  configuration: AdapterConfiguration,
): Omit<StoredAdapter, 'directory' | 'proof'> {
  const path = join(result.adapterDirectory, 'adapter_model.safetensors');
  if (sha256OfFile(path) !== result.sha256) throw new OfficeError('adapter-damaged', { path });
  const { store } = context;
  const project = store.project.get();
  // How its memory was used says nothing about an adapter.
  const { memory: _, ...settings } = run.settings;
  return {
    id: context.ids(),
    name: `${project?.department || project?.site || 'adapter'} ${run.number}`,
    origin: 'trained',
    runId: run.id,
    modelId: run.modelId,
    baseFingerprint: store.models.get(run.modelId)?.fingerprint ?? '',
    baseVerified: true,
    datasetHash: store.datasets.get(run.datasetVersionId)?.hash ?? '',
    settings,
    configuration,
    engineVersion: result.engineVersion,
    sha256: result.sha256,
    bytes: result.adapterBytes,
    parameters: result.adapterParameters,
    baseParameters: result.baseParameters,
    sourceDirectory: null,
    createdBy: run.startedBy,
    createdAt: context.now(),
    folder: store.artefacts.adoptAdapter(result.adapterDirectory),
  };
}
