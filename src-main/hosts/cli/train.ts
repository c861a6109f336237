/** `usumaku train`: an adapter from a file of examples, without a data directory, resumable. */

import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineJobs } from '../../engine/engine.ts';
import { createCommand, printJson } from './command.ts';
import { withEngine } from './engine.ts';
import { bytes, duration } from './figures.ts';
import { deviceOf } from './model-options.ts';
import { createProgress } from './progress.ts';
import { addTrainOptions, checkTogether, settingsOf, type TrainArguments } from './train-options.ts';

type TrainEvent = EngineJobs['train']['event'];

/** Checkpoints lie here until the run is through. */
const workFolder = '.usumaku-run';

export function trainCommand(): Command {
  return addTrainOptions(
    createCommand('train', 'Train an adapter on a file of examples.').argument('<model>', 'a Hugging Face folder'),
  ).action(train);
}

async function train(model: string, options: TrainArguments): Promise<void> {
  checkTogether(options);
  const modelDirectory = resolve(model);
  const out = resolve(options.out);
  const outputDirectory = prepareOutput(out, options);
  process.once('exit', () => [outputDirectory, out].forEach(removeWhereEmpty));
  const onEvent = options.json ? printStep : showStep();
  const result = await withEngine(async (engine) => {
    const device = await deviceOf(engine, options.device);
    const { contextLength } = await engine.call('inspectModel', { directory: modelDirectory });
    const job = engine.start(
      'train',
      {
        modelDirectory,
        examplesFile: options.data === undefined ? '' : resolve(options.data),
        tokensFile: options.tokens === undefined ? undefined : resolve(options.tokens),
        steps: options.steps,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory,
        settings: settingsOf(options, contextLength),
        initialAdapterDirectory: options.initAdapter === undefined ? undefined : resolve(options.initAdapter),
        device,
        resume: options.resume === true,
        memoryLimitBytes: null,
      },
      onEvent,
    );
    // What was learned is saved between two micro-batches; `--resume` goes on from there.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => job.cancel());
    const done = await job.result;
    if (options.method === 'full') moveFiles(done.adapterDirectory, out);
    else {
      const { adapterDirectory } = done;
      await engine.call('exportAdapter', { job: { adapterDirectory, outputDirectory: out, replace: true } });
    }
    return done;
  });
  rmSync(outputDirectory, { recursive: true });
  const { steps, seconds, peakBytes, adapterBytes, sha256, device } = result;
  if (options.json) printJson({ event: 'done', out, steps, seconds, peakBytes, adapterBytes, sha256, device });
  else
    console.log(`${out}: ${bytes(adapterBytes)}, ${steps} steps in ${duration(seconds)}, ${bytes(peakBytes)} at most`);
}

/**
 * Makes the folder for checkpoints, before hours are spent. Whatever a run would overwrite without being asked to is
 * refused: the checkpoints of another run, and with `full` any file, which could be the base model itself.
 */
function prepareOutput(out: string, { method, resume }: TrainArguments): string {
  const work = join(out, workFolder);
  try {
    mkdirSync(work, { recursive: true });
  } catch (error) {
    throw new Error(`The folder ${out} cannot be written: ${(error as Error).message}.`, { cause: error });
  }
  if (!resume && readdirSync(work).some((name) => name.startsWith('checkpoint-'))) {
    throw new Error(`An unfinished run lies in ${out}; go on with --resume, or choose another folder.`);
  }
  if (method === 'full' && readdirSync(out).some((name) => name !== workFolder)) {
    throw new Error(`The folder ${out} holds files already; a whole model needs a folder of its own.`);
  }
  return work;
}

/** A run that was refused before its first checkpoint leaves nothing behind. */
function removeWhereEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is gone already.
  }
}

function moveFiles(from: string, to: string): void {
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}

function printStep(event: TrainEvent): void {
  if (event.kind !== 'step') return;
  const { step, loss, gradNorm, learningRate, tokensPerSecond, residentBytes } = event;
  printJson({ step, loss, gradNorm, learningRate, tokensPerSecond, residentBytes });
}

function showStep(): (event: TrainEvent) => void {
  const progress = createProgress(process.stdout, 'left');
  return (event) => {
    if (event.kind !== 'step') return;
    const { step, steps, secondsLeft, loss } = event;
    progress.show('Training', step, steps, secondsLeft, `loss ${loss.toFixed(4)}`);
    if (step === steps) progress.line('');
  };
}
