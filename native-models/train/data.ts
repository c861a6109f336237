/** What a run trains on, step by step: examples in the model's chat format, or one batch of tokens as it is. */

import { ModelError } from '../errors.ts';
import type { ExamplePair, TrainJob } from '../jobs.ts';
import { Random } from '../random.ts';
import { createRewording } from '../rewording/index.ts';
import { requireIds } from '../text/ids.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { readExamples } from '../text/examples.ts';
import { openSafetensors, readIntegers } from '../weights/safetensors.ts';
import { keptAside } from './asked.ts';
import { ignoredLabel, type Sequence, trainedTokens } from './batch.ts';
import { beginningsOf } from './beginnings.ts';
import { encodeExamples, type Schedule, scheduleExamples } from './examples.ts';

export interface TrainingData {
  readonly sequences: readonly Sequence[];
  /** What is asked on the way: of the validation set, or wordings that are kept aside; empty where there is none. */
  readonly validation: readonly Sequence[];
  /** Tokens of the longest of all texts, rehearsed and validated ones included. */
  readonly longestText: number;
  readonly schedule: Schedule;
  /** The file whose SHA-256 names the data. */
  readonly file: string;
}

/** Reads and checks everything a job trains on. `limit` is the longest text in tokens. */
export async function openTrainingData(model: ChatModel, job: TrainJob, limit: number): Promise<TrainingData> {
  const { settings, tokensFile, rehearsalFile, validationFile } = job;
  const encode = async (examples: readonly ExamplePair[] | null): Promise<readonly Sequence[]> =>
    examples === null ? [] : encodeExamples(model, examples, limit);
  if (tokensFile !== undefined) {
    const sequences = await readTokens(model, tokensFile, limit);
    const steps = job.steps ?? settings.epochs;
    const rows = sequences.map((sequence) => [sequence]);
    const validation = await encode(await readWhereNamed(validationFile));
    return {
      sequences,
      validation,
      longestText: longestOf(sequences, validation),
      schedule: { stepsPerEpoch: 1, steps, rowsAt: () => rows, epochAt: (step) => step },
      file: tokensFile,
    };
  }
  const pairs = await readExamples(job.examplesFile);
  const sequences = await encodeExamples(model, pairs, limit);
  const rehearsed = await readWhereNamed(rehearsalFile);
  const rehearsal = await encode(rehearsed);
  const aside = settings.untilKnown ? keptAside(pairs, settings.seed) : new Set<number>();
  const validation = settings.untilKnown
    ? sequences.filter((_, place) => aside.has(place))
    : await encode(await readWhereNamed(validationFile));
  const examples = settings.reworded
    ? await rewordedExamples(
        model,
        pairs,
        sequences,
        { seed: settings.seed, limit, most: job.sampleOf ? wordingsOfPlan : wordingsEach(pairs.length) },
        await strangeTexts(model, rehearsed ?? [], settings.seed),
      )
    : sequences.map((each) => () => each);
  return {
    sequences,
    validation,
    longestText: Math.min(
      limit,
      longestOf(sequences, rehearsal, validation) + (settings.reworded ? longestAddition : 0),
    ),
    schedule: scheduleExamples({ examples, aside, rehearsal }, settings, job.steps),
    file: job.examplesFile,
  };
}

const readWhereNamed = async (path: string | null): Promise<readonly ExamplePair[] | null> =>
  path === null ? null : readExamples(path);

/** Tokens by which a rewording may be longer than the longest text; a longer one appears as it was written. */
const longestAddition = 48;

/** Of a plan, which only asks how long texts become: with all of them it took twice as long to be made. */
const wordingsOfPlan = 4;

/** Wordings of each question among which the steps draw, those as written included: fewer where there are many to encode. */
const wordingsEach = (questions: number): number =>
  Math.round(Math.min(48, Math.max(16, 6000 / questions), Math.max(2, mostWordings / questions)));
/** Of all questions together: encoding them takes half a minute. */
const mostWordings = 160_000;

/** Of the drawn texts, so many stop where their answer is told from all others: the rest of it is known long before. */
const beginningsShare = 0.75;

/**
 * Examples whose question is said in other words now and then; the answer never changes, and mostly only begins.
 * @param options.most wordings of each question, the one as written included
 */
