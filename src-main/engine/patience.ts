/**
 * How long a request to a model process may say nothing, and how long one that was cancelled may take to end. Both come from
 * the size of the model it names, so that a slow PC loses no good job: what is longer than this has hung.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** In milliseconds. */
export interface Patience {
  readonly silence: number;
  /** From the cancel on. What has been saved stays. */
  readonly grace: number;
}

const minute = 60_000;

/** Opening on a disk that sleeps, a first answer of a small model, the waiting behind others. */
const least: Patience = { silence: 10 * minute, grace: 15_000 };
/**
 * For each megabyte of weights. Reading it takes 0.1 s from a slow stick; a training step of one row (some thousand tokens,
 * four operations for each weight and token) takes 0.2 s at 5 GFLOP/s, the slowest that was measured, and nothing is said
 * while one is computed. Ten times that is no longer work.
 */
const perMegabyte: Patience = { silence: 3_000, grace: 300 };

export function patienceFor(weightBytes: number): Patience {
  const megabytes = weightBytes / 1e6;
  return {
    silence: least.silence + megabytes * perMegabyte.silence,
    grace: least.grace + megabytes * perMegabyte.grace,
  };
}

interface NamesFolder {
  readonly directory?: unknown;
  readonly modelDirectory?: unknown;
  readonly job?: { readonly modelDirectory?: unknown };
}

/** Of a request's input; what names no model folder needs the least. */
export async function patienceWith(input: unknown): Promise<Patience> {
  const { directory, modelDirectory, job } = (input ?? {}) as NamesFolder;
  const folder = directory ?? modelDirectory ?? job?.modelDirectory;
  return patienceFor(typeof folder === 'string' ? await weightBytesOf(folder) : 0);
}

/** Bytes of all safetensors files; 0 where there are none, or the folder cannot be read: the request then says so itself. */
async function weightBytesOf(folder: string): Promise<number> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
