/** The decoding loop: each prompt is read by itself, piece by piece, then all rows go on side by side until each has ended. */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import type { GenerateResult, Precision, SamplingSettings } from '../jobs.ts';
import { Random } from '../random.ts';
import type { Session } from '../runtime/session.ts';
import { discard, floatsOf } from '../runtime/tensor.ts';
import { chooseToken } from './sampling.ts';
import { type Feeds, type KnownText, TextCache } from './text-cache.ts';

/**
 * Tokens of a prompt that one run reads: what it computes on its way is bounded so, however long the prompt is. Fewer take
 * less memory and more time; where weights are packed closest, in 8 bits, memory counts more (`test/bench/README.md`).
 */
export const pieceTokensFor = (precision: Precision): number => (precision === 'int8' ? 64 : 128);

export interface DecodeSetup {
  readonly session: Session;
  /** As the session's graph was made (`GenerateGraphOptions`). */
  readonly fused: boolean;
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

/** A place for the text that was computed last; texts often begin alike. */
export interface LastText {
  text: KnownText | undefined;
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
  const { contextLength } = decoder;
  const longest = Math.max(...prompts.map(({ length }) => length));
  if (longest >= contextLength) {
    throw new ModelError('context-exceeded', { tokens: longest, limit: contextLength - 1 });
  }
  const limit = Math.min(sampling.maxNewTokens, contextLength - longest);
  const rows = prompts.map((_, prompt) => ({
    prompt,
    ids: [] as number[],
    next: 0,
    finish: undefined as 'stop' | 'length' | undefined,
    random: new Random(sampling.seed, 'sampling', prompt),
  }));
  type Row = (typeof rows)[number];
  const take = (row: Row, logits: Float32Array): void => {
    row.next = chooseToken(logits, sampling, row.random);
    if (stopTokenIds.has(row.next)) row.finish = 'stop';
    else if (row.ids.push(row.next) >= limit) row.finish = 'length';
  };
  const cache = newCache(setup, prompts, limit);
  // A prompt that fills its room would be copied for the first token of the answer.
  cache.reserve(longest + 1);
  for (const row of rows) {
    const prompt = prompts[row.prompt]!;
    const last = setup.lastText?.(row.prompt);
    const known = last?.text ? cache.begin(row.prompt, prompt, last.text) : 0;
    const logits = await read(setup, cache, row.prompt, prompt.slice(known));
    take(row, logits);
    discard(logits);
    // Rows that follow may begin alike.
    if (last && rows.length > 1) remember(last, cache.known(row.prompt, prompt));
  }
  // The row at each place of the cache. A row that has ended makes room for the last one.
  const going = [...rows];
  const leave = (): void => {
    for (let place = going.length - 1; place >= 0; place--) {
      if (going[place]!.finish === undefined) continue;
      const { prompt, ids } = going[place]!;
      const last = setup.lastText?.(prompt);
      const text = [...prompts[prompt]!, ...ids];
      if (last) remember(last, rows.length > 1 ? cache.known(place, text) : cache.giveAway(text));
      const mover = going.pop()!;
      if (place === going.length) continue;
      cache.move(going.length, place);
      going[place] = mover;
    }
  };
  for (leave(); going.length > 0; leave()) {
    await setup.turn();
    const logits = await run(
      setup,
      cache,
      0,
      going.map(({ prompt }) => prompt),
      going.map(({ next }) => [next]),
      [...going.keys()],
    );
    going.forEach((row, place) =>
      take(row, logits.subarray(place * decoder.vocabularySize).subarray(0, decoder.vocabularySize)),
    );
    discard(logits);
  }
  cache.close();
  return rows.map(({ ids, finish }) => ({ ids, finish: finish ?? 'length' }));
}

/** Nobody reads what was remembered before: a text that begins alike was copied when it began. */
function remember(last: LastText, text: KnownText): void {
  if (last.text) discard(last.text.values);
  last.text = text;
}

type RunSetup = Pick<DecodeSetup, 'session' | 'fused' | 'pieceTokens' | 'decoder' | 'adapterFeeds'> &
  Partial<Pick<DecodeSetup, 'turn'>>;

/** Logits after each prompt, (vocabulary) each, behind each other: what the model would say next. */
export async function nextLogits(setup: RunSetup, prompts: readonly (readonly number[])[]): Promise<Float32Array> {
  const { vocabularySize } = setup.decoder;
  const cache = newCache(setup, prompts, 1);
  cache.reserve(Math.max(...prompts.map(({ length }) => length)));
  const all = new Float32Array(prompts.length * vocabularySize);
  for (const [place, prompt] of prompts.entries()) {
    all.set(await read(setup, cache, place, prompt), place * vocabularySize);
  }
  return all;
}

/** Logits after each of these tokens of one text, counted from 0 and ascending: (places, vocabulary). */
export async function logitsAfter(
  setup: RunSetup,
  ids: readonly number[],
  places: readonly number[],
): Promise<Float32Array> {
  const cache = newCache(setup, [ids], 0);
  cache.reserve(ids.length);
  return read(setup, cache, 0, ids, places);
}

/** A cache for prompts that are answered by up to `newTokens` tokens each. */
function newCache({ decoder, fused }: RunSetup, prompts: readonly (readonly number[])[], newTokens: number): TextCache {
  return new TextCache(
    decoder,
    fused,
    prompts.map(({ length }) => decoder.firstPosition(length + newTokens)),
  );
}

/**
 * Adds the tokens of one prompt to its text.
 * @param places of the tokens after which logits are wanted, counted from the first one read, in ascending order
 * @returns (places, vocabulary)
 */
async function read(
  setup: RunSetup,
  cache: TextCache,
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
  cache: TextCache,
  first: number,
  prompts: readonly number[],
  added: readonly (readonly number[])[],
  logitRows: readonly number[],
): Promise<Float32Array> {
  const tokens = added[0]!.length;
  const feeds = { ...cache.feeds(first, added, logitRows), ...setup.adapterFeeds(prompts, tokens) };
  const outputs = await setup.session.run(feeds);
  const keysAndValues = floatsOf(outputs['added']);
  cache.keep(first, added.length, tokens, keysAndValues);
  discard(keysAndValues);
  return floatsOf(outputs['logits']);
}
