/** The files of a training: examples in, adapter out. */

import { join } from 'node:path';
import type { Adapter, BaseModel, Device, TrainingRun, TrainSettings } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import type { EngineJobs } from '../engine/engine.ts';
import { sha256OfFile } from '../store/durable.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { Context } from './context.ts';

export type TrainJob = EngineJobs['train']['input'];
export type TrainResult = EngineJobs['train']['output'];
type Pair = Pick<FrozenExample, 'id' | 'question' | 'answer'>;

export function toPair({ id, question, answer }: Pair): Pair {
  return { id, question, answer };
}

/** Writes the examples down and describes the job. @throws OfficeError disk-full */
export function trainJob(
  { bundled, store: { artefacts } }: Context,
  {
    runId,
    model,
    settings,
    device,
    examples,
    resume,
  }: {
    readonly runId: string;
    readonly model: BaseModel;
    readonly settings: TrainSettings;
    readonly device: Device;
    readonly examples: readonly FrozenExample[];
    readonly resume: boolean;
  },
): TrainJob {
  const pairs = (split: FrozenExample['split']) => examples.filter((example) => example.split === split).map(toPair);
  return {
    modelDirectory: model.directory,
    examplesFile: artefacts.putJsonLines(pairs('train')).path,
    validationFile: artefacts.putJsonLines(pairs('heldOut')).path,
    // Another model has its own way of talking, which the starter's would spoil.
    rehearsalFile: model.bundled ? bundled.rehearsalFile : null,
    outputDirectory: artefacts.runDirectory(runId),
    settings,
    device,
    resume,
    memoryLimitBytes: null,
  };
}

/**
 * Verifies what the engine wrote and moves it to its place; the caller's row makes it exist.
 * @throws OfficeError adapter-damaged, disk-full
 */
export function adoptAdapter(
  context: Context,
  run: TrainingRun,
  result: TrainResult,
): Omit<StoredAdapter, 'directory'> {
  const path = join(result.adapterDirectory, 'adapter_model.safetensors');
  if (sha256OfFile(path) !== result.sha256) throw new OfficeError('adapter-damaged', { path });
  const { store } = context;
  const project = store.project.get();
  const adapter: Omit<Adapter, 'directory'> = {
    id: context.ids(),
    name: `${project?.department || project?.site || 'adapter'} ${run.number}`,
    runId: run.id,
    modelId: run.modelId,
    baseFingerprint: store.models.get(run.modelId)?.fingerprint ?? '',
    datasetHash: store.datasets.get(run.datasetVersionId)?.hash ?? '',
    settings: run.settings,
    engineVersion: result.engineVersion,
    sha256: result.sha256,
    bytes: result.adapterBytes,
    parameters: result.adapterParameters,
    baseParameters: result.baseParameters,
    createdAt: context.now(),
  };
  return { ...adapter, folder: store.artefacts.adoptAdapter(result.adapterDirectory) };
}
