/** The yardstick: what training all weights costs beside training the adapter, by really doing a few steps of each. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    const adapter = await fewSteps(question, question.run.settings.method);
    const { parameters, peakBytes, bytes, steps, secondsAStep } = await fewSteps(question, 'full');
    const timeRatio = secondsAStep / adapter.secondsAStep;
    return { steps, adapterPeakBytes: adapter.peakBytes, full: { parameters, peakBytes, bytes, timeRatio } };
  } finally {
    await tidyUp(folder);
  }
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
    return { parameters, peakBytes, bytes, steps, secondsAStep: secondsBetween(arrivals.slice(warmUpSteps - 1)) };
  } finally {
    await engine.close();
  }
}

/** Some steps, nothing asked or written on the way. */
const plainly = { checkpointEverySteps: 100_000, untilKnown: undefined } as const;

/** Mean time between two arrivals, in seconds. There are as many as `enough` asks for. */
function secondsBetween(arrivals: readonly number[]): number {
  const [first = 0, last = first] = [arrivals[0], arrivals.at(-1)];
  return (last - first) / 1000 / (arrivals.length - 1);
}
