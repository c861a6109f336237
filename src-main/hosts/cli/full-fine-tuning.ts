/** The yardstick: what training all weights on the same examples costs, by really doing a few steps of it. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, Example, TrainingPlan, TrainingRun } from '../../contract/entities.ts';
import type { Engine } from '../../engine/engine.ts';
import type { FullFineTuningFigures } from './poc-outcome.ts';

/** The first two steps of a session are about twice as slow, so they do not count. */
const warmUpSteps = 2;
const measuredSteps = 3;

export interface FullFineTuningQuestion {
  /** An engine of its own, so that its memory is nobody else's. The caller closes it. */
  readonly engine: Engine;
  readonly modelDirectory: string;
  readonly examples: readonly Pick<Example, 'id' | 'question' | 'answer'>[];
  readonly run: TrainingRun;
  readonly plan: TrainingPlan;
  /** An empty folder that may be filled and is removed. */
  readonly folder: string;
}

/** Falls back to the plan's computed figures where the steps cannot be run, e.g. for want of memory. */
export async function fullFineTuningFigures(question: FullFineTuningQuestion): Promise<FullFineTuningFigures> {
  const { parameters, estimatedPeakBytes, checkpointBytes } = question.plan.fullFineTuning;
  try {
    return await measure(question);
  } catch {
    const seconds = null;
    return {
      source: 'computed',
      parameters,
      seconds,
      peakBytes: estimatedPeakBytes,
      bytes: checkpointBytes,
      measuredSteps: 0,
    };
  }
}

async function measure({
  engine,
  modelDirectory,
  examples,
  run,
  folder,
}: FullFineTuningQuestion): Promise<FullFineTuningFigures> {
  const { settings } = run;
  const steps = warmUpSteps + measuredSteps;
  const some = examples.slice(0, steps * settings.batchSize);
  mkdirSync(folder, { recursive: true });
  try {
    const examplesFile = join(folder, 'examples.jsonl');
    writeFileSync(
      examplesFile,
      some.map(({ id, question, answer }) => `${JSON.stringify({ id, question, answer })}\n`).join(''),
    );
    const arrivals: number[] = [];
    const result = await engine.start(
      'train',
      {
        modelDirectory,
        examplesFile,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory: join(folder, 'output'),
        settings: { ...settings, method: 'full', epochs: 1, checkpointEverySteps: 100_000 },
        device: run.device as Device,
        resume: false,
        memoryLimitBytes: null,
      },
      ({ kind }) => {
        if (kind === 'step') arrivals.push(performance.now());
      },
    ).result;
    const counted = arrivals.slice(warmUpSteps - 1);
    const [first, last] = [counted[0] ?? 0, counted.at(-1) ?? 0];
    const secondsAStep = (last - first) / 1000 / Math.max(1, counted.length - 1);
    return {
      source: 'measured',
      parameters: result.adapterParameters,
      seconds: secondsAStep * run.steps,
      peakBytes: result.peakBytes,
      bytes: result.adapterBytes,
      measuredSteps: result.steps,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
