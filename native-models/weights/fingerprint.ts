/** The identity of a base model: one hash over its weights, the same whether they lie in one file or in shards. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Weights } from './checkpoint-folder.ts';
import { allFinite, isFloat } from './dtypes.ts';
import { readError } from './files.ts';
import { pieces } from './safetensors.ts';

/** What is known of weights once every byte has been read. */
export interface WeightsReading {
  /** SHA-256 (hex) over every tensor by sorted name: a line of JSON `[name, dtype, shape]`, then its bytes. */
  readonly fingerprint: string;
  /** Names of float tensors that hold an infinite value or NaN, sorted. */
  readonly notFinite: readonly string[];
}

/** Reading gigabytes takes seconds, so a result is kept while path, size and times of change of all files stay. */
const known = new Map<string, Promise<WeightsReading>>();

/** The fingerprint of a reading. Raises `file-unreadable` or `weights-truncated`. */
export async function fingerprint(weights: Weights): Promise<string> {
  return (await readWeights(weights)).fingerprint;
}

/** Reads all bytes, unless they are known. Raises `file-unreadable` or `weights-truncated`. */
export async function readWeights(weights: Weights): Promise<WeightsReading> {
  const key = await stateOf(weights);
  const earlier = known.get(key);
  if (earlier !== undefined) return earlier;
  const result = readAllWeights(weights);
  known.set(key, result);
  result.catch(() => known.delete(key));
  return result;
}

/**
 * The same, always from the disk, with `onBytes` awaited after every piece: where it throws, reading ends. The result is
 * then known to `readWeights` as well.
 */
export async function readAllWeights(
  weights: Weights,
  onBytes: (count: number) => void | Promise<void> = () => {},
): Promise<WeightsReading> {
  const key = await stateOf(weights);
  const hash = createHash('sha256');
  const notFinite: string[] = [];
  for (const tensor of [...weights.tensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name, dtype, shape } = tensor;
    hash.update(`${JSON.stringify([name, dtype, shape])}\n`);
    let finite = true;
    for await (const { bytes } of pieces(tensor)) {
      hash.update(bytes);
      finite &&= !isFloat(dtype) || allFinite(bytes, dtype);
      await onBytes(bytes.byteLength);
    }
    if (!finite) notFinite.push(name);
  }
  const result = { fingerprint: hash.digest('hex'), notFinite };
  known.set(key, Promise.resolve(result));
  return result;
}

/** Which bytes these are, without reading them. */
async function stateOf(weights: Weights): Promise<string> {
  const states = weights.files.map(async (path) => {
    try {
      const { size, mtimeMs, ctimeMs, ino } = await stat(path);
      // Copying tools put back the one time, and nobody the other.
      return [path, size, mtimeMs, ctimeMs, ino];
    } catch (cause) {
      throw readError(path, cause);
    }
  });
  return JSON.stringify(await Promise.all(states));
}
