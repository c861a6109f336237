/**
 * Texts that go on side by side, a token each at a time. A text that has ended makes room at the next token, and a new one
 * joins at the next token: its prompt is read piece by piece between the tokens of the others, and prompts that come
 * together are read in one run as far as they fit into a piece.
 */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import type { SamplingSettings } from '../jobs.ts';
import { Random } from '../random.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import { DeviceFailure } from '../runtime/fallback.ts';
import { discard, floatsOf, type Tensors } from '../runtime/tensor.ts';
import { floatBytes } from '../memory/session.ts';
import { chooseToken } from './sampling.ts';
import { type Fed, type KnownText, roomFor, type TextStore } from './text-cache.ts';

/** A text to go on with. */
export interface BatchRow {
  /** At least one. */
  readonly prompt: readonly number[];
  readonly sampling: SamplingSettings;
  /** What else tells its random numbers from those of rows with the same seed. */
  readonly draw: number;
  readonly stopTokenIds: ReadonlySet<number>;
  /** Reads its prompt before rows that wait without this. */
  readonly first?: boolean | undefined;
  /** Once aborted, the row leaves before the next token. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Hears each new token that is not a stop token, with the logits it was chosen from, (vocabulary), which are gone
   * afterwards. @returns false where the text shall end here, as after a stop token
   */
  readonly onToken?: ((id: number, logits: Float32Array) => boolean | Promise<boolean>) | undefined;
  /** What was last said with the same adapter: only where the prompt differs it is computed. */
  readonly lastText?: LastText | undefined;
}

/** A place for the text that was computed last; texts often begin alike. */
export interface LastText {
  text: KnownText | undefined;
}

/** Gives back what a place remembers; whoever still has the place finds it empty. */
export function forget(last: LastText): void {
  const { text } = last;
  last.text = undefined;
  text?.forget();
}

export interface DecodedRow {
  /** New ids, the stop token left out. */
  readonly ids: readonly number[];
  /** `stop`: the text ended by itself; `length`: it was cut. */
  readonly finish: 'stop' | 'length';
}

export interface BatchSetup<Row extends BatchRow> {
  readonly decoder: Decoder;
  /** Tokens of a prompt that one run reads. */
  readonly pieceTokens: number;
  /** Tokens of prompts that are read between two tokens of the others, at least one piece; Infinity: all prompts first. */
  readonly readTokens: number;
  /** Rows side by side at most. */
  readonly mostRows: number;
  /** Bytes that the keys and values of several rows may take; one row alone may take more. */
  readonly cacheBytes: number;
  /**
   * Begin with what is known of a text in whole pieces only, and remember prompts alone: then what is computed of a prompt
   * is the same, bit by bit, whether its beginning was known or not.
   */
  readonly exact: boolean;
  /**
   * Read whole prompts that wait together in one run, padded to the longest: some of their bits may differ then. And read
   * one run alone between two tokens, as long as no more rows wait than go on.
   */
  readonly together: boolean;
  /** Awaited before every run; what it throws ends all rows. */
  readonly turn: () => Promise<void>;
  /** Where keys and values are kept. @param places that will be opened; more may follow */
  readonly newCache: (places: number) => TextStore;
  /** Runs the graph for so many new tokens of each of these rows, with what a graph of that kind of attention is fed. */
  readonly run: (
    rows: readonly Row[],
    tokens: number,
    fed: (attention: ServedAttention) => Promise<Fed>,
  ) => Promise<Tensors>;
  /** Where a device fails, the texts so far are read again: whoever runs the next graph has another one. */
  readonly survivesDevices?: boolean;
  /** Hears that no row has a place any more. */
  readonly onEmpty?: () => void;
}

/** A row that has a place, or waits for one. */
interface Seat<Row> {
  readonly row: Row;
  readonly random: Random;
  /** New tokens at most. */
  readonly limit: number;
  readonly ids: number[];
  next: number;
  /** What is to be read before it goes on: its prompt, and what was answered before it had to be read again. */
  text: readonly number[];
  /** Tokens of that which are in the cache. */
  read: number;
  /** Whether nobody else was there, or waited, while its prompt was read. */
  alone: boolean;
  finish: DecodedRow['finish'] | undefined;
  readonly resolve: (decoded: DecodedRow) => void;
  readonly reject: (error: unknown) => void;
}

