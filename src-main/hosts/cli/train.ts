/** `usumaku train`: an adapter from a file of examples, without a data directory, resumable. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { moveNow, tidyUp } from '../../../native-models/disk/patient.ts';
import { modelIn } from '../../services/bundled-files.ts';
import { continuedSettings } from '../../services/initial-adapter.ts';
import { startTraining, type TrainingEvent } from '../../services/start-training.ts';
import { describeTraining } from '../../services/training-files.ts';
import { createCommand, printJson } from './command.ts';
import { withWorkplace } from './engine.ts';
import { linesOf, readExamplesFile } from './examples-file.ts';
import { bytes, duration } from './figures.ts';
import { deviceOf } from './model-options.ts';
import { createProgress } from './progress.ts';
import { printQuantizing, showQuantizing } from './quantizing.ts';
import {
  addTrainOptions,
  memoryWishesOf,
  askedOfAdapter,
  checkTogether,
  settingsOf,
  type TrainArguments,
} from './train-options.ts';
import { prepareOutput } from './train-output.ts';
import { happeningWords } from './way-words.ts';

type Prepared = Extract<TrainingEvent, { kind: 'prepared' }>;

export function trainCommand(): Command {
  return addTrainOptions(
    createCommand('train', 'Train an adapter on a file of examples.').argument('<model>', 'a Hugging Face folder'),
  ).action(train);
}

async function train(model: string, options: TrainArguments, command: Command): Promise<void> {
  checkTogether(options);
  const modelDirectory = resolve(model);
  const out = resolve(options.out);
  const outputDirectory = prepareOutput(out, options.resume === true);
  if (outputDirectory === null) {
    if (options.json) printJson({ event: 'finished', out });
    else console.log(`The run in ${out} is finished already; nothing was changed.`);
    return;
  }
  const examplesFile = options.data === undefined ? '' : join(outputDirectory, 'examples.jsonl');
  if (options.data !== undefined)
    writeFileSync(examplesFile, linesOf(await readExamplesFile(options.data, options.skipInvalid === true)));
  const initialAdapterDirectory = options.initAdapter === undefined ? undefined : resolve(options.initAdapter);
  const show = options.json ? printStep : showStep();
  let prepared: Prepared | undefined;
  const onEvent = (event: TrainingEvent): void => {
    sayTrouble(event);
    if (event.kind === 'prepared') prepared = event;
    show(event);
  };
  const result = await withWorkplace(
    async (place) => {
      const { engine } = place;
      const device = await deviceOf(place, modelDirectory, options.device);
      const { contextLength } = await engine.call('inspectModel', { directory: modelDirectory, plainTexts: true });
      const asked = { ...settingsOf(options, contextLength), memory: memoryWishesOf(options) };
      const continued = initialAdapterDirectory && {
        modelDirectory,
        adapterDirectory: initialAdapterDirectory,
        wanted: askedOfAdapter(options, command),
      };
      const described = describeTraining(place, {
        model: modelIn(modelDirectory),
        settings: continued ? continuedSettings(asked, await engine.call('inspectAdapter', continued)) : asked,
        examplesFile,
        validationFile: null,
        outputDirectory,
        initialAdapterDirectory,
        device,
        resume: options.resume === true,
      });
      const job = startTraining(
        engine,
        {
          ...described,
          tokensFile: options.tokens === undefined ? undefined : resolve(options.tokens),
          steps: options.steps,
          ...(options.cache !== undefined && { cacheDirectory: resolve(options.cache) }),
          deviceAsked: options.device !== undefined && options.device !== 'auto',
          maxShardBytes: options.maxShardSize,
        },
        onEvent,
      );
      // What was learned is saved between two micro-batches; `--resume` goes on from there.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => job.cancel());
      const done = await job.result;
      if (options.method === 'full') moveFiles(done.adapterDirectory, out);
      else {
        const { adapterDirectory } = done;
        await engine.call('exportAdapter', { adapterDirectory, outputDirectory: out, replace: true });
      }
      return done;
    },
    options.json ? printQuantizing : showQuantizing(),
  );
  await tidyUp(outputDirectory);
  const { steps, seconds, peakBytes, adapterBytes, sha256, device } = result;
  const memory = { ...memoryOf(prepared!), peakBytes };
  if (options.json) printJson({ event: 'done', out, steps, seconds, ...memory, adapterBytes, sha256, device });
  else
    console.log(
      `${out}: ${bytes(adapterBytes)}, ${steps} steps in ${duration(seconds)} on ${device}, ${bytes(peakBytes)} at most`,
    );
}

function moveFiles(from: string, to: string): void {
  for (const name of readdirSync(from)) moveNow(join(from, name), join(to, name));
}

/** What the run has to change because memory ran out, beside the result. */
function sayTrouble(event: TrainingEvent): void {
  const words = event.kind === 'prepared' ? undefined : happeningWords(event);
  if (words !== undefined) process.stderr.write(`${words}\n`);
}

function memoryOf({ basePrecision, microBatch, way, estimatedPeakBytes }: Prepared) {
  return { basePrecision, microBatch, way, estimatedPeakBytes };
}

function printStep(event: TrainingEvent): void {
  // Programs expect a run in float32 to begin with its first step.
  if (event.kind === 'prepared' && event.basePrecision !== 'f32') {
    const { steps, resumedAtStep, device } = event;
    return printJson({ event: 'prepared', steps, resumedAtStep, device, ...memoryOf(event) });
  }
  if (event.kind === 'device-fallback') {
    const { from, to, detail: cause, step } = event;
    return printJson({ event: 'fallback', from, to, cause, step });
  }
  if (event.kind === 'validation') {
    const { step, loss, right, of } = event;
    return printJson({ event: 'asked', step, loss, right, of });
  }
  if (event.kind === 'settling') {
    const { step, steps, reason } = event;
    return printJson({ event: 'settling', step, steps, reason });
  }
  if (event.kind !== 'step') return;
  const { step, loss, gradNorm, learningRate, tokensPerSecond, residentBytes } = event;
  printJson({ step, loss, gradNorm, learningRate, tokensPerSecond, residentBytes });
}

function showStep(): (event: TrainingEvent) => void {
  const progress = createProgress(process.stdout, 'left');
  let asked = '';
  let last: number | undefined;
  return (event) => {
    if (event.kind === 'prepared') return progress.line(happeningWords(event)!);
    if (event.kind === 'validation') asked = `, right so far ${event.right} of ${event.of}`;
    if (event.kind === 'settling') last = event.step + event.steps;
    if (event.kind !== 'step') return;
    const { step, steps, secondsLeft, loss } = event;
    progress.show('Training', step, steps, secondsLeft, `loss ${loss.toFixed(4)}${asked}`);
    if (step === (last ?? steps)) progress.line('');
  };
}