async function rewordedExamples(
  model: ChatModel,
  pairs: readonly ExamplePair[],
  sequences: readonly Sequence[],
  { seed, limit, most }: { readonly seed: number; readonly limit: number; readonly most: number },
  others: readonly string[],
): Promise<readonly ((random: Random) => Sequence)[]> {
  const rewording = createRewording(pairs, 0, others);
  const longest = Math.min(limit, longestOf(sequences) + longestAddition);
  const beginnings = beginningsOf(sequences);
  const examples: ((random: Random) => Sequence)[] = [];
  for (const [place, { question, answer }] of pairs.entries()) {
    const drawn = Array.from({ length: most }, (_, count) =>
      rewording.reword(place, new Random(seed, 'rewording', place, count)),
    );
    const known = new Map(drawn.map((reworded) => [reworded, encodeWording(model, reworded, answer)]));
    known.set(question, Promise.resolve(sequences[place]!));
    const wordings = (await Promise.all(drawn.map((reworded) => known.get(reworded)!))).map((sequence) =>
      sequence.ids.length > longest ? sequences[place]! : sequence,
    );
    const begun = wordings.map(beginnings[place]!);
    examples.push((random) => random.pick(random.chance(beginningsShare) ? begun : wordings));
  }
  return examples;
}

/** Tokens of one text of chance, and how many such texts there are. */
const [chanceTokens, chanceTexts] = [3, 2000];

/** Texts whose words may stand around what names a fact: what is rehearsed, and tokens by chance, as any unknown word is. */
async function strangeTexts(
  { tokenizer }: ChatModel,
  rehearsed: readonly ExamplePair[],
  seed: number,
): Promise<readonly string[]> {
  const random = new Random(seed, 'strange');
  const byChance = Array.from({ length: chanceTexts }, () =>
    tokenizer.decode(Array.from({ length: chanceTokens }, () => random.integer(0, tokenizer.vocabularySize - 1))),
  );
  return [...rehearsed.map(({ question }) => question), ...(await Promise.all(byChance))];
}

async function encodeWording({ chat, decoder }: ChatModel, question: string, answer: string): Promise<Sequence> {
  const sequence = await chat.encodeExample(question, answer);
  return { ...sequence, firstPosition: decoder.firstPosition(sequence.ids.length) };
}

const longestOf = (...sets: readonly (readonly Sequence[])[]): number =>
  sets.flat().reduce((longest, { ids }) => Math.max(longest, ids.length), 0);

/** The texts of a tokens file without their padding. Raises `tokens-unusable` with what is wrong, or what the file raises. */
async function readTokens(model: ChatModel, path: string, limit: number): Promise<readonly Sequence[]> {
  const refuse = (reason: string): ModelError => new ModelError('tokens-unusable', { path, reason });
  const { tensors } = await openSafetensors(path);
  const read = async (name: string): Promise<{ readonly shape: readonly number[]; readonly values: number[] }> => {
    const tensor = tensors.get(name);
    if (!tensor) throw refuse(`the tensor ${name} is missing`);
    return { shape: tensor.shape, values: await readIntegers(tensor) };
  };
  const ids = await read('input_ids');
  const mask = await read('attention_mask');
  const labels = await read('labels');
  const [texts = 0, tokens = 0] = ids.shape;
  if (ids.shape.length !== 2 || [mask, labels].some(({ shape }) => shape.join() !== ids.shape.join())) {
    throw refuse('input_ids, attention_mask and labels must all have the shape (texts, tokens)');
  }
  const sequences = Array.from({ length: texts }, (_, text): Sequence => {
    const row = (values: readonly number[]): readonly number[] => values.slice(text * tokens, (text + 1) * tokens);
    const seen = row(mask.values);
    const [start, end] = [seen.indexOf(1), seen.lastIndexOf(1) + 1];
    if (start < 0 || seen.slice(start, end).includes(0))
      throw refuse(`text ${text + 1} has gaps in its attention_mask`);
    if (end - start > limit) throw refuse(`text ${text + 1} is ${end - start} tokens long, and ${limit} fit`);
    return {
      ids: row(ids.values).slice(start, end),
      labels: row(labels.values).slice(start, end),
      firstPosition: model.decoder.firstPosition(end - start),
    };
  });
  for (const sequence of sequences) {
    requireIds(model.decoder, sequence.ids);
    const targets = sequence.labels.filter((label) => label !== ignoredLabel);
    if (targets.length > 0) requireIds(model.decoder, targets);
  }
  if (!sequences.some((sequence) => trainedTokens(sequence) > 0)) throw refuse('no label is to be learned');
  return sequences;
}
