/** What `usumaku train` may be told, and the settings that it means. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DevicePreference, TrainSettings } from '../../contract/entities.ts';
import { precisions } from '../../contract/rules/precisions.ts';
import { byteCount, countUpTo, positiveNumber, share, wholeNumber } from './command.ts';
import { examplesHelp } from './examples-file.ts';
import { deviceOption } from './model-options.ts';

export interface TrainArguments {
  readonly data?: string;
  readonly skipInvalid?: true;
  readonly tokens?: string;
  readonly out: string;
  readonly initAdapter?: string;
  readonly basePrecision: NonNullable<TrainSettings['basePrecision']>;
  readonly cache?: string;
  readonly method: TrainSettings['method'];
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly targets: TrainSettings['targetModules'];
  readonly lr: number;
  readonly schedule: TrainSettings['schedule'];
  readonly warmup: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly epochs: number;
  readonly untilKnown?: number;
  readonly reworded?: true;
  readonly rehearsal?: number;
  readonly steps?: number;
  readonly batch: number;
  readonly accumulate: number;
  readonly device?: DevicePreference;
  readonly maxTokens?: number;
  readonly weights?: 'packed' | 'mapped';
  readonly recompute?: 'none' | 'layers';
  readonly microBatch?: number;
  readonly seed: number;
  readonly saveEvery: number;
  readonly maxShardSize?: number;
  readonly resume?: true;
  readonly json?: true;
}

/** More than the smaller side of any layer gains nothing and only fills the memory. */
const largestRank = 4096;

export function addTrainOptions(command: Command): Command {
  const choice = (flags: string, description: string, choices: readonly string[]) =>
    new Option(flags, description).choices(choices).default(choices[0]);
  return command
    .addOption(new Option('--data <file>', examplesHelp).conflicts('tokens'))
    .option('--skip-invalid', 'leave out rows of --data that cannot be used, instead of refusing the file')
    .option('--tokens <file>', 'safetensors with input_ids, attention_mask, labels: one batch, trained on every step')
    .requiredOption('--out <folder>', 'a new or empty folder for the result; checkpoints lie in it until the end')
    .option('--init-adapter <folder>', 'go on from this PEFT folder; method, rank, alpha and targets are its own')
    .addOption(choice('--method <name>', 'what is trained', ['lora', 'rslora', 'dora', 'full']))
    .addOption(
      choice(
        '--base-precision <name>',
        'how the frozen base is kept: f32 exactly, int8 fast, int4 in the least memory',
        precisions,
      ),
    )
    .option('--cache <folder>', 'keeps a base in 8 or 4 bits; by default in the data folder')
    .option('--rank <number>', 'rank of the adapter', countUpTo(largestRank), 16)
    .option('--alpha <number>', 'scale of the adapter', positiveNumber, 32)
    .option('--dropout <share>', 'share of adapter inputs dropped while training', shareBelowOne, 0)
    .option(
      '--targets <names>',
      'all-linear, names with commas between, or a regular expression',
      targets,
      'all-linear',
    )
    .option('--lr <number>', 'largest learning rate', positiveNumber, 2e-4)
    .addOption(choice('--schedule <name>', 'course of the learning rate', ['cosine', 'linear', 'constant']))
    .option('--warmup <number>', 'share of steps in which it rises, or with --steps their number', warmup, 0.05)
    .option('--weight-decay <share>', 'decoupled weight decay', share, 0)
    .option('--clip <number>', 'largest gradient norm', positiveNumber, 1)
    .option('--epochs <number>', 'passes over the examples', countUpTo(), 3)
    .option(
      '--until-known <seconds>',
      'ask wordings kept aside on the way and end once they are answered, no longer improve, or so many seconds are used; --epochs is then the most passes',
      countUpTo(),
    )
    .option('--reworded', 'questions also appear in other words; answers never change')
    .option(
      '--rehearsal <share>',
      'general skills of the starter beside each of its examples, so that it keeps them; by default 0.5, and none of another model',
      share,
    )
    .option('--steps <number>', 'updates in all, instead of passes', countUpTo())
    .option('--batch <number>', 'examples at a time', countUpTo(), 16)
    .option('--accumulate <number>', 'batches for one update', countUpTo(), 1)
    .addOption(deviceOption())
    .option('--max-tokens <number>', 'longest example; by default what the model takes', countUpTo())
    .addOption(
      new Option('--weights <way>', 'packed: fastest, mapped: left in their files; by default what fits').choices([
        'packed',
        'mapped',
      ]),
    )
    .addOption(
      new Option('--recompute <what>', "layers: compute each layer's activations again; by default what fits").choices([
        'none',
        'layers',
      ]),
    )
    .option('--micro-batch <rows>', 'most rows computed at once; by default what fits', countUpTo())
    .option('--seed <number>', 'of order, dropout and first weights', wholeNumber, 1)
    .option(
      '--max-shard-size <size>',
      'with --method full: largest weights file, for example 2GB; by default 5GB',
      byteCount,
    )
    .option('--save-every <steps>', 'updates between two checkpoints', countUpTo(), 50)
    .option('--resume', 'go on from the newest checkpoint in the output folder; a finished run stays as it is')
    .option('--json', 'one JSON line a step on standard output, nothing else');
}

