/** Base and adapter as one model: a whole Hugging Face folder whose logits were compared with the unmerged ones. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelFolder, openModelFolder } from '../models/model-folder.ts';
import { ModelError } from '../errors.ts';
import { logitsOf } from '../generate/logits.ts';
import { identityOf } from '../models/identity.ts';
import type { JobHooks } from '../jobs.ts';
import { floatsOf } from '../runtime/tensor.ts';
import { isFloat } from '../weights/dtypes.ts';
import { copyModelFiles, requireEmpty, writeFileDurably, writeFolderDurably } from '../weights/files.ts';
import { readBytes, readTensor, type TensorToWrite } from '../weights/safetensors.ts';
import { writeWeights } from '../weights/shards.ts';
import { mergedWeight } from '../lora/adapted-weight.ts';
import type { Adapter } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';

export interface MergeJob {
  readonly modelDirectory: string;
  readonly adapterDirectory: string;
  /** A new or empty folder. */
  readonly outputDirectory: string;
  /** `base`: each tensor keeps its number format. */
  readonly dtype: 'base' | 'f32';
  /** Largest weights file in bytes (`max_shard_size`); left out: 5 GB, as in transformers. */
  readonly maxShardBytes?: number | undefined;
}

export interface MergeProgress {
  /** Tensors written. */
  readonly done: number;
  readonly total: number;
}

export interface MergeResult {
  readonly directory: string;
  readonly bytes: number;
  /** Identity of what was written: see `ModelIdentity`. */
  readonly fingerprint: string;
  readonly mergedModules: number;
  /** Of merged from unmerged logits, relative to the largest logit. */
  readonly largestDifference: number;
}

/** Largest difference of merged from unmerged logits, relative to the largest one: what the rounding explains. */
const tolerances = { F32: 1e-4, F16: 1e-2, BF16: 5e-2 } as const;
/** Tokens of the comparison, spread over the vocabulary. */
const probeTokens = 16;

/**
 * Writes base and adapter as one model, whole or not at all, one tensor at a time. Weights keep the base's number format unless `dtype` asks
 * for float32. Raises `merge-differs` where the merged model computes something else, `file-unwritable` where the folder
 * holds files already, `cancelled`, and what model and adapter raise.
 */
export async function merge(job: MergeJob, hooks: JobHooks<MergeProgress>): Promise<MergeResult> {
  const model = await openModelFolder(job.modelDirectory);
  const adapter = await openAdapter(model, job.adapterDirectory);
  await requireEmpty(job.outputDirectory);
  let result: MergeResult | undefined;
  await writeFolderDurably(job.outputDirectory, async (folder) => {
    await copyModelFiles(model.directory, folder);
    if (job.dtype === 'f32') await nameFloat32(folder);
    await writeWeights(folder, tensorsOf(model, adapter, job.dtype, hooks), job.maxShardBytes);
    const merged = await openModelFolder(folder);
    const difference = await compare(model, job.adapterDirectory, merged);
    result = {
      directory: job.outputDirectory,
      bytes: merged.weights.byteLength,
      fingerprint: (await identityOf(merged.weights)).fingerprint,
      mergedModules: adapter.modules.size,
      largestDifference: difference,
    };
  });
  return result!;
}

/** Every tensor of the base, read only when its turn to be written comes. */
function tensorsOf(
  model: ModelFolder,
  adapter: Adapter,
  dtype: MergeJob['dtype'],
  { control, onEvent }: JobHooks<MergeProgress>,
): readonly TensorToWrite[] {
  const total = model.weights.tensors.size;
  let done = 0;
  return [...model.weights.tensors].map(([weight, tensor]): TensorToWrite => {
    const module = weight.replace(/\.weight$/, '');
    const change = adapter.modules.get(module);
    const widened = dtype === 'f32' && isFloat(tensor.dtype);
    const data = async (): Promise<Float32Array | Uint8Array> => {
      await control.turn();
      onEvent({ done: done++, total });
      if (change && weight.endsWith('.weight')) return mergedWeight(model, module, change);
      return widened ? readTensor(tensor) : readBytes(tensor);
    };
    return { name: tensor.name, shape: tensor.shape, dtype: widened ? 'F32' : tensor.dtype, data };
  });
}

async function compare(base: ModelFolder, adapterDirectory: string, merged: ModelFolder): Promise<number> {
  const { vocabularySize, contextLength } = base.decoder;
  const tokens = Math.min(probeTokens, contextLength);
  const ids = Array.from({ length: tokens }, (_, index) => Math.floor((index * vocabularySize) / tokens));
  const expected = floatsOf(await logitsOf(base, ids, adapterDirectory, 'cpu'));
  const actual = floatsOf(await logitsOf(merged, ids, null, 'cpu'));
  let [difference, largest] = [0, 0];
  expected.forEach((value, index) => {
    difference = Math.max(difference, Math.abs(actual[index]! - value));
    largest = Math.max(largest, Math.abs(value));
  });
  const relative = difference / largest;
  const dtypes = [...merged.decoder.weightShapes.keys()].map((name) => merged.weights.tensors.get(name)!.dtype);
  const tolerance = Math.max(...dtypes.map((dtype) => tolerances[dtype as keyof typeof tolerances]));
  // Written so that NaN, too, is refused.
  if (!(relative <= tolerance)) {
    throw new ModelError('merge-differs', { difference: relative.toExponential(1), tolerance });
  }
  return relative;
}

/** config.json names the format of the weights, under one name in transformers 4 and another in 5. */
const dtypeFields = ['dtype', 'torch_dtype'] as const;

async function nameFloat32(folder: string): Promise<void> {
  const path = join(folder, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  if (dtypeFields.every((field) => !(field in config))) config['torch_dtype'] = 'float32';
  // A model of several parts (`text_config`, `vision_config`) may name it for each.
  for (const part of [config, ...Object.values(config)]) {
    if (typeof part !== 'object' || part === null) continue;
    const fields = part as Record<string, unknown>;
    for (const field of dtypeFields) if (field in fields) fields[field] = 'float32';
  }
  await writeFileDurably(path, `${JSON.stringify(config, null, 2)}\n`);
}
