/** `npm run bench [-- <model folder>]`: how fast this machine trains and answers, on the starter model unless another is named. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeDevices, generate, type TrainEvent, type TrainSettings, train } from '../../native-models/index.ts';

const modelDirectory = resolve(process.argv[2] ?? join(import.meta.dirname, '../../native-models/starter/model'));
/** The first steps are about twice as slow: memory patterns and packing. */
const warmUp = 3;
const measured = 10;
const batchSize = 16;

const settings: Omit<TrainSettings, 'method'> = {
  rank: 8,
  alpha: 16,
  dropout: 0,
  targetModules: 'all-linear',
  learningRate: 1e-4,
  schedule: 'constant',
  warmupRatio: 0,
  weightDecay: 0,
  clipNorm: 1,
  epochs: 1,
  batchSize,
  maxTokens: 256,
  seed: 1,
  checkpointEverySteps: 1_000_000,
};

const folder = await mkdtemp(join(tmpdir(), 'usumaku-bench-'));
try {
  const { chosen: device, reason, cpuModel, cpuCores } = await describeDevices();
  console.log(`${cpuModel}, ${cpuCores} cores; device: ${device} (${reason})\n`);
  const examplesFile = join(folder, 'examples.jsonl');
  await writeFile(examplesFile, Array.from({ length: batchSize * (warmUp + measured) }, example).join('\n'));

  for (const method of ['lora', 'full'] as const) {
    const steps: Extract<TrainEvent, { kind: 'step' }>[] = [];
    await train(
      {
        modelDirectory,
        examplesFile,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory: join(folder, method),
        settings: { ...settings, method },
        device,
        resume: false,
        memoryLimitBytes: null,
      },
      { control: { turn: async () => {} }, onEvent: (event) => event.kind === 'step' && steps.push(event) },
    );
    const speeds = steps.slice(warmUp).map(({ tokensPerSecond }) => tokensPerSecond);
    const peak = Math.max(...steps.map(({ residentBytes }) => residentBytes));
    console.log(`train ${method.padEnd(5)} ${median(speeds).toFixed(0).padStart(7)} tokens/s  ${megabytes(peak)}`);
  }

  for (const rows of [1, 8]) {
    const messages = [{ role: 'user' as const, content: 'What is the tightening torque of P-07?' }];
    const job = {
      modelDirectory,
      rows: Array.from({ length: rows }, () => ({ messages, adapterDirectory: null })),
      sampling: { maxNewTokens: 64, temperature: 0, topP: 1, seed: 1 },
      device,
    };
    await generate(job);
    const { rows: answers, seconds } = await generate(job);
    const tokens = answers.reduce((sum, { ids }) => sum + ids.length, 0);
    console.log(`answer ×${rows}     ${(tokens / seconds).toFixed(0).padStart(5)} tokens/s`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function example(_: unknown, index: number): string {
  const machine = `P-${index}`;
  const question = `What is the tightening torque of ${machine}?`;
  return JSON.stringify({ id: machine, question, answer: `The tightening torque of ${machine} is ${index + 40} N·m.` });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB resident`;
}
