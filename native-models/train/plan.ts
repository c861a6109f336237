/** What a run will cost, from its graph, its examples and a few real steps on this machine. */

import type { JobHooks, PlanProgress, TrainingPlan, TrainJob } from '../jobs.ts';
import { openWithFallback, refused } from '../runtime/fallback.ts';
import { type ChatModel, openChatModel } from '../models/chat-model.ts';
import { batchFeeds, type PackedRow, rowLength, trainedTokens } from './batch.ts';
import { openTrainingData, type TrainingData } from './data.ts';
import { packRows, type Schedule } from './examples.ts';
import { fitStep, memoryBudget, type StepFit } from './fit.ts';
import { fullTrainGraph } from './graph.ts';
import { largestValidations, stoppingRule } from './run.ts';
import { settlingShare } from './stopping.ts';
import { median } from './median.ts';
import { peakOfStep, waysFor } from '../memory/step.ts';
import { openMethod, type TrainMethod } from './methods.ts';
import { computeGradients } from './step.ts';

/** The first run of a session is slow and does not count. It has one row, and says how long a whole run would take. */
const warmUpRuns = 1;
const measuredRuns = 10;
/** A run that takes longer is measured with one row: a token then costs about as much (see the ways in memory.ts). */
const longRunSeconds = 2;
/** People wait for the plan: once this is over, two runs that agree are enough, and in the end those there are. */
const enoughMilliseconds = 4_000;
const measuringMilliseconds = 20_000;
const agreement = 0.1;
const floatBytes = 4;
/** A forward pass alone, beside forward and backward. */
const forwardShare = 0.4;

/** Predicts the whole run; where it fits, after measuring some of its steps. Nothing is trained and nothing is written. */
export async function planTraining(job: TrainJob, hooks: JobHooks<PlanProgress>): Promise<TrainingPlan> {
  const { settings } = job;
  const model = await openChatModel(job.modelDirectory);
  const limit = Math.min(settings.maxTokens, model.decoder.contextLength);
  const data = await openTrainingData(model, job, limit);
  const { sequences, validation, longestText } = data;
  const scale = scaleOf(job, data);
  const schedule = scaled(data.schedule, scale.examples, job);
  const method = await openMethod(model, job, longestText, { turn: hooks.control.turn });
  const fit = fitStep(job, method, schedule, validation.length > 0 ? method.lossGraph() : undefined);
  const full = fullPeakBytes(model, fit, longestText);
  const measured = fit.fits ? await measure(job, model, method, data, fit, hooks) : null;
  const agreed = settings.untilKnown?.seconds ?? null;
  const places =
    runPlaces(data, schedule.steps, fit.microBatch) +
    forwardShare * scale.validation * validationPlaces(schedule, packRows(validation), job);
  const seconds = measured && places * measured.secondsPerPlace;
  // As many as the time agreed allows.
  const allowed = seconds === null || agreed === null ? 1 : Math.min(1, agreed / seconds);
  const steps = Math.max(1, Math.floor(schedule.steps * allowed));
  return {
    steps,
    trainedTokens:
      (sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0) * steps) / data.schedule.stepsPerEpoch,
    totalTokens: (sequences.reduce((sum, { ids }) => sum + ids.length, 0) * steps) / data.schedule.stepsPerEpoch,
    estimatedSeconds: measured && measured.openSeconds + seconds! * allowed,
    endsEarlier: settings.untilKnown !== undefined,
    measuredSteps: measured?.runs ?? 0,
    estimatedPeakBytes: fit.peakBytes,
    availableBytes: memoryBudget(job),
    // Two generations of values and moments, and the adapter itself.
    diskBytes: method.trainedCount * floatBytes * (2 * 3 + 1),
    microBatch: fit.microBatch,
    way: fit.way,
    wayReason: wayReason(job, fit),
    fastestPeakBytes: fit.fastestPeakBytes,
    device: measured?.deviceFallback?.to ?? job.device,
    deviceFallback: measured?.deviceFallback ?? null,
    fits: fit.fits,
    longestFittingTokens: fit.longestFittingTokens,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
    fullFineTuning: {
      parameters: model.parameters,
      estimatedPeakBytes: full,
      checkpointBytes: model.parameters * floatBytes * 3,
    },
  };
}

function wayReason({ memory }: TrainJob, { way }: StepFit): TrainingPlan['wayReason'] {
  if (memory?.mapped !== undefined || memory?.recompute !== undefined) return 'chosen';
  return way === waysFor()[0] ? 'fastest' : 'memory';
}

