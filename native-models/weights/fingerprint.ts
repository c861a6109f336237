/** The identity of a base model: one hash over its weights, the same whether they lie in one file or in shards. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { readError } from './files.ts';
import { pieces } from './safetensors.ts';
import type { Weights } from './checkpoint-folder.ts';

/** Hashing gigabytes takes seconds, so a result is kept while path, size and time of change of all files stay. */
const known = new Map<string, Promise<string>>();

/**
 * SHA-256 (hex) over every tensor by sorted name: a line of JSON `[name, dtype, shape]`, then its bytes.
 * Raises `file-unreadable` or `weights-truncated`.
 */
export async function fingerprint(weights: Weights): Promise<string> {
  const key = JSON.stringify(await Promise.all(weights.files.map(stateOf)));
  const earlier = known.get(key);
  if (earlier !== undefined) return earlier;
  const result = computeFingerprint(weights);
  known.set(key, result);
  result.catch(() => known.delete(key));
  return result;
}

/** The same, always read from the disk: for the proof after a revert, which must not trust a memory. */
export async function computeFingerprint(weights: Weights): Promise<string> {
  const hash = createHash('sha256');
  const tensors = [...weights.tensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const tensor of tensors) {
    hash.update(`${JSON.stringify([tensor.name, tensor.dtype, tensor.shape])}\n`);
    for await (const { bytes } of pieces(tensor)) hash.update(bytes);
  }
  return hash.digest('hex');
}

async function stateOf(path: string): Promise<readonly (string | number)[]> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return [path, size, mtimeMs, ino];
  } catch (cause) {
    throw readError(path, cause);
  }
}
