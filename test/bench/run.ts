/** `npm run bench -- [--help]`: how fast this machine trains and answers, against what it could do at best. */

import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { trainingWeights } from '../../native-models/quantize/base-weights.ts';
import { describeMachine } from '../../native-models/index.ts';
import { createCommand, positiveNumber, runCommand } from '../../src-main/hosts/cli/command.ts';
import type { AnsweringPeakTask } from '../native-models/generate/peak-child.ts';
import { measureApp, usualStart } from './app.ts';
import { loadAdapter, openDecoding, randomAdapter, weightBytes } from './decoding.ts';
import { machineRates, type MachineRates } from './machine.ts';
import { alternate, range, report, type Result, speedUp } from './measure.ts';
import { qwenHalfBillion, randomModel, starterFolder } from './models.ts';
import { measurePrecision } from './precision.ts';
import { measureOwnData, ownDataHeader, ownDataRow } from './own-data.ts';
import type { TrainingCost } from './real-training.ts';
import { measureGpu } from './gpu.ts';
import { measureExamples } from './examples.ts';
import { measureGivingWay } from './giving-way.ts';
import { measureServing, type ServingTask } from './serving.ts';
import { fullTrainer, loraTrainer, stepOperations, type StepShape } from './training.ts';

interface Options {
  readonly large: boolean;
  readonly blocks: boolean;
  readonly peer?: string;
  readonly app: boolean;
  readonly json: boolean;
  readonly gpu: boolean;
  readonly small: boolean;
  readonly ownData: boolean;
  readonly sets: string;
  readonly changes: object;
  readonly model?: string;
  readonly wrong: boolean;
  readonly serve: boolean;
  readonly givingWay: boolean;
  readonly examples?: number;
  readonly seconds: number;
  readonly precision: ServingTask['precision'];
}

const rungs = ['f32', 'int8', 'int4'] as const;
const command = createCommand('bench', 'How fast this machine trains and answers, against what it could do at best.')
  .option('--large', 'also a model of half a billion parameters', false)
  .option('--blocks', 'only the products of int8 and int4 blocks', false)
  .option('--peer <folder>', 'the same as another build of onnxruntime measured it')
  .option('--app', "also the app's start, and its event loop while it trains", false)
  .option('--json', 'JSON lines on standard output, nothing else', false)
  .option('--gpu', 'WebGPU instead of the processor', false)
  .option('--small', 'with --gpu: on a software GPU', false)
  .option('--own-data', 'how well own data comes back', false)
  .option('--sets <names>', 'with --own-data: tuning, kept-away, all, or names of sets', 'all')
  .option('--changes <json>', 'with --own-data: settings other than the preset’s', jsonObject, {})
  .option('--model <folder>', 'with --own-data: another base than the starter')
  .option('--wrong', 'with --own-data: also what was answered instead', false)
  .option('--serve', 'the endpoint under many clients', false)
  .option('--giving-way', 'answers beside a training', false)
  .option('--examples <number>', 'what so many examples cost', positiveNumber)
  .option('--seconds <number>', 'with --serve and --giving-way: how long', positiveNumber, 60)
  .addOption(new Option('--precision <rung>', 'with --serve').choices(rungs).default('f32' as const))
  .allowExcessArguments(false)
  .action(() => bench());
const options = command.opts<Options>();
const print = (what: string, value: number, unit: string, note?: string): void => {
  const result: Result = { what, value, unit, ...(note === undefined ? {} : { note }) };
  report(result, options.json);
};
const device = 'cpu';
let folder: string;
await runCommand(command);

async function bench(): Promise<void> {
  if (options.ownData) return ownData();
  const { cards, cpuModel, cpuCores } = await describeMachine();
  if (!options.json) {
    const where = options.gpu
      ? `webgpu (${cards.map(({ name }) => name).join(', ') || 'no card that the system names'})`
      : device;
    console.log(`${cpuModel}, ${cpuCores} cores; device: ${where}\n`);
  }
  folder = await mkdtemp(join(tmpdir(), 'usumaku-bench-'));
  try {
    if (options.gpu) await measureGpu(folder, options.small, print);
    else if (options.serve) await serving();
    else if (options.examples !== undefined) await measureExamples(options.examples, print);
    else if (options.givingWay) await measureGivingWay(starterFolder, options.seconds, print);
    else await machine();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jsonObject(text: string): object {
  try {
    return v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));
  } catch {
    throw new InvalidArgumentError('It must be a JSON object.');
  }
}

