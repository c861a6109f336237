/** Keys and values of the texts so far, kept on a GPU: runs read and write them where they lie. */

import type { Decoder } from '../architectures/index.ts';
import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { rotations } from '../nn/rope.ts';
import { concatenate, gatherAlong, gatherRows } from '../ops/index.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import { DeviceFailure, openOnDevice } from '../runtime/fallback.ts';
import type { Session } from '../runtime/session.ts';
import { type DeviceTensor, type DeviceTensors, floatTensor, integerTensor, type Tensors } from '../runtime/tensor.ts';
import { cacheNames, rotaryNames, writtenNames } from './graph.ts';
import {
  type Fed,
  type KnownText,
  lengthFeeds,
  roomFor,
  sharedTokens,
  tokenFeeds,
  type TextStore,
} from './text-cache.ts';

/** Texts whose keys and values lie in the same tensors. */
interface Segment {
  readonly count: number;
  /** Tokens that each text has room for. */
  readonly room: number;
  /** Keys and values of all layers in turn, (count, keyValueHeads, room, headDim) each. */
  readonly tensors: readonly DeviceTensor[];
}

/** Some texts of a segment. */
interface Part {
  readonly segment: Segment;
  readonly texts: readonly number[];
}

/** Texts of so many segments behind each other, or with 0 a matrix as it is. */
function graphOf(parts: number): Graph {
  const graph = new Graph('cache');
  if (parts === 0) {
    const matrix = graph.input('matrix', 'float32', ['rows', 'size']);
    graph.output('to', gatherRows(matrix, graph.input('picked', 'int64', ['rows'])));
    return graph;
  }
  const picked = Array.from({ length: parts }, (_, part) => {
    const from = graph.input(`from.${part}`, 'float32', [`texts.${part}`, 'heads', `room.${part}`, 'size']);
    const texts = graph.input(`texts.${part}`, 'int64', [`picked.${part}`]);
    const places = graph.input(`places.${part}`, 'int64', ['room']);
    return gatherAlong(gatherAlong(from, texts, 0), places, 2);
  });
  graph.output('to', concatenate(picked, 0, 'texts'));
  return graph;
}

/** Memory of a GPU in which caches lie, and what moves them there. Opened at the first need. */
export class DeviceMemory {
  readonly #device: Device;
  readonly #onFailure: (error: unknown) => never;
  readonly #sessions = new Map<number, Promise<Session>>();

  /** @param onFailure raises what went wrong on the device */
  constructor(device: Device, onFailure: (error: unknown) => never) {
    this.#device = device;
    this.#onFailure = onFailure;
  }

