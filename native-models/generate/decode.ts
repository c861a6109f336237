/** The decoding loop: prompts of several rows side by side, with one cache. */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import type { GenerateResult, SamplingSettings } from '../jobs.ts';
import { Random } from '../random.ts';
import type { Session } from '../runtime/session.ts';
import { floatsOf } from '../runtime/tensor.ts';
import { chooseToken } from './sampling.ts';
import { type Feeds, GrowingCache, RoomyCache, type TextCache } from './text-cache.ts';

export interface DecodeSetup {
  readonly session: Session;
  /** As the session's graph was made (`GenerateGraphOptions`). */
  readonly inPlace: boolean;
  readonly decoder: Decoder;
  /** Adapters and row weights for so many new tokens a row; empty for the base alone. */
  readonly adapterFeeds: (tokens: number) => Feeds;
  /** Longest text, prompt and answer together. */
  readonly contextLength: number;
  readonly stopTokenIds: ReadonlySet<number>;
  readonly sampling: SamplingSettings;
  /** Awaited before every token. */
  readonly turn: () => Promise<void>;
}

export interface DecodedRow {
  /** New ids, the stop token left out. */
  readonly ids: readonly number[];
  readonly finish: GenerateResult['rows'][number]['finish'];
}

/** Answers all prompts together. Throws `context-exceeded` where a prompt leaves no room for an answer. */
export async function decode(
  setup: DecodeSetup,
  prompts: readonly (readonly number[])[],
): Promise<readonly DecodedRow[]> {
  const { decoder, sampling, stopTokenIds } = setup;
  const longest = Math.max(...prompts.map(({ length }) => length));
  if (longest >= setup.contextLength) {
    throw new ModelError('context-exceeded', { tokens: longest, limit: setup.contextLength - 1 });
  }
  const limit = Math.min(sampling.maxNewTokens, setup.contextLength - longest);
  const rows = prompts.map((_, row) => ({
    ids: [] as number[],
    finish: undefined as 'stop' | 'length' | undefined,
    random: new Random(sampling.seed, 'sampling', row),
  }));
  const cache = newCache(setup, prompts, limit);
  let tokens = prompts;
  while (rows.some(({ finish }) => finish === undefined)) {
    await setup.turn();
    const logits = await step(setup, cache, tokens);
    tokens = rows.map((row, index) => {
      const slice = logits.subarray(index * decoder.vocabularySize, (index + 1) * decoder.vocabularySize);
      const token = chooseToken(slice, sampling, row.random);
      if (row.finish !== undefined) return [0];
      if (stopTokenIds.has(token)) row.finish = 'stop';
      else if (row.ids.push(token) >= limit) row.finish = 'length';
      return [token];
    });
  }
  return rows.map(({ ids, finish }) => ({ ids, finish: finish ?? 'length' }));
}

type StepSetup = Pick<DecodeSetup, 'session' | 'inPlace' | 'decoder' | 'adapterFeeds'>;

/** Logits after each prompt, (vocabulary) each: what the model would say next. */
export async function nextLogits(setup: StepSetup, prompts: readonly (readonly number[])[]): Promise<Float32Array> {
  return step(setup, newCache(setup, prompts, 1), prompts);
}

/** A cache for prompts that are answered by up to `newTokens` tokens each. */
function newCache(
  { decoder, inPlace }: StepSetup,
  prompts: readonly (readonly number[])[],
  newTokens: number,
): TextCache {
  const firstPositions = prompts.map(({ length }) => decoder.firstPosition(length + newTokens));
  return inPlace ? new RoomyCache(decoder, firstPositions) : new GrowingCache(decoder, firstPositions);
}

/** Adds tokens to each row; the logits after the last of each, (rows, vocabulary). */
async function step(setup: StepSetup, cache: TextCache, rows: readonly (readonly number[])[]): Promise<Float32Array> {
  const { feeds, into } = cache.append(rows);
  const tokens = Math.max(...rows.map(({ length }) => length));
  const outputs = await setup.session.run({ ...feeds, ...setup.adapterFeeds(tokens) }, into);
  cache.keep(outputs);
  return floatsOf(outputs.logits);
}
