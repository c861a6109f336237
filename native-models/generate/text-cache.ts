/** Keys and values of the texts so far, and what a run is fed so that it goes on from there. */

import type { Decoder } from '../architectures/index.ts';
import { maskedScore } from '../nn/attention.ts';
import { floatTensor, int32Tensor, integerTensor, type Tensor } from '../runtime/tensor.ts';
import { cacheNames } from './graph.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** One run's tensors: what goes in, and where outputs are written that have a place already. */
export interface RunTensors {
  readonly feeds: Feeds;
  readonly into?: Feeds;
}

export interface TextCache {
  /** Tensors of a run that adds these tokens to each row. Rows may differ in length the first time only. */
  append(rows: readonly (readonly number[])[]): RunTensors;
  /** Takes what the run put out. */
  keep(outputs: Feeds): void;
}

const longestOf = (rows: readonly (readonly number[])[]): number => Math.max(...rows.map(({ length }) => length));

/** Ids and positions of new tokens (rows, longest); `places` tells where each row's tokens begin, and at which position. */
function tokenFeeds(
  rows: readonly (readonly number[])[],
  places: readonly { readonly pad: number; readonly first: number }[],
): Feeds {
  const longest = longestOf(rows);
  const ids = new Int32Array(rows.length * longest);
  const positions = new Int32Array(rows.length * longest);
  rows.forEach((row, index) => {
    const { pad, first } = places[index]!;
    ids.set(row, index * longest + pad);
    row.forEach((_, token) => (positions[index * longest + pad + token] = first + token));
  });
  return {
    input_ids: integerTensor(ids, [rows.length, longest]),
    position_ids: integerTensor(positions, [rows.length, longest]),
    logit_rows: integerTensor(
      rows.map(({ length }, index) => index * longest + places[index]!.pad + length - 1),
      [rows.length],
    ),
  };
}

/** The names of all layers' caches with the tensors of two lists, keys and values in turn. */
function namedTensors(
  decoder: Decoder,
  names: (layer: number) => readonly [string, string],
  tensorOf: (place: number) => Tensor,
): Feeds {
  const entries = Array.from({ length: decoder.layers }, (_, layer) => names(layer)).flat();
  return Object.fromEntries(entries.map((name, place) => [name, tensorOf(place)]));
}

const pastNames = (layer: number): readonly [string, string] => {
  const { pastKeys, pastValues } = cacheNames(layer);
  return [pastKeys, pastValues];
};
const presentNames = (layer: number): readonly [string, string] => {
  const { keys, values } = cacheNames(layer);
  return [keys, values];
};

/** A cache that every run hands back one token longer; shorter rows are padded on the left. */
export class GrowingCache implements TextCache {
  readonly #decoder: Decoder;
  readonly #firstPositions: readonly number[];
  #pads: readonly number[] = [];
  #length = 0;
  #past: Feeds;

  /** @param firstPositions of each row's first token */
  constructor(decoder: Decoder, firstPositions: readonly number[]) {
    this.#decoder = decoder;
    this.#firstPositions = firstPositions;
    const shape = [firstPositions.length, decoder.keyValueHeads, 0, decoder.headDim];
    const empty = floatTensor(new Float32Array(0), shape);
    this.#past = namedTensors(decoder, pastNames, () => empty);
  }

