/** The weights of a Hugging Face folder, in one file or in shards, as one map from tensor name to place on the disk. */

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isSystemFile } from '../disk/system-files.ts';
import { ModelError, type Report, stopAtFirst } from '../errors.ts';
import { readJsonObject } from './json.ts';
import { openSafetensors } from './safetensors.ts';
import type { Safetensors, WeightTensor } from './safetensors.ts';

export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

export interface Weights {
  readonly directory: string;
  /** Paths of the safetensors files. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  /** Bytes of all tensors. */
  readonly byteLength: number;
}

/**
 * Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
 * Reports `model-not-a-model` and what the files themselves raise; with a `report` that goes on, the weights are those of
 * the files that could be opened. Raises what `requireFolder` raises, and what is wrong with a folder that has no such file.
 */
export async function openWeights(directory: string, report: Report = stopAtFirst): Promise<Weights> {
  await requireFolder(directory);
  const single = join(directory, singleFile);
  if (await isFile(single)) {
    const tensors = await openFile(directory, singleFile, report);
    return weights(directory, tensors ? [single] : [], tensors ?? new Map<never, never>());
  }
  const index = await readJsonObject(join(directory, indexFile));
  if (index === null) throw await missingWeights(directory);
  return openShards(directory, index['weight_map'], report);
}

/** Raises `model-folder-missing`, and `folder-is-a-file` where a file of a model was given instead. */
export async function requireFolder(directory: string): Promise<void> {
  const folder = await stat(directory).catch(() => null);
  if (folder === null) throw new ModelError('model-folder-missing', { path: directory });
  if (!folder.isDirectory()) throw new ModelError('folder-is-a-file', { path: directory });
}

/** What a folder without safetensors holds instead tells what to do about it. */
async function missingWeights(directory: string): Promise<ModelError> {
  const names = (await readdir(directory)).filter((name) => !isSystemFile(name));
  const other = names.find((name) => /\.(gguf|bin|pth?|h5|msgpack|onnx)$/i.test(name) && !/^training_args/.test(name));
  const shards = names.some((name) => /-of-\d+\.safetensors$/.test(name));
  if (other !== undefined && !shards)
    return new ModelError('weights-not-safetensors', { path: directory, file: other });
  return new ModelError('model-not-a-model', { path: directory, file: shards ? indexFile : singleFile });
}

/** The tensors of one file, or null where it had to be reported. */
async function openFile(directory: string, file: string, report: Report): Promise<Safetensors['tensors'] | null> {
  const path = join(directory, file);
  try {
    if (!(await isFile(path))) throw new ModelError('model-not-a-model', { path: directory, file });
    return (await openSafetensors(path)).tensors;
  } catch (problem) {
    if (!(problem instanceof ModelError)) throw problem;
    report(problem);
    return null;
  }
}

/** Some models have two hundred. */
const mostShards = 1_000;

async function openShards(directory: string, weightMap: unknown, report: Report): Promise<Weights> {
  const invalid = (reason: string) =>
    new ModelError('weights-header-invalid', { path: join(directory, indexFile), reason });
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap))
    throw invalid('it has no weight_map');
  const entries = Object.entries(weightMap as Record<string, unknown>);
  if (entries.length === 0) throw invalid('its weight_map is empty');
  if (new Set(entries.map(([, file]) => file)).size > mostShards)
    throw invalid(`it names more than ${mostShards} files`);
  const shards = new Map<string, Safetensors['tensors'] | null>();
  const tensors = new Map<string, WeightTensor>();
  for (const [name, file] of entries) {
    // A name with a path in it could point anywhere on the machine.
    if (typeof file !== 'string' || file === '' || basename(file) !== file || file.includes('\\')) {
      report(invalid(`“${name}” lies in ${JSON.stringify(file)}, which is no file of this folder`));
      continue;
    }
    if (!shards.has(file)) shards.set(file, await openFile(directory, file, report));
    const shard = shards.get(file);
    const tensor = shard?.get(name);
    if (tensor) tensors.set(name, tensor);
    else if (shard) report(invalid(`${file} does not hold “${name}”`));
  }
  const opened = [...shards.keys()].filter((file) => shards.get(file) != null);
  return weights(
    directory,
    opened.sort().map((file) => join(directory, file)),
    tensors,
  );
}

function weights(directory: string, files: readonly string[], tensors: ReadonlyMap<string, WeightTensor>): Weights {
  const byteLength = [...tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
  return { directory, files, tensors, byteLength };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
