/**
 * `node test/bench/real-training.ts <model folder> <steps> <plan | train>`: seconds and bytes that a training of the sample
 * plant takes at most, as the plan says before it, or as it really was in this process; JSON.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import type { TrainJob } from '../../native-models/jobs.ts';
import { train } from '../../native-models/train/job.ts';
import { planTraining } from '../../native-models/train/plan.ts';
import { presetSettings } from '../../src-main/domain/presets.ts';
import { peakBytes } from './peak-bytes.ts';

/** What a training costs. */
export interface TrainingCost {
  readonly seconds: number;
  readonly bytes: number;
  /** Of a plan: the steps that it measured. */
  readonly measuredSteps: number | null;
}

const [modelDirectory = '', steps, mode] = process.argv.slice(2);
const { parameters, decoder } = await openModelFolder(modelDirectory);
const outputDirectory = mkdtempSync(join(tmpdir(), 'real training '));
const job: TrainJob = {
  modelDirectory,
  examplesFile: join(import.meta.dirname, '../../native-models/starter/sample-plant/sample-plant.jsonl'),
  validationFile: null,
  rehearsalFile: null,
  outputDirectory,
  cacheDirectory: join(outputDirectory, 'quantized'),
  // So many steps, known or not.
  settings: {
    ...presetSettings('standard', { parameters, contextLength: decoder.contextLength }),
    untilKnown: undefined,
  },
  steps: Number(steps),
  device: 'cpu',
  resume: false,
  memoryLimitBytes: null,
};
const control = { turn: async () => {} };
try {
  console.log(JSON.stringify(mode === 'plan' ? await planned() : await trained()));
} finally {
  rmSync(outputDirectory, { recursive: true });
}

async function planned(): Promise<TrainingCost> {
  const plan = await planTraining(job, { control, onEvent: () => {} });
  return { seconds: plan.estimatedSeconds!, bytes: plan.estimatedPeakBytes, measuredSteps: plan.measuredSteps };
}

async function trained(): Promise<TrainingCost> {
  const started = performance.now();
  await train(job, { control, onEvent: () => {} });
  return { seconds: (performance.now() - started) / 1000, bytes: peakBytes(), measuredSteps: null };
}
