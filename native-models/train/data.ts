/** What a run trains on, step by step: examples in the model's chat format, or one batch of tokens as it is. */

import { ModelError } from '../errors.ts';
import type { TrainJob } from '../jobs.ts';
import { requireIds } from '../generate/ids.ts';
import type { ChatModel } from '../text/chat-model.ts';
import { readExamples } from '../text/examples.ts';
import { openSafetensors, readIntegers } from '../weights/safetensors.ts';
import { ignoredLabel, type Sequence, trainedTokens } from './batch.ts';
import { encodeExamples, type Schedule, scheduleExamples } from './examples.ts';

export interface TrainingData {
  readonly sequences: readonly Sequence[];
  /** Of the validation set; empty where there is none. */
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
  const encode = async (path: string | null): Promise<readonly Sequence[]> =>
    path === null ? [] : encodeExamples(model, await readExamples(path), limit);
  if (tokensFile !== undefined) {
    const sequences = await readTokens(model, tokensFile, limit);
    const steps = job.steps ?? settings.epochs;
    const rows = sequences.map((sequence) => [sequence]);
    const validation = await encode(validationFile);
    return {
      sequences,
      validation,
      longestText: longestOf(sequences, validation),
      schedule: { stepsPerEpoch: 1, steps, rowsAt: () => rows, epochAt: (step) => step },
      file: tokensFile,
    };
  }
  const sequences = await encode(job.examplesFile);
  const rehearsal = await encode(rehearsalFile);
  const validation = await encode(validationFile);
  return {
    sequences,
    validation,
    longestText: longestOf(sequences, rehearsal, validation),
    schedule: scheduleExamples(sequences, rehearsal, settings, job.steps),
    file: job.examplesFile,
  };
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
