/** `usumaku train`: an adapter from a file of examples, without a data directory, resumable. */

import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Device, TrainSettings } from '../../contract/entities.ts';
import type { EngineJobs } from '../../engine/engine.ts';
import { createCommand, positiveNumber, printJson, share, wholeNumber } from './command.ts';
import { withEngine } from './engine.ts';
import { bytes, duration } from './figures.ts';
import { deviceOf, deviceOption } from './model-options.ts';
import { createProgress } from './progress.ts';

type TrainEvent = EngineJobs['train']['event'];

interface TrainArguments {
  readonly data?: string;
  readonly tokens?: string;
  readonly out: string;
  readonly initAdapter?: string;
  readonly method: TrainSettings['method'];
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly targets: string;
  readonly lr: number;
  readonly schedule: TrainSettings['schedule'];
  readonly warmup: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly epochs: number;
  readonly steps?: number;
  readonly batch: number;
  readonly accumulate: number;
  readonly device?: Device;
  readonly maxTokens?: number;
  readonly seed: number;
  readonly saveEvery: number;
  readonly resume?: true;
  readonly json?: true;
}

/** Checkpoints lie here until the run is through. */
const workFolder = '.usumaku-run';

export function trainCommand(): Command {
  const choice = (flags: string, description: string, choices: readonly string[]) =>
    new Option(flags, description).choices(choices).default(choices[0]);
  return createCommand('train', 'Train an adapter on a file of examples.')
    .argument('<model>', 'a Hugging Face folder')
    .addOption(new Option('--data <file>', 'JSON Lines of {"id","question","answer"}').conflicts('tokens'))
    .option('--tokens <file>', 'safetensors with input_ids, attention_mask, labels: one batch, trained on every step')
    .requiredOption('--out <folder>', 'receives the PEFT folder; checkpoints lie in it until the end')
    .option('--init-adapter <folder>', 'go on from this PEFT folder')
    .addOption(choice('--method <name>', 'what is trained', ['lora', 'rslora', 'dora', 'full']))
    .option('--rank <number>', 'rank of the adapter', wholeNumber, 16)
    .option('--alpha <number>', 'scale of the adapter', positiveNumber, 32)
    .option('--dropout <share>', 'share of adapter inputs dropped while training', share, 0)
    .option('--targets <names>', 'all-linear, or PEFT names with commas between', 'all-linear')
    .option('--lr <number>', 'largest learning rate', positiveNumber, 2e-4)
    .addOption(choice('--schedule <name>', 'course of the learning rate', ['cosine', 'linear', 'constant']))
    .option('--warmup <share>', 'share of steps in which it rises', share, 0.05)
    .option('--weight-decay <share>', 'decoupled weight decay', share, 0)
    .option('--clip <number>', 'largest gradient norm', positiveNumber, 1)
    .option('--epochs <number>', 'passes over the examples', wholeNumber, 3)
    .option('--steps <number>', 'updates in all, instead of passes', wholeNumber)
    .option('--batch <number>', 'examples at a time', wholeNumber, 16)
    .option('--accumulate <number>', 'batches for one update', wholeNumber, 1)
    .addOption(deviceOption())
    .option('--max-tokens <number>', 'longest example; by default what the model takes', wholeNumber)
    .option('--seed <number>', 'of order, dropout and first weights', wholeNumber, 1)
    .option('--save-every <steps>', 'updates between two checkpoints', wholeNumber, 50)
    .option('--resume', 'go on from the newest checkpoint in the output folder')
    .option('--json', 'one JSON line a step on standard output, nothing else')
    .action(train);
}

async function train(modelDirectory: string, options: TrainArguments): Promise<void> {
  if (options.data === undefined && options.tokens === undefined) {
    throw new InvalidArgumentError('One of --data and --tokens is needed.');
  }
  const out = resolve(options.out);
  const outputDirectory = join(out, workFolder);
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
        initialAdapterDirectory: options.initAdapter,
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

function moveFiles(from: string, to: string): void {
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}

function settingsOf(options: TrainArguments, contextLength: number): TrainSettings {
  const { method, rank, alpha, dropout, schedule, weightDecay, epochs, seed } = options;
  return {
    method,
    rank,
    alpha,
    dropout,
    targetModules:
      options.targets === 'all-linear' ? 'all-linear' : options.targets.split(',').map((name) => name.trim()),
    learningRate: options.lr,
    schedule,
    warmupRatio: options.warmup,
    weightDecay,
    clipNorm: options.clip,
    epochs,
    batchSize: options.batch * options.accumulate,
    maxTokens: options.maxTokens ?? contextLength,
    seed,
    checkpointEverySteps: options.saveEvery,
  };
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