/** `contextLength` is the longest example where none is asked for. */
export function settingsOf(options: TrainArguments, contextLength: number): TrainSettings {
  const { method, rank, alpha, dropout, schedule, weightDecay, epochs, seed } = options;
  return {
    basePrecision: options.basePrecision,
    method,
    rank,
    alpha,
    dropout,
    targetModules: options.targets,
    learningRate: options.lr,
    schedule,
    warmupRatio: warmupRatioOf(options),
    weightDecay,
    clipNorm: options.clip,
    epochs,
    ...(options.untilKnown === undefined ? {} : { untilKnown: { seconds: options.untilKnown } }),
    ...(options.reworded && { reworded: true }),
    ...(options.rehearsal === undefined ? {} : { rehearsalShare: options.rehearsal }),
    batchSize: options.batch * options.accumulate,
    maxTokens: options.maxTokens ?? contextLength,
    seed,
    checkpointEverySteps: options.saveEvery,
  };
}

/** Of what an adapter decides, the options that were given: their defaults are not meant where one is continued. */
export function askedOfAdapter(
  { method, rank, alpha, targets }: TrainArguments,
  command: Command,
): Partial<Pick<TrainSettings, 'method' | 'rank' | 'alpha' | 'targetModules'>> {
  const given = (option: keyof TrainArguments): boolean => command.getOptionValueSource(option) === 'cli';
  return {
    ...(given('method') && { method }),
    ...(given('rank') && { rank }),
    ...(given('alpha') && { alpha }),
    ...(given('targets') && { targetModules: targets }),
  };
}

/** What is asked for about memory; the plan decides the rest. */
export function memoryWishesOf({ weights, recompute, microBatch }: TrainArguments) {
  return {
    ...(weights === undefined ? {} : { mapped: weights === 'mapped' }),
    ...(recompute === undefined ? {} : { recompute }),
    ...(microBatch === undefined ? {} : { microBatch }),
  };
}

/** Refuses options that contradict each other, before anything is opened. */
export function checkTogether(options: TrainArguments): void {
  if (options.data === undefined && options.tokens === undefined) {
    throw new InvalidArgumentError('One of --data and --tokens is needed.');
  }
  if (options.method === 'full' && options.initAdapter !== undefined) {
    throw new InvalidArgumentError('--method full trains the model itself, so it cannot go on from --init-adapter.');
  }
  if (options.warmup >= 1 && !(options.warmup <= (options.steps ?? 0))) {
    throw new InvalidArgumentError('--warmup as a number of steps needs --steps, and no fewer of them.');
  }
}

/** From 1 on it counts steps, as in transformers 5. Half a step less, so that rounding up meets the number exactly. */
function warmupRatioOf({ warmup, steps = 0 }: TrainArguments): number {
  return warmup < 1 ? warmup : (warmup - 0.5) / steps;
}

function warmup(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && (value < 1 || Number.isSafeInteger(value))) return value;
  throw new InvalidArgumentError('It must be a share below 1 or a whole number of steps.');
}

function shareBelowOne(text: string): number {
  const value = share(text);
  if (value < 1) return value;
  throw new InvalidArgumentError('It must be below 1.');
}

/** PEFT tells a list of names from one regular expression by its type; here its special characters do. */
function targets(text: string): TrainSettings['targetModules'] {
  if (text === 'all-linear' || /[^\w\s,.-]/.test(text)) return text;
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('It must be all-linear, names with commas between, or a regular expression.');
}
