/** The weights of a Hugging Face folder, in one file or in shards, as one map from tensor name to place on the disk. */

import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readJsonObject } from './json.ts';
import { openSafetensors } from './safetensors.ts';
import type { WeightTensor } from './safetensors.ts';

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

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
 * Raises `model-folder-missing`, `model-not-a-model`, and what the files themselves raise.
 */
export async function openWeights(directory: string): Promise<Weights> {
  const folder = await stat(directory).catch(() => null);
  if (folder?.isDirectory() !== true) throw new ModelError('model-folder-missing', { path: directory });
  const single = join(directory, singleFile);
  if (await isFile(single)) {
    const { tensors } = await openSafetensors(single);
    return weights(directory, [single], tensors);
  }
  const index = await readJsonObject(join(directory, indexFile));
  if (index === null) throw new ModelError('model-not-a-model', { path: directory, file: singleFile });
  return openShards(directory, index['weight_map']);
}

async function openShards(directory: string, weightMap: unknown): Promise<Weights> {
  const invalid = (reason: string) =>
    new ModelError('weights-header-invalid', { path: join(directory, indexFile), reason });
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap))
    throw invalid('it has no weight_map');
  const entries = Object.entries(weightMap as Record<string, unknown>);
  const shards = new Map<string, ReadonlyMap<string, WeightTensor>>();
  for (const [name, file] of entries) {
    // A name with a path in it could point anywhere on the machine.
    if (typeof file !== 'string' || file === '' || basename(file) !== file || file.includes('\\'))
      throw invalid(`“${name}” lies in ${JSON.stringify(file)}, which is no file of this folder`);
    if (shards.has(file)) continue;
    const path = join(directory, file);
    if (!(await isFile(path))) throw new ModelError('model-not-a-model', { path: directory, file });
    shards.set(file, (await openSafetensors(path)).tensors);
  }
  const tensors = entries.map(([name, file]): [string, WeightTensor] => {
    const tensor = shards.get(file as string)?.get(name);
    if (tensor === undefined) throw invalid(`${String(file)} does not hold “${name}”`);
    return [name, tensor];
  });
  if (tensors.length === 0) throw invalid('its weight_map is empty');
  return weights(
    directory,
    [...shards.keys()].sort().map((file) => join(directory, file)),
    new Map(tensors),
  );
}

function weights(directory: string, files: readonly string[], tensors: ReadonlyMap<string, WeightTensor>): Weights {
  const byteLength = [...tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
  return { directory, files, tensors, byteLength };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
