/** Makes a training fit into the memory there is: the way its steps use memory, and rows of one run. */

import type { Graph } from '../graph/graph.ts';
import type { MemoryWishes, StepWay, TrainJob } from '../jobs.ts';
import { availableMemory } from '../memory/available.ts';
import { chooseMemory, type MemoryChoice, peakOfStep, type RunShape, waysFor } from '../memory/step.ts';
import { rowLength, trainedTokens } from './batch.ts';
import type { Schedule } from './examples.ts';
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
  /** The ways that come after the chosen one, where memory turns out to be shorter than it looked. */
  readonly otherWays: readonly StepWay[];
  /** What the way that would be preferred needs for one row. */
  readonly fastestPeakBytes: number;
  /** What the most frugal way needs for one row. */
  readonly smallestPeakBytes: number;
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
  job: Pick<TrainJob, 'memory' | 'memoryLimitBytes'>,
  method: Pick<TrainMethod, 'trainGraph' | 'trainedCount'>,
  schedule: Schedule,
  lossGraph?: Graph,
): StepFit {
  const rows = schedule.rowsAt(1);
  const trained = rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  const longest = Math.max(...rows.map(rowLength));
  const step = { count: rows.length, longest, trainedPerRow: trained / rows.length };
  return fitRows(method, step, memoryBudget(job), { wishes: job.memory, lossGraph });
}

/** Fits rows of a known size into a budget in bytes. */
export function fitRows(
  { trainGraph, trainedCount }: Pick<TrainMethod, 'trainGraph' | 'trainedCount'>,
  { count, longest, trainedPerRow }: StepRows,
  budget: number,
  { wishes, lossGraph }: { readonly wishes?: MemoryWishes | undefined; readonly lossGraph?: Graph | undefined } = {},
): StepFit {
  const shapeOf = (batch: number, tokens: number): RunShape => ({
    batch,
    tokens,
    trained: Math.max(1, Math.ceil((batch * trainedPerRow * tokens) / longest)),
  });
  const baseBytes = process.memoryUsage.rss();
  const peaks = waysFor(wishes).map((way) => {
    const { mapped } = way;
    return { way, peakOf: peakOfStep({ graph: trainGraph(way), mapped, trainedCount, baseBytes, lossGraph }) };
  });
  const most = Math.min(count, wishes?.microBatch ?? Math.max(1, Math.floor(largestRunTokens / longest)));
  const candidates = peaks.map(({ way, peakOf }) => ({
    way,
    peakAt: (batch: number) => peakOf(shapeOf(batch, longest)),
  }));
  const choice = chooseMemory(candidates, most, budget);
  const fit = {
    ...choice,
    shape: shapeOf(choice.microBatch, longest),
    baseBytes,
    otherWays: peaks.map(({ way }) => way).slice(peaks.findIndex(({ way }) => way === choice.way) + 1),
    fastestPeakBytes: candidates[0]!.peakAt(1),
    smallestPeakBytes: Math.min(...candidates.map(({ peakAt }) => peakAt(1))),
  };
  if (choice.fits) return { ...fit, longestFittingTokens: longest };
  const { peakOf } = peaks.find(({ way }) => way === choice.way)!;
  const frugal = { way: choice.way, peakAt: (tokens: number) => peakOf(shapeOf(1, tokens)) };
  const shorter = chooseMemory([frugal], longest, budget);
  return { ...fit, longestFittingTokens: shorter.fits ? shorter.microBatch : null };
}