export class Batch<Row extends BatchRow> {
  readonly #setup: BatchSetup<Row>;
  readonly #waiting: Seat<Row>[] = [];
  /** By place. */
  readonly #going: Seat<Row>[] = [];
  /** Behind those that go on: their prompts are being read. Several only while one run reads them whole. */
  readonly #reading: Seat<Row>[] = [];
  #cache: TextStore | undefined;
  /** While any row is there. */
  #working: Promise<void> | undefined;
  /** Whether `turn` has thrown: then nothing goes on. */
  #stopped = false;

  constructor(setup: BatchSetup<Row>) {
    this.#setup = setup;
  }

  /** Rows that have a place, those whose prompts are read among them. */
  get rows(): readonly Row[] {
    return [...this.#going, ...this.#reading].map(({ row }) => row);
  }

  /** Rows that wait for a place. */
  get waiting(): readonly Row[] {
    return this.#waiting.map(({ row }) => row);
  }

  /**
   * Goes on with rows until they have ended. Those of one call are in the queue behind each other.
   * Raises `context-exceeded` where a prompt leaves no room for an answer, and `cancelled`.
   */
  async add(rows: readonly Row[]): Promise<readonly DecodedRow[]> {
    const { contextLength } = this.#setup.decoder;
    const longest = Math.max(...rows.map(({ prompt }) => prompt.length));
    if (longest >= contextLength) {
      throw new ModelError('context-exceeded', { tokens: longest, limit: contextLength - 1 });
    }
    const decoded = rows.map((row) => {
      const { promise, resolve, reject } = Promise.withResolvers<DecodedRow>();
      const seat: Seat<Row> = {
        row,
        random: new Random(row.sampling.seed, 'sampling', row.draw),
        limit: Math.min(row.sampling.maxNewTokens, contextLength - row.prompt.length),
        ids: [],
        next: 0,
        text: row.prompt,
        read: 0,
        alone: true,
        finish: undefined,
        resolve,
        reject,
      };
      const behind = row.first ? this.#waiting.findIndex((other) => !other.row.first) : -1;
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, seat);
      return promise;
    });
    this.#working ??= this.#work();
    return Promise.all(decoded);
  }

  /** Whether no row is left. */
  get isIdle(): boolean {
    return this.#working === undefined;
  }

