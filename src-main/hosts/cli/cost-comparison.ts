/** The yardstick: what training all weights costs beside training the adapter, by really doing a few steps of each. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, Example, TrainingPlan, TrainingRun, TrainSettings } from '../../contract/entities.ts';
import type { Engine } from '../../engine/engine.ts';

/** The first two steps of a session are about twice as slow, so they do not count. */
const warmUpSteps = 2;
const countedSteps = 3;

export interface CostComparison {
  /** `measured`: a few steps of both methods were really run; `computed`: nothing was run. */
  readonly source: 'measured' | 'computed';
  /** Peak memory of the adapter's steps; null where nothing was run. */
  readonly adapterPeakBytes: number | null;
  readonly full: {
    readonly parameters: number;
    /** For as many steps as the adapter was trained: the adapter's own time, times the measured ratio. */
    readonly seconds: number | null;
    readonly peakBytes: number;
    /** Weights that would have to be kept for this one task. */
    readonly bytes: number;
  };
  readonly measuredSteps: number;
}

export interface CostQuestion {
  /** Opens an engine, so that each method has a process, and a peak, of its own. */
  readonly openEngine: () => Engine;
  readonly modelDirectory: string;
  readonly examples: readonly Pick<Example, 'id' | 'question' | 'answer'>[];
  readonly run: TrainingRun;
  readonly plan: TrainingPlan;
  /** A folder that does not exist; it is made and removed. */
  readonly folder: string;
}

/** Falls back to the plan's computed figures where the steps cannot be run, e.g. for want of memory. */
export async function compareCosts(question: CostQuestion): Promise<CostComparison> {
  const { run, plan, folder } = question;
  mkdirSync(folder, { recursive: true });
  try {
    const adapter = await fewSteps(question, 'lora');
    const full = await fewSteps(question, 'full');
    return {
      source: 'measured',
      adapterPeakBytes: adapter.peakBytes,
      full: {
        parameters: full.parameters,
        seconds: ((run.seconds ?? 0) * full.secondsAStep) / adapter.secondsAStep,
        peakBytes: full.peakBytes,
        bytes: full.bytes,
      },
      measuredSteps: full.steps,
    };
  } catch {
    const { parameters, estimatedPeakBytes, checkpointBytes } = plan.fullFineTuning;
    const full = { parameters, seconds: null, peakBytes: estimatedPeakBytes, bytes: checkpointBytes };
    return { source: 'computed', adapterPeakBytes: null, full, measuredSteps: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fewSteps(question: CostQuestion, method: TrainSettings['method']) {
  const { openEngine, modelDirectory, examples, run, folder } = question;
  const enough = (warmUpSteps + countedSteps) * run.settings.batchSize;
  const some = examples.slice(0, enough);
  const epochs = Math.ceil(enough / some.length);
  const examplesFile = join(folder, 'examples.jsonl');
  const lines = some.map(({ id, question: asked, answer }) => JSON.stringify({ id, question: asked, answer }));
  writeFileSync(examplesFile, `${lines.join('\n')}\n`);
  const arrivals: number[] = [];
  const engine = openEngine();
  try {
    const { result } = engine.start(
      'train',
      {
        modelDirectory,
        examplesFile,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory: join(folder, method),
        settings: { ...run.settings, method, epochs, checkpointEverySteps: 100_000 },
        device: run.device as Device,
        resume: false,
        memoryLimitBytes: null,
      },
      ({ kind }) => {
        if (kind === 'step') arrivals.push(performance.now());
      },
    );
    const { adapterParameters: parameters, peakBytes, adapterBytes: bytes, steps } = await result;
    return { parameters, peakBytes, bytes, steps, secondsAStep: secondsBetween(arrivals.slice(warmUpSteps - 1)) };
  } finally {
    await engine.close();
  }
}

/** Mean time between two arrivals, in seconds. There are as many as `enough` asks for. */
function secondsBetween(arrivals: readonly number[]): number {
  const [first = 0, last = first] = [arrivals[0], arrivals.at(-1)];
  return (last - first) / 1000 / (arrivals.length - 1);
}
