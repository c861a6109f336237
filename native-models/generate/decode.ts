/** Texts through one graph: answered together, or read for the logits after their tokens. */

import type { Decoder } from '../architectures/index.ts';
import type { Precision, SamplingSettings } from '../jobs.ts';
import type { Session } from '../runtime/session.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import { floatsOf } from '../runtime/tensor.ts';
import { Batch, type BatchRow, type DecodedRow, type LastText } from './batch.ts';
import type { Feeds, TextStore } from './text-cache.ts';

/**
 * Tokens of a prompt that one run reads: what it computes on its way is bounded so, however long the prompt is. Fewer take
 * less memory and more time; where weights are packed closest, in 8 bits, memory counts more (`test/bench/README.md`).
 */
export const pieceTokensFor = (precision: Precision): number => (precision === 'int8' ? 64 : 128);

export interface DecodeSetup {
  readonly session: Session;
  /** As the session's graph was made (`GenerateGraphOptions`). */
  readonly attention: ServedAttention;
  /** Where keys and values are kept. @param places that will be opened */
  readonly newCache: (places: number) => TextStore;
  /** Tokens of a prompt that one run reads. */
  readonly pieceTokens: number;
  readonly decoder: Decoder;
  /** Adapters for a run with so many new tokens for each of these prompts; empty for the base alone. */
  readonly adapterFeeds: (prompts: readonly number[], tokens: number) => Feeds;
  readonly stopTokenIds: ReadonlySet<number>;
  readonly sampling: SamplingSettings;
  /** Awaited before every run. */
  readonly turn: () => Promise<void>;
  /** What was last said with the same adapter as a prompt: only where the prompt differs it is computed. */
  readonly lastText?: (prompt: number) => LastText;
}

/** Answers all prompts together, once all are read. Throws `context-exceeded` where a prompt leaves no room for an answer. */
export async function decode(
  setup: DecodeSetup,
  prompts: readonly (readonly number[])[],
): Promise<readonly DecodedRow[]> {
  const { session, attention, decoder, pieceTokens, adapterFeeds, sampling, stopTokenIds, turn, lastText } = setup;
  const batch = new Batch<BatchRow>({
    ...{ decoder, pieceTokens, turn, newCache: setup.newCache },
    readTokens: Infinity,
    mostRows: Infinity,
    cacheBytes: Infinity,
    exact: false,
    together: false,
    async run(rows, tokens, fed) {
      const { feeds, into } = await fed(attention);
      const draws = rows.map(({ draw }) => draw);
      return session.run({ ...feeds, ...adapterFeeds(draws, tokens) }, into);
    },
  });
  return batch.add(
    prompts.map((prompt, draw) => ({ prompt, sampling, draw, stopTokenIds, lastText: lastText?.(draw) })),
  );
}

type RunSetup = Pick<DecodeSetup, 'session' | 'attention' | 'newCache' | 'pieceTokens' | 'decoder' | 'adapterFeeds'> &
  Partial<Pick<DecodeSetup, 'turn'>>;

/** Logits after each prompt, (vocabulary) each, behind each other: what the model would say next. */
export async function nextLogits(setup: RunSetup, prompts: readonly (readonly number[])[]): Promise<Float32Array> {
  const { vocabularySize } = setup.decoder;
  const cache = cacheFor(setup, prompts, 1);
  cache.reserve(Math.max(...prompts.map(({ length }) => length)));
  const all = new Float32Array(prompts.length * vocabularySize);
  try {
    for (const [place, prompt] of prompts.entries()) {
      all.set(await read(setup, cache, place, prompt), place * vocabularySize);
    }
  } finally {
    cache.close();
  }
  return all;
}

/**
 * Logits after each of these tokens of one text, counted from 0 and ascending: (places, vocabulary).
 * @param prompt whose adapter it carries, of those that the setup knows
 */
export async function logitsAfter(
  setup: RunSetup,
  ids: readonly number[],
  places: readonly number[],
  prompt = 0,
): Promise<Float32Array> {
  const cache = cacheFor(setup, [ids], 0);
  cache.reserve(ids.length);
  const adapterFeeds: RunSetup['adapterFeeds'] = (_, tokens) => setup.adapterFeeds([prompt], tokens);
  try {
    return await read({ ...setup, adapterFeeds }, cache, 0, ids, places);
  } finally {
    cache.close();
  }
}

/** A cache for prompts that are answered by up to `newTokens` tokens each. */
function cacheFor(
  { decoder, newCache }: RunSetup,
  prompts: readonly (readonly number[])[],
  newTokens: number,
): TextStore {
  const cache = newCache(prompts.length);
  for (const { length } of prompts) cache.open(decoder.firstPosition(length + newTokens));
  return cache;
}

/**
 * Adds the tokens of one prompt to its text.
 * @param places of the tokens after which logits are wanted, counted from the first one read, in ascending order
 * @returns (places, vocabulary)
 */
async function read(
  setup: RunSetup,
  cache: TextStore,
  prompt: number,
  ids: readonly number[],
  places: readonly number[] = [ids.length - 1],
): Promise<Float32Array> {
  const { pieceTokens } = setup;
  const logits: Float32Array[] = [];
  for (let start = 0; start < ids.length; start += pieceTokens) {
    await setup.turn?.();
    const piece = ids.slice(start, start + pieceTokens);
    const rows = places.flatMap((place) => (start <= place && place < start + piece.length ? [place - start] : []));
    logits.push(await run(setup, cache, prompt, [prompt], [piece], rows));
  }
  return joined(logits);
}

/** Arrays behind each other; one alone as it is. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 1) return filled[0]!;
  const all = new Float32Array(filled.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of filled) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/**
 * Adds equally many tokens to the texts from place `first` on.
 * @param logitRows the new tokens after which logits are wanted, counted over all texts; none is fine
 * @returns (logitRows, vocabulary)
 */
async function run(
  setup: RunSetup,
  cache: TextStore,
  first: number,
  prompts: readonly number[],
  added: readonly (readonly number[])[],
  logitRows: readonly number[],
): Promise<Float32Array> {
  const tokens = added[0]!.length;
  const { feeds, into } = await cache.feed(first, added, logitRows, setup.attention);
  const outputs = await setup.session.run({ ...feeds, ...setup.adapterFeeds(prompts, tokens) }, into);
  cache.keep(first, added, outputs);
  return floatsOf(outputs['logits']);
}
