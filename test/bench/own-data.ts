/**
 * How well a plant's own data is learned: trains on each set of `test/fixtures/own-data`, on the sample plant, or on a plant that is invented on the spot, by the preset that is offered first, and asks the wordings that were held out, those that were trained, and the general skills.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { evaluate } from '../../native-models/evaluate/job.ts';
import type { ExamplePair, TrainResult, TrainSettings } from '../../native-models/jobs.ts';
import type { EvaluateItem } from '../../native-models/evaluate/job.ts';
import { train } from '../../native-models/train/job.ts';
import { presetSettings } from '../../src-main/domain/presets.ts';
import { inventedExamples } from '../../native-models/starter/corpus/plants/examples.ts';
import type { Language } from '../../native-models/starter/corpus/types.ts';
import { situationExamples } from '../fixtures/own-data/situations.ts';
import { starterFolder } from './models.ts';

const setsFolder = join(import.meta.dirname, '../fixtures/own-data');
const samplePlant = 'sample-plant';
const sampleFolder = join(import.meta.dirname, '../../native-models/starter/sample-plant');

/** Sets by which a recipe may be tuned; all others are kept away from tuning. */
const tuningSets = ['jobshop-ja', 'alarms-en', 'procedures-ja', 'reagents-en', 'settings-en-150'];

export interface OwnDataOptions {
  /**
   * `tuning`, `kept-away`, `all`, or names of sets with commas between: those of the fixtures, `sample-plant`, and with a seed
   * `invented-ja-1` or `situations-en-1`.
   */
  readonly sets: string;
  /** Replaces settings of the preset, as a trial does. */
  readonly changes: Partial<TrainSettings>;
  readonly modelDirectory?: string;
}

interface OwnExample extends ExamplePair {
  /** Left out where facts are told apart by their answers. */
  readonly fact?: string;
  readonly split: 'train' | 'heldOut';
}

/** What one set came to. */
export interface OwnDataResult {
  readonly set: string;
  readonly facts: number;
  readonly heldOut: number;
  readonly right: number;
  /** Wordings that were trained, and how many of them are answered. */
  readonly trained: number;
  readonly trainedRight: number;
  readonly generalBefore: number;
  readonly generalAfter: number;
  readonly general: number;
  readonly seconds: number;
  readonly passes: number;
  /** What was asked on the way came to, and why the run ended; null for one of a fixed length. */
  readonly asked: TrainResult['asked'];
}

