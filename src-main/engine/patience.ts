/**
 * How long a request to a model process may say nothing, and how long one that was cancelled may take to end. Both come from
 * the size of the model it names and from the rows of its plan, so that a slow PC loses no good job: what is longer than this
 * has hung.
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
 * For each megabyte of weights. Reading it takes 0.1 s from a slow stick; a training step takes 0.2 s for each thousand tokens
 * (four operations for each weight and token) at 5 GFLOP/s, the slowest that was measured, and nothing is said while one is
 * computed. Ten times that is no longer work. A cancel is heard between two rows.
 */
const perMegabyte = { reading: 1_000, thousandTokens: 2_000, grace: 300 } as const;

/** What a plan lets happen between two messages. */
export interface Stretch {
  /** Tokens of one row. */
  readonly row: number;
  /** Tokens of all rows between two messages. */
  readonly tokens: number;
}

/** What names no rows reads as many as people ask. */
const shortest: Stretch = { row: 1_000, tokens: 1_000 };

export function patienceFor(weightBytes: number, { row, tokens }: Stretch = shortest): Patience {
  const megabytes = weightBytes / 1e6;
  const { reading, thousandTokens, grace } = perMegabyte;
  return {
    silence: least.silence + megabytes * (reading + thousandTokens * Math.max(1, tokens / 1000)),
    grace: least.grace + megabytes * grace * Math.max(1, row / 1000),
  };
}

interface Work {
  readonly batchSize?: unknown;
  readonly maxNewTokens?: unknown;
  readonly maxTokens?: unknown;
  readonly settings?: { readonly batchSize?: unknown; readonly maxTokens?: unknown; readonly rehearsalShare?: unknown };
}

/** Beside each example of a batch, as the model process has them where nothing is said (`train/examples.ts`). */
const usualRehearsal = 0.5;

function stretchOf({ batchSize, maxNewTokens, maxTokens, settings }: Work): Stretch {
  const number = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
  if (settings) {
    const row = number(settings.maxTokens, shortest.row);
    const share = typeof settings.rehearsalShare === 'number' ? settings.rehearsalShare : usualRehearsal;
    return { row, tokens: row * number(settings.batchSize, 1) * (1 + Math.max(0, share)) };
  }
  // An answer is written behind a question, which is read in one go.
  const row = shortest.row + number(maxNewTokens ?? maxTokens, 0);
  return { row, tokens: row * number(batchSize, 1) };
}

interface NamesFolder extends Work {
  readonly directory?: unknown;
  readonly modelDirectory?: unknown;
  readonly job?: NamesFolder;
}

/** Of a request's input; what names no model folder needs the least. */
export async function patienceWith(input: unknown): Promise<Patience> {
  const asked = (input ?? {}) as NamesFolder;
  const { directory, modelDirectory, job } = asked;
  const folder = directory ?? modelDirectory ?? job?.modelDirectory;
  return patienceFor(typeof folder === 'string' ? await weightBytesOf(folder) : 0, stretchOf(job ?? asked));
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
