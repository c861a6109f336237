/** What a run will cost, from its examples and from a few real steps on this machine. */

import type { TrainingPlan, TrainJob } from '../jobs.ts';
import { openSession } from '../runtime/session.ts';
import { openChatModel } from '../text/chat-model.ts';
import { batchFeeds, trainedTokens } from './batch.ts';
import { openTrainingData } from './data.ts';
import { fitStep } from './fit.ts';
import { fullTrainGraph } from './graph.ts';
import { rowLength } from './loop.ts';
import { peakOfStep } from './memory.ts';
import { openMethod } from './methods.ts';
import { parameterFeeds } from './step.ts';

/** Runs measured after the warm-up; the first two of a session are about twice as slow. */
const measuredRuns = 3;
const warmUpRuns = 2;
const floatBytes = 4;

/** Measures a few micro-batches and predicts the whole run. Nothing is trained and nothing is written. */
export async function planTraining(job: TrainJob): Promise<TrainingPlan> {
  const { settings } = job;
  const model = await openChatModel(job.modelDirectory);
  const limit = Math.min(settings.maxTokens, model.decoder.contextLength);
  const { sequences, schedule } = await openTrainingData(model, job, limit);
  const method = await openMethod(model, job, limit);
  const { baseBytes, fits, mapped, microBatch, peakBytes, shape } = fitStep(
    job,
    method,
    schedule,
    job.validationFile === null ? undefined : method.lossGraph(),
  );
  const rows = schedule.rowsAt(1).slice(0, microBatch);
  const feeds = batchFeeds(rows, 1);
  const places = feeds.input_ids!.data.length;

  const session = await openSession(method.trainGraph, { device: job.device, externalFolder: model.directory, mapped });
  let seconds = Infinity;
  try {
    for (let run = 0; run < warmUpRuns + measuredRuns; run++) {
      const started = performance.now();
      await session.run({ ...parameterFeeds(method.parameters), ...feeds, ...method.extraFeeds(places, 1, 0) });
      if (run >= warmUpRuns) seconds = Math.min(seconds, (performance.now() - started) / 1000);
    }
  } finally {
    await session.close();
  }

  const tokens = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const trained = sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  // Every weight is an input then, with its gradient and its moments.
  const fullPeakBytes = peakOfStep({
    graph: fullTrainGraph(model.decoder, limit),
    mapped: false,
    trainedCount: model.parameters,
    baseBytes: baseBytes + floatBytes * model.parameters,
  })(shape);
  // The measured run covers `places` of the epoch's places; padding counts, so the step's rows are the measure.
  const placesPerStep = schedule.rowsAt(1).reduce((sum, row) => sum + rowLength(row), 0);
  const usedPlaces = rows.reduce((sum, row) => sum + rowLength(row), 0);
  return {
    steps: schedule.steps,
    trainedTokens: trained * settings.epochs,
    totalTokens: tokens * settings.epochs,
    estimatedSeconds: schedule.steps * seconds * (placesPerStep / usedPlaces),
    estimatedPeakBytes: peakBytes,
    // Two generations of values and moments, and the adapter itself.
    diskBytes: method.trainedCount * floatBytes * (2 * 3 + 1),
    microBatch,
    fits,
    adapterParameters: method.trainedCount,
    baseParameters: model.parameters,
    fullFineTuning: {
      parameters: model.parameters,
      estimatedPeakBytes: fullPeakBytes,
      checkpointBytes: model.parameters * floatBytes * 3,
    },
  };
}