  append(rows: readonly (readonly number[])[]): RunTensors {
    const tokens = longestOf(rows);
    if (this.#length === 0) this.#pads = rows.map(({ length }) => tokens - length);
    const before = this.#length;
    this.#length += tokens;
    const places = this.#pads.map((pad, row) =>
      before === 0
        ? { pad, first: this.#firstPositions[row]! }
        : { pad: 0, first: this.#firstPositions[row]! + before - pad },
    );
    return { feeds: { ...tokenFeeds(rows, places), ...this.#sight(before, tokens), ...this.#past } };
  }

  keep(outputs: Feeds): void {
    const present = Array.from({ length: this.#decoder.layers }, (_, layer) => presentNames(layer)).flat();
    this.#past = namedTensors(this.#decoder, pastNames, (place) => outputs[present[place]!]!);
  }

  /** Which keys each new token sees: those before it in its row's text. */
  #sight(before: number, tokens: number): Feeds {
    const keys = before + tokens;
    const batch = this.#pads.length;
    const mask = new Float32Array(batch * tokens * keys).fill(maskedScore);
    this.#pads.forEach((pad, row) => {
      for (let token = 0; token < tokens; token++) {
        const line = (row * tokens + token) * keys;
        // Padding sees itself alone, so that its softmax stays finite.
        mask.fill(0, line + Math.min(before + token, pad), line + before + token + 1);
      }
    });
    const positions = this.#pads.flatMap((pad, row) =>
      Array.from({ length: keys }, (_, key) => this.#firstPositions[row]! + Math.max(0, key - pad)),
    );
    return {
      attention_mask: floatTensor(mask, [batch, 1, tokens, keys]),
      // Only sliding layers ask where keys stand.
      ...(this.#decoder.slidingWindow === null ? {} : { key_positions: integerTensor(positions, [batch, keys]) }),
    };
  }
}

/** Room is added in pieces of so many tokens. */
const roomStep = 256;

/** A cache with room for tokens to come, written in place; shorter rows are padded on the right, and overwritten. */
export class RoomyCache implements TextCache {
  readonly #decoder: Decoder;
  readonly #firstPositions: readonly number[];
  readonly #lengths: number[];
  #room = 0;
  /** Keys and values of all layers in turn, (rows, keyValueHeads, room, headDim) each. */
  #tensors: readonly Tensor[] = [];
  #named: { readonly past: Feeds; readonly present: Feeds } = { past: {}, present: {} };

  /** @param firstPositions of each row's first token */
  constructor(decoder: Decoder, firstPositions: readonly number[]) {
    this.#decoder = decoder;
    this.#firstPositions = firstPositions;
    this.#lengths = firstPositions.map(() => 0);
  }

  append(rows: readonly (readonly number[])[]): RunTensors {
    const before = [...this.#lengths];
    const places = before.map((length, row) => ({ pad: 0, first: this.#firstPositions[row]! + length }));
    rows.forEach(({ length }, row) => (this.#lengths[row]! += length));
    // A padded row writes its padding, too, before it is overwritten.
    const textLength = Math.max(...before.map((length) => length + longestOf(rows)));
    this.#makeRoom(textLength);
    const feeds = {
      ...tokenFeeds(rows, places),
      last_keys: int32Tensor(
        this.#lengths.map((length) => length - 1),
        [rows.length],
      ),
      text_length: int32Tensor([textLength], []),
      ...this.#named.past,
    };
    return { feeds, into: this.#named.present };
  }

  keep(): void {}

  #makeRoom(tokens: number): void {
    if (tokens <= this.#room) return;
    const { decoder, room } = { decoder: this.#decoder, room: this.#room };
    this.#room = Math.ceil(tokens / roomStep) * roomStep;
    const heads = this.#lengths.length * decoder.keyValueHeads;
    this.#tensors = Array.from({ length: 2 * decoder.layers }, (_, place) => {
      const data = new Float32Array(heads * this.#room * decoder.headDim);
      const earlier = this.#tensors[place]?.data as Float32Array | undefined;
      for (let head = 0; earlier && head < heads; head++) {
        const from = head * room * decoder.headDim;
        data.set(earlier.subarray(from, from + room * decoder.headDim), head * this.#room * decoder.headDim);
      }
      return floatTensor(data, [this.#lengths.length, decoder.keyValueHeads, this.#room, decoder.headDim]);
    });
    const tensorOf = (place: number): Tensor => this.#tensors[place]!;
    this.#named = {
      past: namedTensors(decoder, pastNames, tensorOf),
      present: namedTensors(decoder, presentNames, tensorOf),
    };
  }
}