  /** Texts of one segment or two behind each other, with room for so many tokens: their own first ones. */
  async gathered(parts: readonly Part[], room: number): Promise<Segment> {
    const indices = parts.map(({ segment, texts }) => ({
      texts: integerTensor(texts, [texts.length]),
      // What lies behind a text is never read, but must be a number.
      places: integerTensor(
        Array.from({ length: room }, (_, place) => (place < segment.room ? place : 0)),
        [room],
      ),
    }));
    const tensors: DeviceTensor[] = [];
    for (const index of parts[0]!.segment.tensors.keys()) {
      const feeds = parts.map(({ segment }, part) => ({
        [`from.${part}`]: segment.tensors[index]!,
        [`texts.${part}`]: indices[part]!.texts,
        [`places.${part}`]: indices[part]!.places,
      }));
      tensors.push(await this.#run(parts.length, Object.assign({}, ...feeds) as Tensors));
    }
    return { count: parts.reduce((sum, { texts }) => sum + texts.length, 0), room, tensors };
  }

  /** Texts without tokens, in tensors of `layers` layers. */
  async empty(
    texts: number,
    room: number,
    { layers, keyValueHeads, headDim }: Pick<Decoder, 'layers' | 'keyValueHeads' | 'headDim'>,
  ): Promise<Segment> {
    const tensors: DeviceTensor[] = [];
    for (let index = 0; index < 2 * layers; index++) {
      const feeds = {
        'from.0': floatTensor(new Float32Array(keyValueHeads * headDim), [1, keyValueHeads, 1, headDim]),
        'texts.0': zeros(texts),
        'places.0': zeros(room),
      };
      tensors.push(await this.#run(1, feeds));
    }
    return { count: texts, room, tensors };
  }

  /** Puts a matrix there. */
  async put(values: Float32Array, rows: number): Promise<DeviceTensor> {
    const picked = integerTensor([...Array(rows).keys()], [rows]);
    const feeds = { matrix: floatTensor(values, [rows, values.length / rows]), picked };
    return this.#run(0, feeds);
  }

  async #run(parts: number, feeds: Tensors): Promise<DeviceTensor> {
    try {
      const session = await this.#session(parts);
      return (await session.run(feeds))['to'] as DeviceTensor;
    } catch (error) {
      return this.#onFailure(error);
    }
  }

  #session(parts: number): Promise<Session> {
    const known = this.#sessions.get(parts);
    if (known) return known;
    const opening = openOnDevice(graphOf(parts), { device: this.#device, outputsOnDevice: ['to'] });
    this.#sessions.set(parts, opening);
    opening.catch(() => this.#sessions.delete(parts));
    return opening;
  }

  /** What whoever goes on with texts that lie here meets, once another run has given the device up. */
  givenUp(): DeviceFailure {
    const [reason, detail] = ['failed', 'the device was given up by another run'] as const;
    return new DeviceFailure({ from: this.#device, to: 'cpu', reason, detail, largestTensorBytes: 0 }, undefined);
  }

  /** Frees all that lies there. */
  async close(): Promise<void> {
    const opened = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of opened) await (await session.catch(() => undefined))?.close();
  }
}

const zeros = (count: number) => integerTensor(new Array<number>(count).fill(0), [count]);

/** A text on a GPU. */
class TextOnDevice implements KnownText {
  readonly ids: readonly number[];
  readonly firstPosition: number;
  readonly segment: Segment;
  #readers = 0;
  #forgotten = false;

  constructor(ids: readonly number[], firstPosition: number, segment: Segment) {
    this.ids = ids;
    this.firstPosition = firstPosition;
    this.segment = segment;
  }

  get byteLength(): number {
    const numbers = this.segment.tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    return Float32Array.BYTES_PER_ELEMENT * numbers.reduce((sum, count) => sum + count, 0);
  }

  /** Not before whoever begins with it has done so. */
  forget(): void {
    this.#forgotten = true;
    if (this.#readers === 0) release(this.segment);
  }

  /** Does something with it, where it is still there. */
  async read<Result>(use: (segment: Segment) => Promise<Result>): Promise<Result | undefined> {
    if (this.#forgotten || this.segment.tensors.some(({ released }) => released)) return undefined;
    this.#readers++;
    try {
      return await use(this.segment);
    } finally {
      this.#readers--;
      if (this.#forgotten) this.forget();
    }
  }
}

/** Where a text lies: at one place of a segment; nowhere while it is empty. */
interface Place {
  readonly segment: Segment | undefined;
  readonly text: number;
}

const nowhere: Place = { segment: undefined, text: 0 };

/**
 * A text stays where it is: places only say where that is, and texts that run together are brought into one segment before
 * they do. One that is answered alone is moved only where it needs more room.
 */
export class DeviceCache implements TextStore {
  readonly #decoder: Decoder;
  readonly #memory: DeviceMemory;
  readonly #firstPositions: number[] = [];
  readonly #lengths: number[] = [];
  readonly #places: Place[] = [];
  #room = 0;
  /** Cosines and sines of all places, by input. */
  #tables: DeviceTensors = {};
  #tableRoom = 0;

  constructor(decoder: Decoder, memory: DeviceMemory) {
    this.#decoder = decoder;
    this.#memory = memory;
  }

  open(firstPosition: number): number {
    this.#firstPositions.push(firstPosition);
    this.#lengths.push(0);
    return this.#places.push(nowhere) - 1;
  }

  closeLast(): void {
    this.#firstPositions.pop();
    this.#lengths.pop();
    const { segment } = this.#places.pop()!;
    this.#releaseUnused(segment);
  }

  reserve(tokens: number): void {
    this.#room = Math.max(this.#room, roomFor(tokens));
  }

  async feed(
    first: number,
    added: readonly (readonly number[])[],
    logitRows: readonly number[],
    attention: ServedAttention,
  ): Promise<Fed> {
    // Another run gave the device up meanwhile: this graph computes elsewhere, and what lies here is lost.
    if (attention !== 'in-place') throw this.#memory.givenUp();
    const counts = added.map(({ length }) => length);
    const tokens = Math.max(...counts);
    const lengths = this.#lengths.slice(first, first + added.length);
    this.reserve(Math.max(...lengths) + tokens);
    const segment = await this.#together(first, added.length);
    await this.#makeTables();
    const positions = lengths.flatMap((length) => Array.from({ length: tokens }, (_, token) => length + token));
    const [past, into]: [Record<string, DeviceTensor>, Record<string, DeviceTensor>] = [{}, {}];
    for (let layer = 0; layer < this.#decoder.layers; layer++) {
      const [keys, values] = segment.tensors.slice(2 * layer, 2 * layer + 2) as [DeviceTensor, DeviceTensor];
      const [read, written] = [cacheNames(layer), writtenNames(layer)];
      past[read.keys] = keys;
      past[read.values] = values;
      into[written.keys] = keys;
      into[written.values] = values;
    }
    return {
      feeds: { ...tokenFeeds(added, positions, logitRows), ...lengthFeeds(lengths, counts), ...this.#tables, ...past },
      into,
    };
  }

  keep(first: number, added: readonly (readonly number[])[]): void {
    for (const [index, { length }] of added.entries()) this.#lengths[first + index]! += length;
  }

  async known(place: number, text: readonly number[]): Promise<KnownText> {
    const length = this.#lengths[place]!;
    const { segment, text: index } = this.#places[place]!;
    const copy = await this.#memory.gathered([{ segment: segment!, texts: [index] }], length);
    return new TextOnDevice(text.slice(0, length), this.#firstPositions[place]!, copy);
  }

  async giveAway(text: readonly number[]): Promise<KnownText> {
    const { segment } = this.#places[0]!;
    if (segment!.count > 1) return this.known(0, text);
    const known = new TextOnDevice(text.slice(0, this.#lengths[0]), this.#firstPositions[0]!, segment!);
    this.#places[0] = nowhere;
    return known;
  }

  async begin(place: number, text: readonly number[], known: KnownText, step = 1): Promise<number> {
    // It may have been computed elsewhere.
    if (!(known instanceof TextOnDevice)) return 0;
    const shared = sharedTokens(text, this.#firstPositions[place]!, known, step);
    if (shared === 0) return 0;
    this.reserve(text.length);
    const segment = await known.read((own) => this.#memory.gathered([{ segment: own, texts: [0] }], this.#room));
    if (!segment) return 0;
    this.#places[place] = { segment, text: 0 };
    this.#lengths[place] = shared;
    return shared;
  }

  move(from: number, to: number): void {
    const { segment } = this.#places[to]!;
    this.#places[to] = this.#places[from]!;
    this.#lengths[to] = this.#lengths[from]!;
    this.#firstPositions[to] = this.#firstPositions[from]!;
    this.#releaseUnused(segment);
  }

  close(): void {
    for (const { segment } of this.#places.splice(0)) if (segment) release(segment);
    this.#releaseTables();
  }

  /** The segment that holds exactly these texts, in their order and with all the room. */
  async #together(first: number, count: number): Promise<Segment> {
    const places = this.#places.slice(first, first + count);
    const [{ segment: own }] = places as [Place];
    const inOrder = places.every(({ segment, text }, index) => segment === own && text === index);
    if (own && inOrder && own.count === count && own.room >= this.#room) return own;
    const unplaced = places.filter(({ segment }) => !segment).length;
    // Beside others, those that are empty are all copied from one.
    const texts = unplaced === count ? count : 1;
    const empty = unplaced > 0 ? await this.#memory.empty(texts, this.#room, this.#decoder) : undefined;
    if (empty && unplaced === count) {
      for (let text = 0; text < count; text++) this.#places[first + text] = { segment: empty, text };
      return empty;
    }
    const parts: { readonly segment: Segment; readonly texts: number[] }[] = [];
    for (const { segment = empty!, text } of places) {
      if (parts.at(-1)?.segment === segment) parts.at(-1)!.texts.push(text);
      else parts.push({ segment, texts: [text] });
    }
    let whole = await this.#memory.gathered(parts.slice(0, 2), this.#room);
    for (const part of parts.slice(2)) {
      const before = whole;
      whole = await this.#memory.gathered([allOf(before), part], this.#room);
      release(before);
    }
    if (empty) release(empty);
    for (let text = 0; text < count; text++) this.#places[first + text] = { segment: whole, text };
    for (const { segment } of places) this.#releaseUnused(segment);
    return whole;
  }

  /** Whatever no place says any more. */
  #releaseUnused(segment: Segment | undefined): void {
    if (segment && !this.#places.some((place) => place.segment === segment)) release(segment);
  }

  #releaseTables(): void {
    for (const table of Object.values(this.#tables)) table.release();
    this.#tables = {};
    this.#tableRoom = 0;
  }

  async #makeTables(): Promise<void> {
    if (this.#tableRoom >= this.#room) return;
    this.#releaseTables();
    const room = this.#room;
    const places = [...Array(room).keys()];
    const tables: Record<string, DeviceTensor> = {};
    for (const [index, rope] of this.#decoder.ropes.entries()) {
      const names = rotaryNames(index);
      const { cosine, sine } = rotations(rope, places);
      tables[names.cosine] = await this.#memory.put(cosine, room);
      tables[names.sine] = await this.#memory.put(sine, room);
    }
    this.#tables = tables;
    this.#tableRoom = room;
  }
}

const allOf = (segment: Segment): Part => ({ segment, texts: [...Array(segment.count).keys()] });

function release({ tensors }: Segment): void {
  for (const tensor of tensors) tensor.release();
}