/** The endpoint under many clients: of the starter, or of a model of half a billion parameters. */
async function serving(): Promise<void> {
  const directory = join(folder, 'served');
  if (options.large) await randomModel(directory, qwenHalfBillion);
  else await cp(starterFolder, directory, { recursive: true });
  const name = options.large ? '0.5B' : 'starter';
  const { precision, seconds } = options;
  await measureServing({ name, directory, precision, folder, seconds }, print);
}

async function machine(): Promise<void> {
  const rates = await machineRates(device);
  print('f32 matrix products', rates.gemm, 'GFLOP/s');
  print('weights read once for one row', rates.weights, 'GB/s');
  print('copy by one thread', rates.copy, 'GB/s');
  if (options.blocks || options.peer !== undefined) {
    const directory = await randomModel(join(folder, 'blocks'), qwenHalfBillion);
    for (const precision of ['int4', 'int8'] as const) {
      const peer = precision === 'int4' ? options.peer : undefined;
      await measurePrecision(directory, folder, device, precision, peer, print);
    }
  } else await measureAll(rates);
}

/** Prints a row a set, or JSON; with `--wrong` also what was answered instead. */
async function ownData(): Promise<void> {
  const { sets, changes, model } = options;
  if (!options.json) console.log(ownDataHeader);
  await measureOwnData(
    { sets, changes, ...(model === undefined ? {} : { modelDirectory: model }) },
    (result, wrong) => {
      console.log(options.json ? JSON.stringify(result) : ownDataRow(result));
      if (options.wrong) for (const { wanted, got } of wrong) console.log(`  ${wanted}  ←  ${got}`);
    },
  );
}

async function measureAll(rates: MachineRates): Promise<void> {
  predictTraining('starter', starterFolder, 100);
  await measureModel('starter', starterFolder, { batch: 8, tokens: 128, trained: 0.3 }, rates, {
    full: true,
    rounds: 7,
  });
  if (options.app) {
    const app = await measureApp();
    print('app: from its start to a usable window', usualStart(app), 'ms', range(app.usable));
    const { p50, p99, largest } = app.whileTraining;
    print(
      "app: the host's event loop held up while training, p99",
      p99,
      'ms',
      `p50 ${p50.toFixed(1)}, max ${largest.toFixed(0)}`,
    );
  }
  if (options.large) {
    const directory = await randomModel(join(folder, 'large'), qwenHalfBillion);
    const peak = [join(import.meta.dirname, 'peak.ts'), directory, '4', '256'];
    const bytes = Number(execFileSync(process.execPath, peak, { encoding: 'utf8' }));
    print('0.5B: peak memory of training, 4×256, all tokens trained', bytes / 1e9, 'GB');
    predictTraining('0.5B', directory, 4);
    for (const precision of ['f32', 'int8'] as const) {
      const answer = { rank: 16, promptTokens: 256, answerTokens: 64 };
      const use = { directory, precision, cacheDirectory: join(folder, 'quantized'), ...answer };
      const { predicted, measured } = answeringPeak(use);
      const note = `predicted ${(predicted / 1e9).toFixed(2)}`;
      print(`0.5B ${precision}: peak memory of answering, base and adapter`, measured / 1e9, 'GB', note);
    }
    // Full fine-tuning of this shape needs some 13 GB; the ratio is taken on the starter.
    await measureModel('0.5B', directory, { batch: 1, tokens: 256, trained: 0.25 }, rates, { full: false, rounds: 3 });
  }
}

/** A training of the sample plant: what the plan says of it against what it takes, each in a process of its own. */
function predictTraining(name: string, directory: string, steps: number): void {
  const [plan, real] = ['plan', 'train'].map((mode) => {
    const script = [join(import.meta.dirname, 'real-training.ts'), directory, String(steps), mode];
    return JSON.parse(execFileSync(process.execPath, script, { encoding: 'utf8' })) as TrainingCost;
  }) as [TrainingCost, TrainingCost];
  const predicted = `predicted ${plan.seconds.toFixed(1)}, from ${plan.measuredSteps} measured steps`;
  print(`${name}: time of a training, ${steps} steps of 16 examples`, real.seconds, 's', predicted);
  const bytes = `predicted ${(plan.bytes / 1e9).toFixed(2)}`;
  print(`${name}: peak memory of that training`, real.bytes / 1e9, 'GB', bytes);
}

/** In a process of its own, as the test of the prediction does it. */
function answeringPeak(task: AnsweringPeakTask): { readonly predicted: number; readonly measured: number } {
  const child = join(import.meta.dirname, '../native-models/generate/peak-child.ts');
  const output = execFileSync(process.execPath, [child, JSON.stringify(task)], { encoding: 'utf8' });
  return JSON.parse(output) as { predicted: number; measured: number };
}

