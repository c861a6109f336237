/** Keys and values of the texts so far, kept in memory: runs read them where they lie and hand back those of new tokens. */

import type { Decoder } from '../architectures/index.ts';
import { maskedScore } from '../nn/attention.ts';
import { rotations } from '../nn/rope.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import {
  type DeviceTensors,
  discard,
  floatsOf,
  floatTensor,
  int32Tensor,
  integerTensor,
  type Tensor,
  type Tensors,
} from '../runtime/tensor.ts';
import { cacheNames, rotaryNames } from './graph.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** What a run is fed, and what it writes where that lies. */
export interface Fed {
  readonly feeds: Tensors;
  readonly into?: DeviceTensors;
}

/** A text with the keys and values of its tokens, for texts that begin alike. */
export interface KnownText {
  readonly ids: readonly number[];
  readonly firstPosition: number;
  readonly byteLength: number;
  /** Gives its memory back: nobody may begin with it afterwards. */
  forget(): void;
}

/** Keys and values of texts side by side, each in a place of its own, counted from 0. Places are opened and closed at the end. */
export interface TextStore {
  /** Opens an empty place behind the others. @param firstPosition of the text's first token */
  open(firstPosition: number): number;
  /** Closes the last place. */
  closeLast(): void;
  /** Makes room for texts of so many tokens at once: room that grows piece by piece is copied each time. */
  reserve(tokens: number): void;
  /**
   * What a run is fed that adds tokens to each of the texts from place `first` on. Only texts that are empty may get
   * unequally many: the shorter ones are padded behind their end.
   * @param logitRows the new tokens after which logits are wanted, counted over all texts, padding included
   * @param attention as the graph was made
   */
  feed(
    first: number,
    added: readonly (readonly number[])[],
    logitRows: readonly number[],
    attention: ServedAttention,
  ): Promise<Fed>;
  /**
   * Takes what a run that was fed so handed back.
   * @param added the new tokens of each text, as they were fed
   */
  keep(first: number, added: readonly (readonly number[])[], outputs: Tensors): void;
  /** Copies a text's tokens as far as they are known. */
  known(place: number, text: readonly number[]): Promise<KnownText>;
  /** Gives the text of the only place away, and is empty then. */
  giveAway(text: readonly number[]): Promise<KnownText>;
  /**
   * Begins an empty place with the tokens that a new text shares with a known one; its last token is always left to
   * compute. Texts that count their positions otherwise share nothing: their keys are turned otherwise.
   * @param step only a multiple of so many tokens is shared
   * @returns the tokens that need not be computed
   */
  begin(place: number, text: readonly number[], known: KnownText, step?: number): Promise<number>;
  /** Puts the text of one place where another one was. */
  move(from: number, to: number): void;
  /** Frees its memory. */
  close(): void;
}

/** A text in memory. */
class TextInMemory implements KnownText {
  readonly ids: readonly number[];
  readonly firstPosition: number;
  /** Keys and values of all layers in turn, (keyValueHeads, room, headDim) each. */
  readonly values: Float32Array;
  /** Tokens that each head has room for. */
  readonly room: number;

  constructor(identity: Pick<KnownText, 'ids' | 'firstPosition'>, values: Float32Array, room: number) {
    this.ids = identity.ids;
    this.firstPosition = identity.firstPosition;
    this.values = values;
    this.room = room;
  }

  get byteLength(): number {
    return this.values.byteLength;
  }

  forget(): void {
    discard(this.values);
  }
}

/** How many of a text's first tokens need not be computed where another one is known. */
export function sharedTokens(
  text: readonly number[],
  firstPosition: number,
  known: Pick<KnownText, 'ids' | 'firstPosition'>,
  step: number,
): number {
  if (known.firstPosition !== firstPosition) return 0;
  const most = Math.min(known.ids.length, text.length - 1);
  let shared = 0;
  while (shared < most && known.ids[shared] === text[shared]) shared++;
  return shared - (shared % step);
}

/** Room is added in pieces of so many tokens. */
const roomStep = 64;

/** Tokens that a cache of so many has room for. */
export const roomFor = (tokens: number): number => Math.ceil(tokens / roomStep) * roomStep;

/** In the memory of this process. */
export class TextCache implements TextStore {
  readonly #decoder: Decoder;
  readonly #firstPositions: number[] = [];
  readonly #lengths: number[] = [];
  #room = 0;
  /** Places that memory is kept for. */
  #capacity: number;
  /** All keys and values as one array, which leaves no holes in the process's memory when it is given back. */
  #values = new Float32Array();
  /** Parts of it: keys and values of all layers in turn, (capacity, keyValueHeads, room, headDim) each. */
  #tensors: readonly Float32Array[] = [];
  /** The caches as last fed: the places from `first` on. */
  #fed: { readonly first: number; readonly count: number; readonly feeds: Feeds } | undefined;

