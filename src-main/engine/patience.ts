/**
 * How long a request to a model process may say nothing, and how long one that was cancelled may take to end. Both come from
 * the size of the model it names and from the rows of its plan, so that a slow PC loses no good job: what is longer than this
 * has hung.
 */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usualRehearsalShare } from '../../native-models/jobs/train.ts';

/** In milliseconds. */
export interface Patience {
  readonly silence: number;
  /** From the cancel on. What has been saved stays. */
  readonly grace: number;
}

const minute = 60_000;

/**
 * What is there whatever the size of the model: a disk that sleeps (30 s), a graph put together and optimised (10 s), the
 * waiting behind one other request of a small model (a minute). Ten times that, as with what follows; where the PC shows that
 * it is slow, `slownessOf` multiplies it as well.
 */
const least: Patience = { silence: 10 * minute, grace: 15_000 };
/** Of what is tried in a process of its own: a driver in software that compiles its kernels takes 4 s, the rest is less. */
const leastOfTrial: Patience = { silence: minute, grace: 15_000 };
/**
 * For each megabyte of weights. Reading it takes 0.1 s from a slow stick; a training step takes 0.2 s for each thousand tokens
 * (four operations for each weight and token) at 5 GFLOP/s, the slowest that was measured, and nothing is said while one is
 * computed. Ten times that is no longer work. A cancel is heard between two rows.
 */
const perMegabyte = { reading: 1_000, thousandTokens: 2_000, grace: 300, texts: 2_000 } as const;

/** Milliseconds in which a model process comes up on the PC on which these times were measured, beside other work. */
const usualStart = 1_000;
const mostSlowness = 10;

/**
 * How many times as slow as that PC this one is. A model process reads the same libraries from the disk and runs the same code
 * everywhere before it says that it is ready, so how long that took is a measurement which costs nothing.
 * @param startMilliseconds from its start until it was ready
 */
export const slownessOf = (startMilliseconds: number): number =>
  Math.min(mostSlowness, Math.max(1, startMilliseconds / usualStart));

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

function stretchOf({ batchSize, maxNewTokens, maxTokens, settings }: Work): Stretch {
  const number = (value: unknown, otherwise: number) =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : otherwise;
  if (settings) {
    const row = number(settings.maxTokens, shortest.row);
    const share = typeof settings.rehearsalShare === 'number' ? settings.rehearsalShare : usualRehearsalShare;
    return { row, tokens: row * number(settings.batchSize, 1) * (1 + Math.max(0, share)) };
  }
  // An answer is written behind a question, which is read in one go.
  const row = shortest.row + number(maxNewTokens ?? maxTokens, 0);
  return { row, tokens: row * number(batchSize, 1) };
}

interface NamesFolder extends Work {
  readonly directory?: unknown;
  readonly modelDirectory?: unknown;
}

/** Of a request's input; what names no model folder needs the least. */
export async function patienceWith(input: unknown): Promise<Patience> {
  const asked = (input ?? {}) as NamesFolder;
  const folder = asked.directory ?? asked.modelDirectory;
  return patienceFor(typeof folder === 'string' ? await bytesOf(folder, weights) : 0, stretchOf(asked));
}

/** Of a trial: by the texts of the folder that it names, of which a tokenizer reads 5 MB a second on the slowest PC. */
export async function trialPatienceWith(input: unknown): Promise<Patience> {
  const { directory } = (input ?? {}) as NamesFolder;
  const bytes = typeof directory === 'string' ? await bytesOf(directory, texts) : 0;
  const megabytes = Math.min(mostTextMegabytes, bytes / 1e6);
  return { ...leastOfTrial, silence: leastOfTrial.silence + megabytes * perMegabyte.texts };
}

const weights = /\.safetensors$/;
const texts = /\.(json|jinja|txt|model)$/;
/** More is refused by its size (`text-file.ts` in the machine room). */
const mostTextMegabytes = 256;

/** Bytes of all files of a kind; 0 where there are none, or the folder cannot be read: the request then says so itself. */
async function bytesOf(folder: string, kind: RegExp): Promise<number> {
  try {
    const names = (await readdir(folder)).filter((name) => kind.test(name));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
