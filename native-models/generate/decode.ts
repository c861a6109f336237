/** The decoding loop: prompts of several rows side by side, left-padded, with one cache. */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import type { GenerateResult, SamplingSettings } from '../jobs.ts';
import { Random } from '../random.ts';
import type { Session } from '../runtime/session.ts';
import { floatsOf, floatTensor, integerTensor, type Tensor } from '../runtime/tensor.ts';
import { maskedScore } from '../nn/attention.ts';
import { cacheNames } from './graph.ts';
import { chooseToken } from './sampling.ts';

type Feeds = Readonly<Record<string, Tensor>>;

export interface DecodeSetup {
  readonly session: Session;
  readonly decoder: Decoder;
  /** Stacked adapters and row weights; empty for the base alone. */
  readonly adapterFeeds: Feeds;
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
  const places = placesOf(decoder, prompts, longest, limit);
  const rows = prompts.map((_, row) => ({
    ids: [] as number[],
    finish: undefined as 'stop' | 'length' | undefined,
    random: new Random(sampling.seed, 'sampling', row),
  }));
  let cache = emptyCache(decoder, prompts.length);
  let feeds = prefillFeeds(decoder, prompts, places, longest);
  for (let length = longest; rows.some(({ finish }) => finish === undefined); length++) {
    await setup.turn();
    const outputs = await setup.session.run({ ...feeds, ...cache, ...setup.adapterFeeds });
    const logits = floatsOf(outputs.logits);
    const next = rows.map((row, index) => {
      const slice = logits.subarray(index * decoder.vocabularySize, (index + 1) * decoder.vocabularySize);
      const token = chooseToken(slice, sampling, row.random);
      if (row.finish !== undefined) return 0;
      if (stopTokenIds.has(token)) row.finish = 'stop';
      else if (row.ids.push(token) >= limit) row.finish = 'length';
      return token;
    });
    cache = presentAsPast(decoder, outputs);
    feeds = stepFeeds(decoder, next, places, length);
  }
  return rows.map(({ ids, finish }) => ({ ids, finish: finish ?? 'length' }));
}

/** Logits after each prompt, (vocabulary) each: what the model would say next. */
export async function nextLogits(
  setup: Pick<DecodeSetup, 'session' | 'decoder' | 'adapterFeeds'>,
  prompts: readonly (readonly number[])[],
): Promise<Float32Array> {
  const longest = Math.max(...prompts.map(({ length }) => length));
  const feeds = prefillFeeds(setup.decoder, prompts, placesOf(setup.decoder, prompts, longest, 1), longest);
  const cache = emptyCache(setup.decoder, prompts.length);
  return floatsOf((await setup.session.run({ ...feeds, ...cache, ...setup.adapterFeeds })).logits);
}

/** Where a row's text begins: behind so much padding, at this position. */
interface Place {
  readonly pad: number;
  readonly first: number;
}

/** The places of prompts that are answered by up to `newTokens` tokens each. */
function placesOf(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  longest: number,
  newTokens: number,
): readonly Place[] {
  return prompts.map(({ length }) => ({ pad: longest - length, first: decoder.firstPosition(length + newTokens) }));
}

function prefillFeeds(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  places: readonly Place[],
  longest: number,
): Feeds {
  const ids = new Int32Array(prompts.length * longest);
  const positions = new Int32Array(prompts.length * longest);
  const mask = new Float32Array(prompts.length * longest * longest).fill(maskedScore);
  prompts.forEach((prompt, row) => {
    const { pad, first } = places[row]!;
    ids.set(prompt, row * longest + pad);
    for (let query = 0; query < longest; query++) {
      positions[row * longest + query] = first + Math.max(0, query - pad);
      const line = (row * longest + query) * longest;
      // Padding sees itself alone, so that its softmax stays finite.
      mask.fill(0, line + Math.min(query, pad), line + query + 1);
    }
  });
  return {
    ...keyPositionFeeds(decoder, places, longest),
    input_ids: integerTensor(ids, [prompts.length, longest]),
    position_ids: integerTensor(positions, [prompts.length, longest]),
    attention_mask: floatTensor(mask, [prompts.length, 1, longest, longest]),
    logit_rows: integerTensor(
      prompts.map((_, row) => (row + 1) * longest - 1),
      [prompts.length],
    ),
  };
}

function stepFeeds(decoder: Decoder, tokens: readonly number[], places: readonly Place[], length: number): Feeds {
  const batch = tokens.length;
  const mask = new Float32Array(batch * (length + 1));
  places.forEach(({ pad }, row) => mask.fill(maskedScore, row * (length + 1), row * (length + 1) + pad));
  return {
    ...keyPositionFeeds(decoder, places, length + 1),
    input_ids: integerTensor(tokens, [batch, 1]),
    position_ids: integerTensor(
      places.map(({ pad, first }) => first + length - pad),
      [batch, 1],
    ),
    attention_mask: floatTensor(mask, [batch, 1, 1, length + 1]),
    logit_rows: integerTensor(
      tokens.map((_, row) => row),
      [batch],
    ),
  };
}

/** Where each key stands in its row's text; only sliding layers ask. */
function keyPositionFeeds(decoder: Decoder, places: readonly Place[], keys: number): Feeds {
  if (decoder.slidingWindow === null) return {};
  const positions = places.flatMap(({ pad, first }) =>
    Array.from({ length: keys }, (_, key) => first + Math.max(0, key - pad)),
  );
  return { key_positions: integerTensor(positions, [places.length, keys]) };
}

function emptyCache(decoder: Decoder, batch: number): Feeds {
  const empty = floatTensor(new Float32Array(0), [batch, decoder.keyValueHeads, 0, decoder.headDim]);
  return Object.fromEntries(
    Array.from({ length: decoder.layers }, (_, layer) => cacheNames(layer)).flatMap((names) => [
      [names.pastKeys, empty],
      [names.pastValues, empty],
    ]),
  );
}

function presentAsPast(decoder: Decoder, outputs: Feeds): Feeds {
  return Object.fromEntries(
    Array.from({ length: decoder.layers }, (_, layer) => cacheNames(layer)).flatMap((names) => [
      [names.pastKeys, outputs[names.keys]!],
      [names.pastValues, outputs[names.values]!],
    ]),
  );
}