  /** Waits until no row is left. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 || this.#going.length > 0 || this.#reading.length > 0) {
      try {
        await this.#leave();
        await this.#read();
        await this.#leave();
        if (this.#going.length > 0) await this.#step();
      } catch (error) {
        if (error instanceof DeviceFailure && this.#setup.survivesDevices) this.#readAgain();
        else this.#fail(error);
      }
    }
    this.#empty();
    this.#working = undefined;
  }

  /** Nobody has a place: whoever comes next finds everything as if nobody had been there. */
  #empty(): void {
    this.#cache?.close();
    this.#cache = undefined;
    this.#setup.onEmpty?.();
  }

  /** Reads prompts of rows that wait, as long as there is room for them, and they may go on with it. */
  async #read(): Promise<void> {
    const { pieceTokens, readTokens } = this.#setup;
    let left = readTokens;
    while (left > 0) {
      const sparing = this.#spares();
      if (sparing && left < readTokens) return;
      const seat = this.#reading[0] ?? (await this.#seatNext());
      if (!seat) return;
      await this.#turn();
      // It may have been cancelled meanwhile; who reads next is looked for anew.
      if (seat.row.signal?.aborted) {
        await this.#leave();
        continue;
      }
      if (!sparing) await this.#gather(Math.min(left, pieceTokens));
      const seats = [...this.#reading];
      if (seats.length + this.#going.length + this.#waiting.length > 1) for (const each of seats) each.alone = false;
      const pieces = seats.map(({ text, read }) => text.slice(read, read + pieceTokens));
      const tokens = Math.max(...pieces.map(({ length }) => length));
      const place = this.#going.length;
      const last = seats.length > 1 || seat.read + tokens === seat.text.length;
      const logitRows = last ? pieces.map(({ length }, index) => index * tokens + length - 1) : [];
      const logits = await this.#run(seats, place, pieces, logitRows);
      seats.forEach((each, index) => (each.read += pieces[index]!.length));
      left -= seats.length * tokens;
      if (last) {
        // Rows that follow may begin alike. In company, some bits may differ from those that are computed alone.
        if (seat.alone === this.#setup.exact) await this.#remember(seat, place, seat.text);
        this.#going.push(...this.#reading.splice(0));
        await this.#takeEach(seats, logits);
        await this.#leave();
      }
      discard(logits);
    }
  }

  /**
   * Whether prompts are read one by one, with a token of all others between them, rather than together. Rows that begin
   * together would end together wherever answers are equally long, and whoever asks again would wait for all of them each
   * time; and nobody who reads an answer waits for more than one prompt. Where more wait than go on, what counts is that all
   * of them are read soon.
   */
  #spares(): boolean {
    const waiting = this.#waiting.length + this.#reading.length;
    return this.#setup.together && this.#going.length > 0 && this.#going.length >= waiting;
  }

  /** Rows that wait join the one whose prompt is read, as long as one run of so many tokens reads them all, whole. */
  async #gather(mostTokens: number): Promise<void> {
    const [first] = this.#reading;
    if (!this.#setup.together || !first || first.read > 0) return;
    let longest = first.text.length;
    for (;;) {
      const [next] = this.#waiting;
      if (!next || next.row.signal?.aborted) return;
      longest = Math.max(longest, next.text.length);
      if ((this.#reading.length + 1) * longest > mostTokens || !(await this.#seatNext())) return;
    }
  }

  /** The row that waits longest has a place now, where there is room for it. */
  async #seatNext(): Promise<Seat<Row> | undefined> {
    const { decoder, mostRows, cacheBytes, pieceTokens, exact } = this.#setup;
    const [next] = this.#waiting;
    const seated = [...this.#going, ...this.#reading];
    if (seated.length === 0) this.#empty();
    if (!next) return undefined;
    const longest = Math.max(...[...seated, next].map(({ row, limit }) => row.prompt.length + limit));
    const places = seated.length + 1;
    if (places > mostRows || (places > 1 && places * roomFor(longest) * tokenBytes(decoder) > cacheBytes)) {
      return undefined;
    }
    this.#waiting.shift();
    const { text, row } = next;
    this.#cache ??= this.#newCache([next, ...this.#waiting], longest);
    const place = this.#cache.open(decoder.firstPosition(row.prompt.length + next.limit));
    // A prompt that fills its room would be copied for the first token of the answer.
    this.#cache.reserve(text.length + 1);
    this.#reading.push(next);
    const known = row.lastText?.text;
    next.read = known ? await this.#cache.begin(place, text, known, exact ? pieceTokens : 1) : 0;
    return next;
  }

  /** Has room for the prompts of all these, where they may be side by side: what grows is copied each time. */
  #newCache(seats: readonly Seat<Row>[], longest: number): TextStore {
    const { decoder, mostRows, cacheBytes, newCache } = this.#setup;
    const mostPlaces = Math.floor(cacheBytes / (roomFor(longest) * tokenBytes(decoder)));
    const cache = newCache(Math.max(1, Math.min(seats.length, mostRows, mostPlaces)));
    const longestPrompt = Math.max(...seats.map(({ text }) => text.length)) + 1;
    if (seats.length * roomFor(longestPrompt) * tokenBytes(decoder) <= cacheBytes) cache.reserve(longestPrompt);
    return cache;
  }

  /** One more token for each row that goes on. */
  async #step(): Promise<void> {
    await this.#turn();
    await this.#leave();
    const going = [...this.#going];
    if (going.length === 0) return;
    const logits = await this.#run(
      going,
      0,
      going.map(({ next }) => [next]),
      [...going.keys()],
    );
    await this.#takeEach(going, logits);
    discard(logits);
  }

  /** @param logits (seats, vocabulary) */
  async #takeEach(seats: readonly Seat<Row>[], logits: Float32Array): Promise<void> {
    const size = this.#setup.decoder.vocabularySize;
    await Promise.all(seats.map((seat, place) => this.#take(seat, logits.subarray(place * size, (place + 1) * size))));
  }

  async #turn(): Promise<void> {
    try {
      await this.#setup.turn();
    } catch (error) {
      this.#stopped = true;
      throw error;
    }
  }

  async #take(seat: Seat<Row>, logits: Float32Array): Promise<void> {
    const { sampling, stopTokenIds, onToken } = seat.row;
    const id = chooseToken(logits, sampling, seat.random);
    seat.next = id;
    if (stopTokenIds.has(id)) {
      seat.finish = 'stop';
      return;
    }
    const full = seat.ids.push(id) >= seat.limit;
    try {
      const goesOn = (await onToken?.(id, logits)) ?? true;
      if (!goesOn) seat.finish = 'stop';
      else if (full) seat.finish = 'length';
    } catch (error) {
      // Only its own listener failed: the others go on.
      seat.reject(error);
      seat.finish = 'stop';
    }
  }

  /** Rows that have ended, or whose answer nobody waits for any more, make room for the last ones. */
  async #leave(): Promise<void> {
    for (const seat of this.#waiting.filter(({ row }) => row.signal?.aborted)) {
      this.#waiting.splice(this.#waiting.indexOf(seat), 1);
      seat.reject(new ModelError('cancelled'));
    }
    // Several are read in one run only, and go on after it.
    if (this.#reading[0]?.row.signal?.aborted) {
      this.#reading.pop()!.reject(new ModelError('cancelled'));
      this.#cache!.closeLast();
    }
    for (let place = this.#going.length - 1; place >= 0; place--) {
      const seat = this.#going[place]!;
      const cancelled = seat.row.signal?.aborted === true;
      if (!cancelled && seat.finish === undefined) continue;
      if (!cancelled && !this.#setup.exact) await this.#remember(seat, place, [...seat.row.prompt, ...seat.ids]);
      const mover = this.#going.pop()!;
      if (mover !== seat) {
        this.#cache!.move(this.#going.length, place);
        this.#going[place] = mover;
      }
      // The one whose prompt is read stays behind the last.
      if (this.#reading.length > 0) this.#cache!.move(this.#going.length + 1, this.#going.length);
      this.#cache!.closeLast();
      if (cancelled) seat.reject(new ModelError('cancelled'));
      else seat.resolve({ ids: seat.ids, finish: seat.finish! });
    }
  }

  /** What was known before nobody reads any more: a text that begins alike was copied when it began. */
  async #remember({ row: { lastText } }: Seat<Row>, place: number, text: readonly number[]): Promise<void> {
    if (!lastText) return;
    const { exact, pieceTokens } = this.#setup;
    if (exact && text.length <= pieceTokens) return;
    const alone = !exact && this.#going.length === 1 && this.#reading.length === 0 && this.#waiting.length === 0;
    const known = await (alone ? this.#cache!.giveAway(text) : this.#cache!.known(place, text));
    forget(lastText);
    lastText.text = known;
  }

  async #run(
    seats: readonly Seat<Row>[],
    first: number,
    added: readonly (readonly number[])[],
    logitRows: readonly number[],
  ): Promise<Float32Array> {
    const cache = this.#cache!;
    const tokens = Math.max(...added.map(({ length }) => length));
    const outputs = await this.#setup.run(
      seats.map(({ row }) => row),
      tokens,
      (attention) => cache.feed(first, added, logitRows, attention),
    );
    cache.keep(first, added, outputs);
    return floatsOf(outputs['logits']);
  }

  /** What was computed of all texts that have a place is lost: they wait in front of the others, with what they had answered. */
  #readAgain(): void {
    const seats = [...this.#going.splice(0), ...this.#reading.splice(0)];
    for (const seat of seats) {
      seat.text = [...seat.row.prompt, ...seat.ids];
      seat.read = 0;
      seat.alone = true;
    }
    this.#waiting.unshift(...seats);
    this.#cache?.close();
    this.#cache = undefined;
  }

  /** All that have a place end with what went wrong; those that wait have their turn, where anything goes on. */
  #fail(error: unknown): void {
    const failed = [...this.#going.splice(0), ...this.#reading.splice(0)];
    // Where it already fails before anybody has a place, it would do so for ever.
    if (this.#stopped || failed.length === 0) failed.push(...this.#waiting.splice(0));
    for (const seat of failed) seat.reject(error);
    this.#cache?.close();
    this.#cache = undefined;
  }
}

/** Bytes of one token's keys and values. */
export const tokenBytes = ({ layers, keyValueHeads, headDim }: Decoder): number =>
  2 * layers * keyValueHeads * headDim * floatBytes;
