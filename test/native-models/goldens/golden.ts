/** A reference model with its numbers, opened for the comparisons. */

import { readFileSync } from 'node:fs';
import { adapterShape, type AdapterShape } from '../../../native-models/lora/shape.ts';
import { continuedAdapter } from '../../../native-models/lora/training.ts';
import { type ModelFolder, openModelFolder } from '../../../native-models/models/model-folder.ts';
import { readAdapter } from '../../../native-models/peft/format.ts';
import { createParameter, type Parameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds, type Sequence, trainedTokens } from '../../../native-models/train/batch.ts';
import type { Feeds } from '../../../native-models/train/step.ts';
import {
  openSafetensors,
  readIntegers,
  readTensor,
  type Safetensors,
} from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';

export interface NumericReference {
  readonly loss: number;
  readonly greedy_prompt_ids: readonly number[];
  readonly greedy_ids: readonly number[];
  readonly lora_losses: readonly number[];
  readonly lora_grad_norms: readonly number[];
  readonly optimizer: { readonly lr: number; readonly weight_decay: number; readonly max_grad_norm: number };
}

export interface Golden {
  readonly name: string;
  readonly directory: string;
  readonly model: ModelFolder;
  readonly reference: NumericReference;
  readonly tensors: Safetensors['tensors'];
  /** The two texts, without their padding. */
  readonly sequences: readonly Sequence[];
  /** Tokens of a padded row. */
  readonly paddedTokens: number;
}

export async function openGolden(name: string): Promise<Golden> {
  const directory = goldenPath(name);
  const { tensors } = await openSafetensors(goldenPath(name, 'reference.safetensors'));
  const ids = await readIntegers(tensors.get('input_ids')!);
  const seen = await readIntegers(tensors.get('attention_mask')!);
  const labels = await readIntegers(tensors.get('labels')!);
  const paddedTokens = tensors.get('input_ids')!.shape[1]!;
  const sequences = [0, 1].map((row) => {
    const start = row * paddedTokens;
    const length = seen.slice(start, start + paddedTokens).reduce((sum, entry) => sum + entry, 0);
    return { ids: ids.slice(start, start + length), labels: labels.slice(start, start + length) };
  });
  const reference = JSON.parse(readFileSync(goldenPath(name, 'reference.json'), 'utf8')) as NumericReference;
  return { name, directory, model: await openModelFolder(directory), reference, tensors, sequences, paddedTokens };
}

/** Both texts as one batch whose loss is the mean over all trained tokens. */
export function goldenFeeds({ sequences }: Golden): Feeds {
  const trained = sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  return batchFeeds(
    sequences.map((sequence) => [sequence]),
    1 / trained,
  );
}

/** The adapter that PEFT started from, as trained parameters. */
export async function goldenAdapter(
  golden: Golden,
  folder: 'lora_init' | 'lora_final',
): Promise<{ readonly shape: AdapterShape; readonly parameters: readonly Parameter[] }> {
  const adapter = await readAdapter(goldenPath(golden.name, folder));
  const shape = adapterShape(golden.model.decoder, adapter.config);
  const parameters = continuedAdapter(shape, adapter).map(({ name, shape, values }) =>
    createParameter(name, shape, values),
  );
  return { shape, parameters };
}

/** Recorded logits of one text without its padding, (tokens, vocabulary). */
export async function recordedLogits(golden: Golden, tensor: string, row: number): Promise<Float32Array> {
  const all = await readTensor(golden.tensors.get(tensor)!);
  const rowSize = golden.paddedTokens * golden.model.decoder.vocabularySize;
  const length = golden.sequences[row]!.ids.length * golden.model.decoder.vocabularySize;
  return all.subarray(row * rowSize, row * rowSize + length);
}

/** Largest difference relative to the largest absolute value expected. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values against ${expected.length}`);
  let difference = 0;
  let largest = 0;
  for (const [index, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(actual[index]! - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
}

/** ‖actual − expected‖ / ‖expected‖ */
export function relativeNorm(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (const [index, value] of expected.entries()) {
    difference += (actual[index]! - value) ** 2;
    norm += value ** 2;
  }
  return Math.sqrt(difference / norm);
}