/** Trains and asks one set after the other; `onResult` hears of each at once, and of the answers that were wrong. */
export async function measureOwnData(
  options: OwnDataOptions,
  onResult: (result: OwnDataResult, wrong: readonly { readonly wanted: string; readonly got: string }[]) => void,
): Promise<void> {
  for (const set of await setsOf(options.sets)) {
    const folder = await mkdtemp(join(tmpdir(), 'usumaku-own-data-'));
    try {
      const { result, wrong } = await measureSet(set, folder, options);
      onResult(result, wrong);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function setsOf(wanted: string): Promise<readonly string[]> {
  const all = (await readdir(setsFolder)).filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -6));
  if (wanted === 'all') return [...tuningSets, ...all.filter((name) => !tuningSets.includes(name))];
  if (wanted === 'tuning') return tuningSets;
  if (wanted === 'kept-away') return all.filter((name) => !tuningSets.includes(name));
  const known = [...all, samplePlant];
  const names = wanted.split(',');
  const strange = names.find((name) => !known.includes(name) && !drawnName.test(name));
  if (strange !== undefined) throw new Error(`There is no set "${strange}". The sets are: ${known.join(', ')}.`);
  return names;
}

const inventedFacts = 60;
const drawnName = /^(invented|situations)-(ja|en)-(\d+)$/;

/** The examples of a set: from its file, or drawn from the seed in its name. */
async function examplesOf(set: string): Promise<readonly OwnExample[]> {
  const [, kind, language, seed] = drawnName.exec(set) ?? [];
  const examples =
    kind === undefined
      ? (await readFile(fileOf(set), 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Omit<OwnExample, 'id'>)
      : kind === 'invented'
        ? inventedExamples(Number(seed), inventedFacts, language as Language)
        : situationExamples(Number(seed), language as Language);
  return examples.map((example, index) => ({ id: `own-${index}`, ...example }));
}

const fileOf = (set: string): string => join(set === samplePlant ? sampleFolder : setsFolder, `${set}.jsonl`);

async function measureSet(set: string, folder: string, { changes, modelDirectory = starterFolder }: OwnDataOptions) {
  const examples = await examplesOf(set);
  const heldOut = examples.filter(({ split }) => split === 'heldOut');
  const trained = examples.filter(({ split }) => split === 'train');
  const regression = (await readFile(join(sampleFolder, 'regression.jsonl'), 'utf8')).trim().split('\n');
  const examplesFile = join(folder, 'train.jsonl');
  const askedFile = join(folder, 'asked.jsonl');
  await writeFile(examplesFile, trained.map((example) => JSON.stringify(example)).join('\n'));
  await writeFile(askedFile, [...examples.map((example) => JSON.stringify(example)), ...regression].join('\n'));

  const { parameters, decoder } = await openModelFolder(modelDirectory);
  const settings = {
    ...presetSettings('standard', { parameters, contextLength: decoder.contextLength }),
    ...changes,
  };
  const control = { turn: async () => {} };
  let passes = 0;
  const started = performance.now();
  const { adapterDirectory, asked: onTheWay } = await train(
    {
      modelDirectory,
      examplesFile,
      validationFile: null,
      rehearsalFile: join(sampleFolder, 'rehearsal.jsonl'),
      outputDirectory: join(folder, 'run'),
      cacheDirectory: join(folder, 'quantized'),
      settings,
      device: 'cpu',
      resume: false,
      memoryLimitBytes: null,
    },
    { control, onEvent: (event) => (passes = event.kind === 'step' ? event.epoch : passes) },
  );
  const seconds = (performance.now() - started) / 1000;
  const evaluated = await evaluate(
    {
      modelDirectory,
      adapterDirectory,
      examplesFile: askedFile,
      device: 'cpu',
      precision: 'f32',
      batchSize: 16,
      maxNewTokens: 256,
    },
    { control, onEvent: () => {} },
  );
  const itemsOf = (some: readonly ExamplePair[]): readonly EvaluateItem[] => {
    const ids = new Set(some.map(({ id }) => id));
    return evaluated.items.filter(({ id }) => ids.has(id));
  };
  const own = new Set(examples.map(({ id }) => id));
  const asked = itemsOf(heldOut);
  const general = evaluated.items.filter(({ id }) => !own.has(id));
  const count = (items: readonly EvaluateItem[], of: 'baseScores' | 'adapterScores'): number =>
    items.filter((item) => item[of].exact).length;
  const wanted = new Map(heldOut.map(({ id, answer }) => [id, answer]));
  const result: OwnDataResult = {
    set,
    facts: new Set(examples.map(({ fact, answer }) => fact ?? answer)).size,
    heldOut: asked.length,
    right: count(asked, 'adapterScores'),
    trained: trained.length,
    trainedRight: count(itemsOf(trained), 'adapterScores'),
    generalBefore: count(general, 'baseScores'),
    generalAfter: count(general, 'adapterScores'),
    general: general.length,
    seconds,
    passes,
    asked: onTheWay,
  };
  const wrong = asked
    .filter(({ adapterScores }) => !adapterScores.exact)
    .map(({ id, adapter }) => ({ wanted: wanted.get(id)!, got: adapter }));
  return { result, wrong };
}

/** The lines of a table in Markdown. */
export const ownDataHeader =
  '| set | facts | held-out wordings right | trained wordings right | asked on the way | general skills before → after | seconds | passes | ended |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |';

export function ownDataRow(result: OwnDataResult): string {
  const { set, facts, heldOut, right, trained, trainedRight, asked, general, seconds, passes } = result;
  const share = (part: number, whole: number): string => `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`;
  const cells = [
    set,
    facts,
    share(right, heldOut),
    share(trainedRight, trained),
    asked ? `${asked.right} of ${asked.of}` : '–',
    `${result.generalBefore} → ${result.generalAfter} of ${general}`,
    seconds.toFixed(0),
    passes,
    asked?.reason ?? '–',
  ];
  return `| ${cells.join(' | ')} |`;
}
