/** How much memory a training step will need, from its graph, before it is tried; and how it is made to fit. */

import { bytesOf, initializerBytes, peakLiveBytes, type Sizes } from '../graph/liveness.ts';
import type { Graph } from '../graph/graph.ts';
import { inlined } from '../graph/inlined.ts';
import type { MemoryWishes, StepWay } from '../jobs.ts';
import { arenaBytes, floatBytes, nodeBytes, sessionBytes } from './session.ts';

/** Beside the trained values: two moments, a gradient, the last good copy, and a gradient that is not yet collected. */
const copiesOfTrained = 5;

export interface StepMemory {
  readonly graph: Graph;
  /** Whether weights stay mapped instead of packed. */
  readonly mapped: boolean;
  /** Number of trained values, which exist already. */
  readonly trainedCount: number;
  /** What the process holds before the session is opened. */
  readonly baseBytes: number;
  /** A second session that computes the validation loss with mapped weights. */
  readonly lossGraph?: Graph | undefined;
}

/** The sizes of one run of the training graph. */
export interface RunShape extends Sizes {
  readonly batch: number;
  readonly tokens: number;
  /** Trained tokens of the run. */
  readonly trained: number;
}

/**
 * Peak of the whole process in bytes, as a function of the run's shape. Pages of weight files count as soon as they are
 * read, as they do in the operating system's own figures.
 */
export function peakOfStep({
  graph,
  mapped,
  trainedCount,
  baseBytes,
  lossGraph,
}: StepMemory): (shape: RunShape) => number {
  const sessions = [{ written: graph, mapped }, ...(lossGraph ? [{ written: lossGraph, mapped: true }] : [])];
  const runs = sessions.map(({ written, mapped }) => {
    const loaded = inlined(written);
    const fixed = sessionBytes + nodeBytes * loaded.nodes.length + initializerBytes(loaded, mapped);
    return { live: peakLiveBytes(loaded), fixed };
  });
  const batchInputs = graph.inputs.filter(({ shape }) => shape.some((dimension) => typeof dimension === 'string'));
  return (shape) => {
    const feeds = batchInputs.reduce((sum, value) => sum + bytesOf(value, shape), 0);
    const bytes = runs.reduce((sum, { live, fixed }) => sum + fixed + arenaBytes(live(shape)), 0);
    // The former run's tensors are collected late.
    return baseBytes + bytes + 2 * feeds + copiesOfTrained * floatBytes * trainedCount;
  };
}

/**
 * The ways to run a step, in order of preference: the fastest first, and of two that differ little the smaller one later.
 * Measured at Qwen2.5-0.5B's shape on 2 cores, 4×256 tokens: 138, 120, 106 and 110 tokens/s with 7.0, 5.4, 4.2 and
 * 2.7 GB; at 1×256 the first two do not differ. How many rows a run has changes its speed less than the way does, so one
 * row in a faster way goes before many in a slower one.
 */
const stepWays: readonly StepWay[] = [
  { mapped: false, recompute: 'none' },
  { mapped: true, recompute: 'none' },
  { mapped: false, recompute: 'layers' },
  { mapped: true, recompute: 'layers' },
];

/** The ways that a person's wishes leave, in order of preference; never none. */
export function waysFor({ mapped, recompute }: MemoryWishes = {}): readonly StepWay[] {
  return stepWays.filter(
    (way) =>
      (mapped === undefined || way.mapped === mapped) && (recompute === undefined || way.recompute === recompute),
  );
}

export interface Candidate {
  readonly way: StepWay;
  readonly peakAt: (rows: number) => number;
}

export interface MemoryChoice {
  readonly way: StepWay;
  /** Rows of one run. */
  readonly microBatch: number;
  readonly peakBytes: number;
  /** False where not even one row fits in the most frugal way; the choice is then that one. */
  readonly fits: boolean;
}

/**
 * The first candidate of which at least one row fits, with as many rows as fit.
 * @param candidates in order of preference
 * @param rows most rows that make sense
 * @param budget bytes that the process may take
 */
export function chooseMemory(candidates: readonly Candidate[], rows: number, budget: number): MemoryChoice {
  for (const { way, peakAt } of candidates) {
    if (peakAt(1) > budget) continue;
    let [fitting, tooMany] = [1, rows + 1];
    while (tooMany - fitting > 1) {
      const middle = (fitting + tooMany) >> 1;
      if (peakAt(middle) <= budget) fitting = middle;
      else tooMany = middle;
    }
    return { way, microBatch: fitting, peakBytes: peakAt(fitting), fits: true };
  }
  const smallest = candidates.toSorted((a, b) => a.peakAt(1) - b.peakAt(1))[0]!;
  return { way: smallest.way, microBatch: 1, peakBytes: smallest.peakAt(1), fits: false };
}
