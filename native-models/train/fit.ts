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
  /** Where nothing fits: the longest row that would, null where the model itself is too large. */
  readonly longestFittingTokens: number | null;
}

/** Bytes that this process may hold in all. */
export function memoryBudget(job: Pick<TrainJob, 'memoryLimitBytes'>): number {
  return job.memoryLimitBytes ?? usableShare * (process.memoryUsage.rss() + availableMemory());
}

/** The rows of a step, as far as memory is concerned. */
export interface StepRows {
  readonly count: number;
  /** Tokens of the longest row. */
  readonly longest: number;
  readonly trainedPerRow: number;
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
  const trained = rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  const longest = Math.max(...rows.map(rowLength));
  const step = { count: rows.length, longest, trainedPerRow: trained / rows.length };
  return fitRows(method, step, memoryBudget(job), lossGraph);
}

/** Fits rows of a known size into a budget in bytes. */
export function fitRows(
  { trainGraph: graph, trainedCount }: Pick<TrainMethod, 'trainGraph' | 'trainedCount'>,
  { count, longest, trainedPerRow }: StepRows,
  budget: number,
  lossGraph?: Graph,
): StepFit {
  const shapeOf = (batch: number, tokens: number): RunShape => ({
    batch,
    tokens,
    trained: Math.max(1, Math.ceil((batch * trainedPerRow * tokens) / longest)),
  });
  const baseBytes = process.memoryUsage.rss();
  const peaks = [false, true].map((mapped) => ({
    mapped,
    peakOf: peakOfStep({ graph, mapped, trainedCount, baseBytes, lossGraph }),
  }));
  const most = Math.min(count, Math.max(1, Math.floor(largestRunTokens / longest)));
  const choice = chooseMemory(
    peaks.map(({ mapped, peakOf }) => ({ mapped, peakAt: (batch) => peakOf(shapeOf(batch, longest)) })),
    most,
    budget,
  );
  const shape = shapeOf(choice.microBatch, longest);
  if (choice.fits) return { ...choice, shape, baseBytes, longestFittingTokens: longest };
  const frugal = { mapped: true, peakAt: (tokens: number) => peaks.at(-1)!.peakOf(shapeOf(1, tokens)) };
  const shorter = chooseMemory([frugal], longest, budget);
  return { ...choice, shape, baseBytes, longestFittingTokens: shorter.fits ? shorter.microBatch : null };
}
