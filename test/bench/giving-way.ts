/** What a training beside them costs answers, by which priority it has: seconds of answers of 32 tokens, one after the other. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile } from 'simple-statistics';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import type { TrainJob } from '../../native-models/jobs.ts';
import { presetSettings } from '../../src-main/domain/presets.ts';
import type { Engine } from '../../src-main/engine/engine.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import { answersPriority, workPriority } from '../../src-main/engine/priorities.ts';
import type { StartProcess } from '../../src-main/engine/process.ts';
import { createSupervisor } from '../../src-main/engine/supervisor.ts';

const entry = fileURLToPath(new URL('../../src-main/engine/model-process.ts', import.meta.url));
const log = { info: () => {}, error: () => {} };

type Print = (what: string, value: number, unit: string, note?: string) => void;

/** Alone, beside a training that gives way, and beside one of the same priority, in turns so that a busy machine disturbs all alike. */
export async function measureGivingWay(modelDirectory: string, seconds: number, print: Print): Promise<void> {
  const ways = {
    alone: null,
    'beside a training that gives way': workPriority,
    'beside a training of the same priority': answersPriority,
  } as const;
  const taken = new Map<string, number[]>();
  for (let round = 0; round < 2; round++) {
    for (const [way, priority] of Object.entries(ways)) {
      const before = taken.get(way) ?? [];
      taken.set(way, [...before, ...(await answered(modelDirectory, seconds, priority))]);
    }
  }
  const alone = quantile(taken.get('alone')!, 0.95);
  for (const [way, values] of taken) {
    const p95 = quantile(values, 0.95);
    const note = `p50 ${quantile(values, 0.5).toFixed(0)} ms, ${values.length} answers, ${(p95 / alone).toFixed(1)} × alone`;
    print(`answers ${way}, p95`, p95, 'ms', note);
  }
}

/** Milliseconds of each answer. @param priority of the training; null: there is none */
async function answered(modelDirectory: string, seconds: number, priority: number | null): Promise<number[]> {
  const startProcess: StartProcess = (path, onOutput, given) =>
    forkProcess(path, onOutput, given === workPriority ? (priority ?? given) : given);
  const engine = createSupervisor({ entry, startProcess, log });
  const outputDirectory = mkdtempSync(join(tmpdir(), 'giving way '));
  try {
    await ask(engine, modelDirectory);
    const training = priority === null ? null : await train(engine, modelDirectory, outputDirectory);
    const taken: number[] = [];
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      const started = performance.now();
      await ask(engine, modelDirectory);
      taken.push(performance.now() - started);
    }
    training?.cancel();
    await training?.result.catch(() => {});
    return taken;
  } finally {
    await engine.close();
    rmSync(outputDirectory, { recursive: true });
  }
}

async function ask(engine: Engine, modelDirectory: string): Promise<void> {
  const job = engine.start(
    'answer',
    {
      ...{
        modelDirectory,
        device: 'cpu',
        precision: 'f32',
        adapterDirectory: null,
        start: { text: '締め付けトルクは？' },
        choices: 1,
      },
      sampling: { maxNewTokens: 32, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true },
      ...{ stop: [], logprobs: null, first: false },
    },
    () => {},
  );
  await job.result;
}

/** Resolves once steps are being made. */
async function train(engine: Engine, modelDirectory: string, outputDirectory: string) {
  const { parameters, decoder } = await openModelFolder(modelDirectory);
  const job: TrainJob = {
    modelDirectory,
    examplesFile: join(import.meta.dirname, '../../native-models/starter/sample-plant/sample-plant.jsonl'),
    ...{
      validationFile: null,
      rehearsalFile: null,
      outputDirectory,
      cacheDirectory: join(outputDirectory, 'quantized'),
      steps: 100_000,
    },
    settings: {
      ...presetSettings('standard', { parameters, contextLength: decoder.contextLength }),
      untilKnown: undefined,
    },
    ...{ device: 'cpu', resume: false, memoryLimitBytes: null },
  };
  const begun = Promise.withResolvers<void>();
  const running = engine.start('train', job, ({ kind }) => {
    if (kind === 'step') begun.resolve();
  });
  running.result.catch(begun.reject);
  await begun.promise;
  return running;
}
