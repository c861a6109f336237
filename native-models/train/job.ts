/** A training job from files to files: examples in, a PEFT folder (or a whole model) out, with checkpoints on the way. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { JobControl, TrainEvent, TrainJob, TrainResult } from '../jobs.ts';
import type { Graph } from '../graph/graph.ts';
import { adapterFile } from '../lora/format.ts';
import { openWithFallback } from '../runtime/fallback.ts';
import { isMemoryError, type Session } from '../runtime/session.ts';
import { type ChatModel, openChatModel } from '../text/chat-model.ts';
import { engineVersion } from '../version.ts';
import { sha256OfFile } from '../weights/files.ts';
import { fingerprint } from '../weights/fingerprint.ts';
import { defaultAdamW } from './adamw.ts';
import { trainedTokens } from './batch.ts';
import { type CheckpointState, loadCheckpoint, removeCheckpoints, saveCheckpoint } from './checkpoint.ts';
import { openTrainingData } from './data.ts';
import { packRows } from './examples.ts';
import { fitStep } from './fit.ts';
import { runLoop, type StepReport } from './loop.ts';
import { median } from './median.ts';
import { openMethod } from './methods.ts';
import { MicroBatch } from './micro-batch.ts';
import { learningRateAt } from './schedule.ts';
import { memoryExhausted, openStepSession, untilItFits } from './step-session.ts';
import { meanLoss } from './validation.ts';

export interface TrainHooks {
  readonly control: JobControl;
  readonly onEvent: (event: TrainEvent) => void;
}

/** Validation losses that a run computes at most. */
export const largestValidations = 12;

/**
 * Runs a job. A resumed job goes on bit for bit where its newest checkpoint stands.
 * Raises what its files raise, `training-diverged`, `memory-exhausted`, `disk-full`, `cancelled`; whatever was learned
 * until then lies in a checkpoint.
 */
