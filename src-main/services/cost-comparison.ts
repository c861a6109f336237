/** The yardstick: what training all weights costs beside training the adapter, by really doing a few steps of each. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { tidyUp } from '../../native-models/disk/patient.ts';
import type { Device, StepComparison, TrainingRun, TrainSettings } from '../contract/entities.ts';
import type { Engine, EngineJobs, RunningJob } from '../engine/engine.ts';
import { makeFolder } from '../store/make-folder.ts';
import { toPair } from './training-files.ts';

/** The first two steps of a session are about twice as slow, so they do not count. */
const warmUpSteps = 2;
const countedSteps = 3;

type Pair = Parameters<typeof toPair>[0];
type TrainResult = EngineJobs['train']['output'];

export interface CostQuestion {
  /** Opens an engine, so that each method has a process, and a peak, of its own. */
  readonly openEngine: () => Engine;
  readonly modelDirectory: string;
  /** Those that were trained. */
  readonly examples: readonly Pair[];
  readonly run: Pick<TrainingRun, 'settings' | 'device'>;
  /** Where a base in fewer bits is cached. */
  readonly cacheDirectory: string;
  /** A folder that does not exist; it is made and removed. */
  readonly folder: string;
  /** Awaits a job; a cancel reaches it. */
  readonly follow: (job: RunningJob<TrainResult>) => Promise<TrainResult>;
}

/** Raises what a training raises, such as `memory-exhausted` where all weights do not fit. */
export async function compareCosts(question: CostQuestion): Promise<Omit<StepComparison, 'at' | 'by'>> {
  const { folder } = question;
  makeFolder(folder);
  try {
    const { method } = question.run.settings;
    const adapter = await fewSteps(question, method);
    const { parameters, peakBytes, bytes, steps, secondsAStep } = await fewSteps(question, 'full');
    // What else the machine did in between would be taken for a difference between the two ways.
    const again = await fewSteps(question, method);
    const timeRatio = stepRatio(secondsAStep, [adapter.secondsAStep, again.secondsAStep]);
    return { steps, adapterPeakBytes: adapter.peakBytes, full: { parameters, peakBytes, bytes, timeRatio } };
  } finally {
    await tidyUp(folder);
  }
}

/** Of the same steps done twice, the longer time over the shorter one: above it, the machine was too busy to time anything. */
const mostUneven = 1.25;

/**
 * How many times as long as an adapter's step one of full fine-tuning takes, by the mean of what the adapter's took before and
 * after it; null where those two are too far apart to say.
 */
export function stepRatio(full: number, adapter: readonly [before: number, after: number]): number | null {
  const [shorter, longer] = [Math.min(...adapter), Math.max(...adapter)];
  return longer <= shorter * mostUneven && shorter > 0 ? full / ((shorter + longer) / 2) : null;
}

async function fewSteps(question: CostQuestion, method: TrainSettings['method']) {
  const { openEngine, modelDirectory, examples, run, folder, cacheDirectory, follow } = question;
  const { memory, basePrecision, ...settings } = run.settings;
  const enough = (warmUpSteps + countedSteps) * settings.batchSize;
  const some = examples.slice(0, enough);
  const epochs = Math.ceil(enough / some.length);
  const examplesFile = join(folder, 'examples.jsonl');
  writeFileSync(examplesFile, some.map((example) => `${JSON.stringify(toPair(example))}\n`).join(''));
  const arrivals: number[] = [];
  const engine = openEngine();
  try {
    const job = engine.start(
      'train',
      {
        modelDirectory,
        examplesFile,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory: join(folder, method),
        // All weights are trained, so none of them can be kept in fewer bits.
        settings: { ...settings, ...(method !== 'full' && { basePrecision }), method, epochs, ...plainly },
        cacheDirectory,
        device: run.device as Device,
        resume: false,
        memoryLimitBytes: null,
        memory,
      },
      ({ kind }) => {
        if (kind === 'step') arrivals.push(performance.now());
      },
    );
    const { adapterParameters: parameters, peakBytes, adapterBytes: bytes, steps } = await follow(job);
    return { parameters, peakBytes, bytes, steps, secondsAStep: medianStep(arrivals.slice(warmUpSteps - 1)) };
  } finally {
    await engine.close();
  }
}

/** Some steps, nothing asked or written on the way. */
const plainly = { checkpointEverySteps: 100_000, untilKnown: undefined } as const;

/** Middle time between two arrivals, in seconds: one step that was held up says nothing. There are as many as `enough` asks for. */
function medianStep(arrivals: readonly number[]): number {
  const steps = arrivals.slice(1).map((arrival, index) => (arrival - arrivals[index]!) / 1000);
  return median(steps);
}