  /** @param places that will be opened; more are copied to where there is room for them */
  constructor(decoder: Decoder, places: number) {
    this.#decoder = decoder;
    this.#capacity = places;
  }

  open(firstPosition: number): number {
    this.#firstPositions.push(firstPosition);
    const places = this.#lengths.push(0);
    if (places > this.#capacity) this.#resize(places, this.#room);
    return places - 1;
  }

  closeLast(): void {
    this.#firstPositions.pop();
    this.#lengths.pop();
  }

  reserve(tokens: number): void {
    if (tokens > this.#room) this.#resize(this.#capacity, roomFor(tokens));
  }

  #resize(capacity: number, room: number): void {
    const { keyValueHeads, headDim, layers } = this.#decoder;
    const before = { values: this.#values, tensors: this.#tensors, line: this.#room * headDim, places: this.#capacity };
    this.#room = room;
    this.#capacity = capacity;
    const line = room * headDim;
    this.#values = new Float32Array(2 * layers * capacity * keyValueHeads * line);
    this.#tensors = partsOf(this.#values, 2 * layers);
    before.tensors.forEach((tensor, index) => {
      for (let head = 0; head < before.places * keyValueHeads; head++) {
        this.#tensors[index]!.set(tensor.subarray(head * before.line, (head + 1) * before.line), head * line);
      }
    });
    discard(before.values);
    this.#fed = undefined;
  }

  async feed(
    first: number,
    added: readonly (readonly number[])[],
    logitRows: readonly number[],
    attention: ServedAttention,
  ): Promise<Fed> {
    const counts = added.map(({ length }) => length);
    const tokens = Math.max(...counts);
    const lengths = this.#lengths.slice(first, first + added.length);
    this.reserve(Math.max(...lengths) + tokens);
    const positions = lengths.flatMap((length, index) =>
      Array.from({ length: tokens }, (_, token) => this.#firstPositions[first + index]! + length + token),
    );
    const feeds = {
      ...tokenFeeds(added, positions, logitRows),
      ...this.#rotaries(positions, [added.length, tokens]),
      ...(attention === 'fused' ? lengthFeeds(lengths, counts) : this.#sight(first, lengths, tokens)),
      ...this.#caches(first, added.length),
    };
    return { feeds };
  }

  keep(first: number, added: readonly (readonly number[])[], outputs: Tensors): void {
    // Padding included.
    const keysAndValues = floatsOf(outputs['added']);
    const { keyValueHeads, headDim } = this.#decoder;
    const tokens = Math.max(...added.map(({ length }) => length));
    for (const [index, { length: count }] of added.entries()) {
      const place = first + index;
      let from = index * tokens * this.#tensors.length * keyValueHeads * headDim;
      for (let token = 0; token < count; token++) {
        for (const tensor of this.#tensors) {
          for (let head = 0; head < keyValueHeads; head++, from += headDim) {
            const line = (place * keyValueHeads + head) * this.#room + this.#lengths[place]! + token;
            tensor.set(keysAndValues.subarray(from, from + headDim), line * headDim);
          }
        }
      }
      this.#lengths[place]! += count;
    }
    discard(keysAndValues);
  }

  async known(place: number, text: readonly number[]): Promise<KnownText> {
    const { keyValueHeads, headDim } = this.#decoder;
    const room = this.#lengths[place]!;
    const values = new Float32Array(this.#tensors.length * keyValueHeads * room * headDim);
    this.#tensors.forEach((tensor, index) => {
      for (let head = 0; head < keyValueHeads; head++) {
        const from = (place * keyValueHeads + head) * this.#room * headDim;
        const to = (index * keyValueHeads + head) * room * headDim;
        values.set(tensor.subarray(from, from + room * headDim), to);
      }
    });
    return new TextInMemory(this.#identity(place, text), values, room);
  }

  /** As it lies here where there never was another one. */
  async giveAway(text: readonly number[]): Promise<KnownText> {
    if (this.#capacity > 1) return this.known(0, text);
    const known = new TextInMemory(this.#identity(0, text), this.#values, this.#room);
    this.#values = new Float32Array();
    return known;
  }

  async begin(place: number, text: readonly number[], known: KnownText, step = 1): Promise<number> {
    // What a device held is gone where this stands in for it.
    if (!(known instanceof TextInMemory)) return 0;
    const { values, room } = known;
    const shared = sharedTokens(text, this.#firstPositions[place]!, known, step);
    if (shared === 0) return 0;
    this.reserve(text.length);
    const { keyValueHeads, headDim } = this.#decoder;
    this.#tensors.forEach((tensor, index) => {
      for (let head = 0; head < keyValueHeads; head++) {
        const from = (index * keyValueHeads + head) * room * headDim;
        const line = (place * keyValueHeads + head) * this.#room;
        tensor.set(values.subarray(from, from + shared * headDim), line * headDim);
      }
    });
    this.#lengths[place] = shared;
    return shared;
  }

  close(): void {
    discard(this.#values);
  }

  move(from: number, to: number): void {
    const size = this.#decoder.keyValueHeads * this.#room * this.#decoder.headDim;
    for (const tensor of this.#tensors) tensor.copyWithin(to * size, from * size, (from + 1) * size);
    this.#lengths[to] = this.#lengths[from]!;
    this.#firstPositions[to] = this.#firstPositions[from]!;
  }

  /** How each rope turns tokens at these positions. */
  #rotaries(positions: readonly number[], shape: readonly number[]): Feeds {
    const feeds = this.#decoder.ropes.map((rope, index) => {
      const names = rotaryNames(index);
      const { cosine, sine } = rotations(rope, positions);
      const each = [...shape, rope.frequencies.length];
      return { [names.cosine]: floatTensor(cosine, each), [names.sine]: floatTensor(sine, each) };
    });
    return Object.assign({}, ...feeds) as Feeds;
  }

  #caches(first: number, count: number): Feeds {
    if (this.#fed?.first === first && this.#fed.count === count) return this.#fed.feeds;
    const { keyValueHeads, headDim } = this.#decoder;
    const size = keyValueHeads * this.#room * headDim;
    const shape = [count, keyValueHeads, this.#room, headDim];
    const entries = this.#tensors.map((tensor, index) => {
      const { keys, values } = cacheNames(index >> 1);
      return [
        index % 2 === 0 ? keys : values,
        floatTensor(tensor.subarray(first * size, (first + count) * size), shape),
      ] as const;
    });
    this.#fed = { first, count, feeds: Object.fromEntries(entries) };
    return this.#fed.feeds;
  }

  /** Which keys each new token sees: its text so far, then the new tokens up to itself. */
  #sight(first: number, lengths: readonly number[], tokens: number): Feeds {
    const keys = this.#room + tokens;
    const mask = new Float32Array(lengths.length * tokens * keys).fill(maskedScore);
    lengths.forEach((length, row) => {
      for (let token = 0; token < tokens; token++) {
        const line = (row * tokens + token) * keys;
        mask.fill(0, line, line + length);
        mask.fill(0, line + this.#room, line + this.#room + token + 1);
      }
    });
    const positions = lengths.flatMap((length, row) =>
      Array.from({ length: keys }, (_, key) => {
        return this.#firstPositions[first + row]! + (key < this.#room ? key : length + key - this.#room);
      }),
    );
    return {
      attention_mask: floatTensor(mask, [lengths.length, 1, tokens, keys]),
      // Only sliding layers ask where keys stand.
      ...(this.#decoder.slidingWindow === null
        ? {}
        : { key_positions: integerTensor(positions, [lengths.length, keys]) }),
    };
  }

  #identity(place: number, text: readonly number[]): Pick<KnownText, 'ids' | 'firstPosition'> {
    return { ids: text.slice(0, this.#lengths[place]), firstPosition: this.#firstPositions[place]! };
  }
}

/** An array in so many equal parts. */
function partsOf(values: Float32Array, count: number): readonly Float32Array[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, index) => values.subarray(index * size, (index + 1) * size));
}

/** New tokens, the shorter texts padded behind their end. */
export function tokenFeeds(
  added: readonly (readonly number[])[],
  positions: readonly number[],
  logitRows: readonly number[],
): Feeds {
  const tokens = Math.max(...added.map(({ length }) => length));
  return {
    input_ids: integerTensor(
      added.flatMap((ids) => [...ids, ...padding(tokens - ids.length)]),
      [added.length, tokens],
    ),
    position_ids: integerTensor(positions, [added.length, tokens]),
    logit_rows: integerTensor(logitRows, [logitRows.length]),
  };
}

/** Any token will do: nobody looks at it. */
const padding = (tokens: number): readonly number[] => Array.from({ length: tokens }, () => 0);

/** Lengths as the fused operator asks for them. */
export function lengthFeeds(lengths: readonly number[], counts: readonly number[]): Feeds {
  return {
    last_keys: int32Tensor(
      lengths.map((length, text) => length + counts[text]! - 1),
      [lengths.length],
    ),
    text_length: int32Tensor([Math.max(...lengths) + Math.max(...counts)], []),
  };
}