export async function train(job: TrainJob, { control, onEvent }: TrainHooks): Promise<TrainResult> {
  const { settings, outputDirectory } = job;
  const model = await openChatModel(job.modelDirectory);
  const limit = Math.min(settings.maxTokens, model.decoder.contextLength);
  const { sequences, validation, longestText, schedule, file } = await openTrainingData(model, job, limit);
  const method = await openMethod(model, job, longestText, { turn: control.turn });
  const identity = await identityOf(job, model, file);
  let state: CheckpointState = { step: 0, identity, firstLoss: Number.NaN, lastLoss: Number.NaN, seconds: 0 };
  if (job.resume) state = (await loadCheckpoint(outputDirectory, identity, method.parameters)) ?? state;
  else await removeCheckpoints(outputDirectory);
  let saved = state.step;

  const lossGraph = validation.length > 0 ? method.lossGraph() : undefined;
  const fit = fitStep(job, method, schedule, lossGraph);
  const { way, peakBytes: estimatedPeakBytes, smallestPeakBytes } = fit;
  const exhausted = (error: unknown): never => {
    throw isMemoryError(error) ? memoryExhausted(fit.shape.tokens, smallestPeakBytes, error) : error;
  };
  let { device } = job;
  const openGraph = (graph: Graph, mapped: boolean): Promise<Session> =>
    openWithFallback(graph, { device, externalFolder: method.externalFolder, mapped }, (fallback) => {
      device = fallback.to;
      onEvent({ kind: 'device-fallback', ...fallback, step: state.step });
    });
  const session = await openStepSession(
    [way, ...fit.otherWays],
    (each) => openGraph(method.trainGraph(each), each.mapped),
    (from, to, reason) => onEvent({ kind: 'way-changed', from, to, reason }),
  ).catch(exhausted);
  const makeRoom = (cause: unknown): Promise<boolean> => session.reopen(cause);
  const lossSession =
    lossGraph &&
    (await untilItFits(() => openGraph(lossGraph, true), makeRoom).catch(async (error: unknown) => {
      await session.close();
      return exhausted(error);
    }));
  const microBatch = new MicroBatch(fit.microBatch, {
    makeRoom,
    smallestPeakBytes,
    onReduced: (from, to, reason) => onEvent({ kind: 'micro-batch-reduced', from, to, reason }),
  });
  let peakBytes = process.memoryUsage.rss();
  const recent: number[] = [];

  const save = async (): Promise<void> => {
    if (state.step === saved) return;
    const path = await saveCheckpoint(outputDirectory, state, method.parameters);
    saved = state.step;
    onEvent({ kind: 'checkpoint', step: state.step, path });
  };
  const validate = async (): Promise<void> => {
    if (!lossSession) return;
    const rows = packRows(validation);
    const loss = await microBatch.over(rows, (size) => meanLoss(lossSession, method.parameters, rows, size, control));
    onEvent({ kind: 'validation', step: state.step, loss });
  };
  const validationEvery = schedule.stepsPerEpoch * Math.ceil(settings.epochs / largestValidations);
  const onStep = async (report: StepReport): Promise<void> => {
    const { step, loss, gradNorm, learningRate, tokens, seconds } = report;
    const firstLoss = Number.isNaN(state.firstLoss) ? loss : state.firstLoss;
    state = { step, identity, firstLoss, lastLoss: loss, seconds: state.seconds + seconds };
    const residentBytes = process.memoryUsage.rss();
    peakBytes = Math.max(peakBytes, residentBytes);
    recent.push(seconds);
    if (recent.length > 20) recent.shift();
    onEvent({
      kind: 'step',
      step,
      steps: schedule.steps,
      epoch: schedule.epochAt(step),
      loss,
      gradNorm,
      learningRate,
      tokensPerSecond: tokens / seconds,
      residentBytes,
      // The median of the last steps: the first two of a session are slow and would mislead.
      secondsLeft: (schedule.steps - step) * median(recent),
    });
    if (step % validationEvery === 0 || step === schedule.steps) await validate();
    if (step % settings.checkpointEverySteps === 0 || step === schedule.steps) await save();
  };

  onEvent({
    kind: 'prepared',
    steps: schedule.steps,
    examples: sequences.length,
    trainedTokens: sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0),
    resumedAtStep: state.step,
    device,
    microBatch: fit.microBatch,
    way,
    longestRow: fit.shape.tokens,
    estimatedPeakBytes,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
  });
  try {
    if (state.step === 0) await validate();
    await runLoop(
      {
        session,
        parameters: method.parameters,
        steps: schedule.steps,
        startStep: state.step,
        rowsAt: schedule.rowsAt,
        extraFeeds: method.extraFeeds,
        learningRateAt: (step) => learningRateAt(step, schedule.steps, settings),
        adamW: { ...defaultAdamW, weightDecay: settings.weightDecay },
        clipNorm: settings.clipNorm,
        microBatch,
      },
      { control, onStep },
    );
    await save();
  } catch (error) {
    // Whoever stops a run keeps what it learned.
    if (error instanceof ModelError && error.code !== 'disk-full') await save();
    throw error;
  } finally {
    await session.close();
    await lossSession?.close();
  }

  const adapterDirectory = join(outputDirectory, 'adapter');
  const written = await method.write(adapterDirectory, await sha256OfFile(file));
  return {
    adapterDirectory,
    readBackTensors: written.readBackTensors,
    steps: schedule.steps,
    firstLoss: state.firstLoss,
    lastLoss: state.lastLoss,
    seconds: state.seconds,
    peakBytes,
    adapterBytes: written.bytes,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
    sha256: written.sha256,
    device,
    engineVersion,
  };
}

/** A run may only be continued with the same model, examples, settings and engine. */
async function identityOf(job: TrainJob, model: ChatModel, dataFile: string): Promise<string> {
  const base = await fingerprint(model.weights);
  const initial = job.initialAdapterDirectory && join(job.initialAdapterDirectory, adapterFile);
  const files = [dataFile, job.rehearsalFile, initial].flatMap((path) => path ?? []);
  const examples = await Promise.all(files.map(sha256OfFile));
  return createHash('sha256')
    .update(JSON.stringify([engineVersion, base, examples, job.settings, job.steps]))
    .digest('hex');
}
