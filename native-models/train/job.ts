/** A training job from files to files: examples in, a PEFT folder (or a whole model) out, with checkpoints on the way. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { JobHooks, TrainEvent, TrainJob, TrainResult } from '../jobs.ts';
import { type ChatModel, openChatModel } from '../models/chat-model.ts';
import { identityOf } from '../models/identity.ts';
import { adapterFile } from '../peft/format.ts';
import { engineVersion } from '../version.ts';
import { sha256OfFile } from '../weights/files.ts';
import { trainedTokens } from './batch.ts';
import { type CheckpointState, loadCheckpoint, removeCheckpoints } from './checkpoint.ts';
import { openTrainingData } from './data.ts';
import { fitStep } from './fit.ts';
import { openMethod } from './methods.ts';
import { Run } from './run.ts';
import { notAskedYet } from './stopping.ts';

/**
 * Runs a job. A resumed job goes on bit for bit where its newest whole checkpoint stands.
 * Raises what its files raise, `training-diverged`, `memory-exhausted`, `disk-full`, `cancelled`; whatever was learned
 * until then lies in a checkpoint.
 */
export async function train(job: TrainJob, { control, onEvent }: JobHooks<TrainEvent>): Promise<TrainResult> {
  const { settings, outputDirectory } = job;
  const model = await openChatModel(job.modelDirectory);
  const limit = Math.min(settings.maxTokens, model.decoder.contextLength);
  const { sequences, validation, longestText, schedule, file } = await openTrainingData(model, job, limit);
  const method = await openMethod(model, job, longestText, { turn: control.turn });
  const identity = await runIdentity(job, model, file);
  const state: CheckpointState = {
    step: 0,
    identity,
    firstLoss: Number.NaN,
    lastLoss: Number.NaN,
    seconds: 0,
    stopping: notAskedYet,
  };
  const own = { identity, steps: schedule.steps };
  const kept = job.resume ? await loadCheckpoint(outputDirectory, own, method.parameters) : undefined;
  for (const damaged of kept?.passedOver ?? []) onEvent({ kind: 'checkpoint-passed-over', ...damaged });
  if (!job.resume) await removeCheckpoints(outputDirectory);

  const lossGraph = validation.length > 0 ? method.lossGraph() : undefined;
  const fit = fitStep(job, method, schedule, lossGraph);
  const facts = {
    steps: schedule.steps,
    examples: sequences.length,
    asked: validation.length,
    trainedTokens: sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0),
    basePrecision: settings.basePrecision ?? 'f32',
    microBatch: fit.microBatch,
    way: fit.way,
    longestRow: fit.shape.tokens,
    estimatedPeakBytes: fit.peakBytes,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
  };
  const setup = { job, method, schedule, validation, lossGraph, fit, facts };
  const run = new Run(setup, { control, onEvent }, kept?.state ?? state, kept?.best ?? null);
  const device = await run.complete();
  const { step, firstLoss, lastLoss, seconds } = run.state;

  const adapterDirectory = join(outputDirectory, 'adapter');
  const written = await method.write(adapterDirectory, await sha256OfFile(file));
  return {
    adapterDirectory,
    readBackTensors: written.readBackTensors,
    steps: step,
    asked: run.asked,
    firstLoss,
    lastLoss,
    seconds,
    peakBytes: run.peakBytes,
    adapterBytes: written.bytes,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
    sha256: written.sha256,
    device,
    engineVersion,
  };
}

/** A run may only be continued with the same model, examples, settings and engine. */
async function runIdentity(job: TrainJob, model: ChatModel, dataFile: string): Promise<string> {
  const { fingerprint: base } = await identityOf(model.weights);
  const initial = job.initialAdapterDirectory && join(job.initialAdapterDirectory, adapterFile);
  const files = [dataFile, job.rehearsalFile, initial].flatMap((path) => path ?? []);
  const examples = await Promise.all(files.map(sha256OfFile));
  return createHash('sha256')
    .update(JSON.stringify([engineVersion, base, examples, job.settings, job.steps]))
    .digest('hex');
}
