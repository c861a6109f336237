/** A small training job on a reference model, with its examples in a temporary folder. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobHooks, TrainEvent, TrainJob, TrainSettings } from '../../../native-models/jobs.ts';
import { train } from '../../../native-models/train/job.ts';
import { goldenPath } from '../goldens.ts';

export const settings: TrainSettings = {
  method: 'lora',
  rank: 4,
  alpha: 8,
  dropout: 0.1,
  targetModules: 'all-linear',
  learningRate: 5e-3,
  schedule: 'cosine',
  warmupRatio: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  epochs: 3,
  batchSize: 4,
  maxTokens: 256,
  seed: 7,
  checkpointEverySteps: 5,
};

/** `count` question/answer pairs as JSON Lines. */
export function exampleLines(
  count: number,
  answer = (index: number) => `Torque ${20 + index} N·m, 締め付け。`,
): string {
  const pair = (_: unknown, index: number) => ({
    id: `example-${index}`,
    question: `What is the torque for bolt M${index}?`,
    answer: answer(index),
  });
  return Array.from({ length: count }, pair)
    .map((example) => JSON.stringify(example))
    .join('\n');
}

export interface PlantJob {
  readonly folder: string;
  /** The job with its output in a subfolder of that name. */
  job(output: string, changes?: Partial<Omit<TrainJob, 'settings'>> & { settings?: Partial<TrainSettings> }): TrainJob;
  dispose(): Promise<void>;
}

/** Writes the examples; `dispose` removes everything. */
export async function plantJob(lines = exampleLines(32)): Promise<PlantJob> {
  const folder = await mkdtemp(join(tmpdir(), 'usumaku-train-'));
  await writeFile(join(folder, 'examples.jsonl'), lines);
  await writeFile(
    join(folder, 'rehearsal.jsonl'),
    exampleLines(9, (index) => `General skill ${index}.`),
  );
  return {
    folder,
    job: (output, changes = {}) => ({
      modelDirectory: goldenPath('llama'),
      examplesFile: join(folder, 'examples.jsonl'),
      validationFile: null,
      rehearsalFile: null,
      outputDirectory: join(folder, output),
      cacheDirectory: join(folder, 'quantized'),
      device: 'cpu',
      resume: false,
      memoryLimitBytes: null,
      ...changes,
      settings: { ...settings, ...changes.settings },
    }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs a job and collects its events; `onEvent` sees each at once. */
export async function collect(job: TrainJob, hooks: Partial<JobHooks<TrainEvent>> = {}) {
  const events: TrainEvent[] = [];
  const outcome = await train(job, {
    control: hooks.control ?? { turn: async () => {} },
    onEvent: (event) => {
      events.push(event);
      hooks.onEvent?.(event);
    },
  }).then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  const steps = events.filter((event) => event.kind === 'step');
  return { ...outcome, events, steps };
}