interface MeasureOptions {
  readonly full: boolean;
  readonly rounds: number;
}

async function measureModel(
  name: string,
  directory: string,
  shape: StepShape,
  rates: MachineRates,
  options: MeasureOptions,
): Promise<void> {
  const model = await openModelFolder(directory);
  await measureTraining(name, model, shape, rates, options);
  await measureDecoding(name, model, rates, options.rounds);
  print(`${name}: resident at the end`, process.memoryUsage.rss() / 1e6, 'MB');
}

type Model = Awaited<ReturnType<typeof openModelFolder>>;

async function measureTraining(
  name: string,
  model: Model,
  shape: StepShape,
  rates: MachineRates,
  options: MeasureOptions,
): Promise<void> {
  const lora = await loraTrainer(model, device);
  const full = options.full ? await fullTrainer(model, device) : undefined;
  const lowBit = async (precision: 'int8' | 'int4') =>
    loraTrainer(model, device, await trainingWeights(model, { precision, cacheDirectory: join(folder, 'quantized') }));
  const [eightBit, fourBit] = [await lowBit('int8'), await lowBit('int4')];
  const everyToken = { ...shape, trained: 1 };
  const timings = await alternate(
    {
      answers: () => lora.step(shape),
      everyToken: () => lora.step(everyToken),
      eightBit: () => eightBit.step(everyToken),
      fourBit: () => fourBit.step(everyToken),
      full: () => full?.step(everyToken),
      update: () => lora.update(),
    },
    options.rounds,
  );
  for (const trainer of [lora, eightBit, fourBit, full]) await trainer?.close();
  const tokens = shape.batch * shape.tokens;
  const size = `${shape.batch}×${shape.tokens}`;
  const effective = stepOperations(model, everyToken, 2) / timings.everyToken.median / 1e9;
  print(`${name}: LoRA, all tokens trained, ${size}`, tokens / timings.everyToken.median, 'tokens/s');
  print(`${name}: the same as effective work`, effective, 'GFLOP/s');
  print(`${name}: share of the machine's matrix products`, (100 * effective) / rates.gemm, '%');
  print(`${name}: LoRA, answers alone trained, ${size}`, tokens / timings.answers.median, 'tokens/s');
  const answers = speedUp(timings.answers, timings.everyToken);
  print(`${name}: answers alone against all tokens`, answers.median, '×', answers.range);
  for (const [bits, timing] of [
    [8, timings.eightBit],
    [4, timings.fourBit],
  ] as const) {
    const against = speedUp(timing, timings.everyToken);
    print(`${name}: base in ${bits} bits against float32`, against.median, '×', against.range);
  }
  print(`${name}: AdamW update and gradient norm`, 1000 * timings.update.median, 'ms');
  if (!full) return;
  print(`${name}: full fine-tuning, ${size}`, tokens / timings.full.median, 'tokens/s');
  const ratio = speedUp(timings.everyToken, timings.full);
  print(`${name}: LoRA against full fine-tuning`, ratio.median, '×', ratio.range);
}

async function measureDecoding(name: string, model: Model, rates: MachineRates, rounds: number): Promise<void> {
  const adapters = [1, 2].map((seed) => join(folder, `${name}-adapter-${seed}`));
  for (const [index, adapter] of adapters.entries()) await randomAdapter(model, adapter, 16, index + 1);
  const decoding = await openDecoding({ modelDirectory: model.directory, device, precision: 'f32' }, [adapters[0]!]);
  const tokens = 32;
  let swaps = 0;
  const timings = await alternate(
    {
      base: () => decoding.answer(null, 1, tokens),
      adapter: () => decoding.answer(0, 1, tokens),
      eight: () => decoding.answer(0, 8, tokens),
      swap: () => loadAdapter(model, adapters[swaps++ % 2]!),
    },
    rounds,
    1,
  );
  await decoding.close();
  const bandwidth = (weightBytes(model) * tokens) / timings.base.median / 1e9;
  print(`${name}: decode, base`, tokens / timings.base.median, 'tokens/s');
  print(`${name}: its share of the rate at which weights are read`, (100 * bandwidth) / rates.weights, '%');
  print(`${name}: decode, adapter of rank 16`, tokens / timings.adapter.median, 'tokens/s');
  const cost = speedUp(timings.adapter, timings.base);
  print(`${name}: adapter against base`, cost.median, '×', cost.range);
  print(`${name}: decode, eight rows with an adapter`, (8 * tokens) / timings.eight.median, 'tokens/s');
  print(`${name}: adapter from disk, hash checked, ready to serve`, 1000 * timings.swap.median, 'ms');
}
