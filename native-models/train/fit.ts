/** Makes a training fit into the memory there is: packed or mapped weights, and rows of one run. */

import type { Graph } from '../graph/graph.ts';
import type { TrainJob } from '../jobs.ts';
import { availableMemory } from '../runtime/available-memory.ts';
import { trainedTokens } from './batch.ts';
import type { Schedule } from './examples.ts';
import { rowLength } from './loop.ts';
import { chooseMemory, type MemoryChoice, peakOfStep, type RunShape } from './memory.ts';
import type { TrainMethod } from './methods.ts';

/** Longer runs gain no speed on a CPU, and pause and cancel would wait for them. */
const largestRunTokens = 2048;
/** Share of the memory that a plan may use up: predictions are within a fifth, and other programs want to live. */
const usableShare = 0.85;

export interface StepFit extends MemoryChoice {
  /** The chosen run of the first step. */
  readonly shape: RunShape;
  /** What the process held before. */
  readonly baseBytes: number;
}

/** Bytes that this process may hold in all. */
function memoryBudget(job: Pick<TrainJob, 'memoryLimitBytes'>): number {
  return job.memoryLimitBytes ?? usableShare * (process.memoryUsage.rss() + availableMemory());
}

/**
 * Fits the first step of a run; later ones are alike, and the loop shrinks its runs where one was too bold.
 * @param lossGraph of the validation loss, where it is computed along
 */
export function fitStep(
  job: Pick<TrainJob, 'memoryLimitBytes'>,
  method: Pick<TrainMethod, 'trainGraph' | 'trainedCount'>,
  schedule: Schedule,
  lossGraph?: Graph,
): StepFit {
  const rows = schedule.rowsAt(1);
  const longest = Math.max(...rows.map(rowLength));
  const trainedPerRow = rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0) / rows.length;
  const shapeOf = (batch: number, tokens: number): RunShape => ({
    batch,
    tokens,
    trained: Math.max(1, Math.ceil((batch * trainedPerRow * tokens) / longest)),
  });
  const baseBytes = process.memoryUsage.rss();
  const { trainGraph: graph, trainedCount } = method;
  const peaks = [false, true].map((mapped) => ({
    mapped,
    peakOf: peakOfStep({ graph, mapped, trainedCount, baseBytes, lossGraph }),
  }));
  const budget = memoryBudget(job);
  const most = Math.min(rows.length, Math.max(1, Math.floor(largestRunTokens / longest)));
  const choice = chooseMemory(
    peaks.map(({ mapped, peakOf }) => ({ mapped, peakAt: (batch) => peakOf(shapeOf(batch, longest)) })),
    most,
    budget,
  );
  return { ...choice, shape: shapeOf(choice.microBatch, longest), baseBytes };
}
