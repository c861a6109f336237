/** The training loop: micro-batches, accumulation, updates, and the brakes that keep a run from being wasted. */

import { ModelError } from '../errors.ts';
import type { JobControl } from '../jobs.ts';
import { batchFeeds, type PackedRow, trainedTokens } from './batch.ts';
import type { MicroBatch } from './micro-batch.ts';
import type { Optimizer } from './optimizer.ts';
import type { Feeds } from './step.ts';

export interface LoopSetup {
  readonly optimizer: Optimizer;
  /** Number of the last step, as it stands before each one. */
  readonly lastStep: () => number;
  /** Steps that were done before (resumed runs). */
  readonly startStep: number;
  /** The rows of a step, from its number alone, so that a resumed run sees the same ones. */
  readonly rowsAt: (step: number) => readonly PackedRow[] | Promise<readonly PackedRow[]>;
  /** Further inputs of one run of `tokens` token places (dropout noise). */
  readonly extraFeeds?: (tokens: number, step: number, microBatch: number) => Feeds;
  readonly learningRateAt: (step: number) => number;
  readonly microBatch: MicroBatch;
}

export interface StepReport {
  /** Counts from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Token places computed, padding included. */
  readonly tokens: number;
  readonly seconds: number;
}

export interface LoopHooks {
  readonly control: JobControl;
  /** Awaited after every update. */
  readonly onStep: (report: StepReport) => Promise<void>;
}

/** Steps that a run may take to recover from a loss or gradient that is no finite number. */
const largestTrouble = 3;

/**
 * Trains from `startStep + 1` to the last step.
 * A step without a finite gradient takes back the update before it; two finite steps in a row count as recovered.
 * Throws `training-diverged` when a run has not recovered within three steps (the parameters are then good ones),
 * `memory-exhausted` when even single rows do not fit in the most frugal way, `cancelled` between two micro-batches.
 */
export async function runLoop(setup: LoopSetup, hooks: LoopHooks): Promise<void> {
  const { optimizer } = setup;
  let trouble = 0;
  let hasBefore = false;
  for (let step = setup.startStep + 1; step <= setup.lastStep(); step++) {
    const started = performance.now();
    const rows = await setup.rowsAt(step);
    const { loss, norm, places } = await setup.microBatch.over(rows, async (size) => {
      const runs = feedsOf(setup, rows, step, size);
      const turn = (): Promise<void> => hooks.control.turn();
      return {
        ...(await optimizer.computeGradients(runs, turn)),
        places: runs.reduce((sum, { input_ids: ids }) => sum + (ids?.data.length ?? 0), 0),
      };
    });
    const learningRate = setup.learningRateAt(step);
    if (Number.isFinite(loss) && Number.isFinite(norm)) {
      // A second finite step in a row: the update between them did no harm.
      if (hasBefore) trouble = 0;
      else if (trouble > 0) trouble++;
      hasBefore = true;
      await optimizer.update(step, learningRate);
    } else {
      // Clipped gradients keep the moments sane; only the values went too far.
      if (hasBefore) optimizer.takeBack();
      hasBefore = false;
      trouble++;
    }
    await hooks.onStep({
      step,
      loss,
      gradNorm: norm,
      learningRate,
      tokens: places,
      seconds: (performance.now() - started) / 1000,
    });
    // Reported before it is thrown, so that whoever keeps checkpoints holds the parameters that were put back.
    if (!hasBefore && trouble >= largestTrouble) {
      const reason = `the loss did not become a finite number again within ${largestTrouble} steps`;
      throw new ModelError('training-diverged', { step, reason });
    }
  }
}

/** The tensors of a step's micro-batches; every trained token of the step weighs the same. */
function feedsOf(setup: LoopSetup, rows: readonly PackedRow[], step: number, size: number): readonly Feeds[] {
  const trained = rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  const runs: Feeds[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const feeds = batchFeeds(rows.slice(start, start + size), 1 / trained);
    const places = feeds.input_ids!.data.length;
    runs.push({ ...feeds, ...setup.extraFeeds?.(places, step, runs.length) });
  }
  return runs;
}