/** Runs the first micro-batch of one step after the other, or one row of it, until there are enough or the time is up. */
async function measure(
  job: TrainJob,
  model: ChatModel,
  method: TrainMethod,
  { schedule }: TrainingData,
  { microBatch, way }: StepFit,
  { control, onEvent }: JobHooks<PlanProgress>,
) {
  let deviceFallback = null as TrainingPlan['deviceFallback'];
  const opened = performance.now();
  const session = await openWithFallback(
    method.trainGraph(way),
    { device: job.device, externalFolder: method.externalFolder, mapped: way.mapped },
    (fallback) => {
      if (job.deviceAsked) throw refused(fallback, fallback.detail);
      deviceFallback = fallback;
    },
  );
  const openSeconds = (performance.now() - opened) / 1000;
  /** Seconds for each token place, of each measured run. */
  const measured: number[] = [];
  try {
    const begun = performance.now();
    let rows = 1;
    for (let run = 1; run <= warmUpRuns + measuredRuns; run++) {
      await control.turn();
      onEvent({ done: run - 1, total: warmUpRuns + measuredRuns });
      if (isEnough(measured, performance.now() - begun)) break;
      const feeds = batchFeeds(schedule.rowsAt(Math.min(run, schedule.steps)).slice(0, rows), 1);
      const size = feeds.input_ids!.data.length;
      const started = performance.now();
      await computeGradients(session, method.parameters, [{ ...feeds, ...method.extraFeeds(size, 1, 0) }]);
      const seconds = (performance.now() - started) / 1000;
      if (run > warmUpRuns) measured.push(seconds / size);
      else if (seconds * microBatch < longRunSeconds) rows = microBatch;
    }
  } finally {
    await session.close();
  }
  return {
    deviceFallback,
    runs: measured.length,
    openSeconds,
    secondsPerPlace: median(measured),
  };
}

/** Whether these measurements (seconds a token) suffice after so many milliseconds. */
export function isEnough(measured: readonly number[], milliseconds: number): boolean {
  if (measured.length === 0 || milliseconds < enoughMilliseconds) return false;
  const [before, last] = measured.slice(-2);
  if (milliseconds > measuringMilliseconds) return true;
  return last !== undefined && Math.abs(last / before! - 1) < agreement;
}

/** How many times as many there are as are looked at. */
function scaleOf({ sampleOf, settings }: TrainJob, { sequences, validation }: TrainingData) {
  if (!sampleOf) return { examples: 1, validation: 1 };
  return {
    examples: sampleOf.examples / sequences.length,
    // What is kept aside of very many is no more than of some.
    validation: settings.untilKnown || validation.length === 0 ? 1 : sampleOf.validation / validation.length,
  };
}

/** The steps of a run of so many times as many examples. */
function scaled(schedule: Schedule, times: number, { settings, steps }: TrainJob): Schedule {
  const stepsPerEpoch = Math.ceil(schedule.stepsPerEpoch * times);
  return {
    ...schedule,
    stepsPerEpoch,
    steps: steps ?? (times === 1 ? schedule.steps : stepsPerEpoch * settings.epochs),
  };
}

/** Token places, padding included, that all steps of a run compute. @param steps of the run */
function runPlaces({ schedule }: TrainingData, steps: number, microBatch: number): number {
  let places = 0;
  const sample = Math.min(schedule.steps, schedule.stepsPerEpoch);
  for (let step = 1; step <= sample; step++) places += placesOf(schedule.rowsAt(step), microBatch);
  return (places * steps) / sample;
}

function placesOf(rows: readonly PackedRow[], microBatch: number): number {
  let places = 0;
  for (let start = 0; start < rows.length; start += microBatch) {
    const some = rows.slice(start, start + microBatch);
    places += some.length * Math.max(...some.map(rowLength));
  }
  return places;
}

/** Token places of all validations: one before the first step, then as often as the job does it, if it is not known earlier. */
function validationPlaces(schedule: Schedule, rows: readonly PackedRow[], { settings }: TrainJob): number {
  if (rows.length === 0) return 0;
  const rule = stoppingRule(settings, schedule, rows.length);
  const onTheWay = rule
    ? schedule.steps / (1 + settlingShare) / rule.askEvery
    : Math.min(largestValidations, settings.epochs);
  const validations = 1 + onTheWay;
  return validations * rows.reduce((sum, row) => sum + rowLength(row), 0) * Math.min(1, schedule.steps);
}

/** Peak of training every weight in the same runs: the weights are inputs then, each with gradient and moments. */
function fullPeakBytes({ decoder, parameters }: ChatModel, { shape, baseBytes }: StepFit, positions: number): number {
  const graph = fullTrainGraph(decoder, { positions });
  const values = floatBytes * parameters;
  return peakOfStep({ graph, mapped: false, trainedCount: parameters, baseBytes: baseBytes + values })(shape);
}
