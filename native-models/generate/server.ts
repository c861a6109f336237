/** Answers from one model with any adapters: sessions and loaded adapters are kept, so that swapping costs nothing. */

import type { FoundCard } from '../cards/found-card.ts';
import { graphicsCards } from '../cards/graphics-cards.ts';
import type { Graph } from '../graph/graph.ts';
import type { AnsweringModel, AnswerResult, Device, DeviceFallback, SamplingSettings } from '../jobs.ts';
import { rowFactorsInput, rowWeightsInput, type ServedAdapters } from '../lora/serving.ts';
import { availableMemory } from '../memory/available.ts';
import { type ChatModel, openChatModel } from '../models/chat-model.ts';
import { answeringWeights, type BaseWeights } from '../quantize/base-weights.ts';
import type { QuantizeOptions } from '../quantize/cache.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { DeviceFailure, openOnDevice, openWithFallback } from '../runtime/fallback.ts';
import type { Session, SessionOptions } from '../runtime/session.ts';
import { discard, type Tensor } from '../runtime/tensor.ts';
import { AdapterShelf, keyOf, type ShelvedAdapter } from './adapter-shelf.ts';
import { pieceTokensOn } from './attention-check.ts';
import { type DecodedRow, forget, type LastText } from './batch.ts';
import { decode, type DecodeSetup, logitsAfter, nextLogits, pieceTokensFor } from './decode.ts';
import { DeviceCache, DeviceMemory } from './device-cache.ts';
import { deviceRowBytes } from './device-room.ts';
import { generateGraph, type GraphAdapters, servingFor } from './graph.ts';
import { inFile, insideModel } from './included-adapter.ts';
import { type OpenGraph, OpenGraphs, type WantedGraph } from './open-graphs.ts';
import { Recent } from './recent.ts';
import { SharedBatch, type SharedRow } from './shared-batch.ts';
import { type Feeds, TextCache, type TextStore } from './text-cache.ts';

/** One row to answer: its tokens and the folder of its adapter, or null for the base. */
export interface PromptRow {
  readonly ids: readonly number[];
  readonly adapterDirectory: string | null;
}

/** What a row of somebody who asks says besides. */
type AskedRow = Pick<SharedRow, 'sampling' | 'draw' | 'first' | 'signal' | 'onToken'>;

type RunSetup = Pick<
  DecodeSetup,
  'session' | 'attention' | 'newCache' | 'pieceTokens' | 'decoder' | 'adapterFeeds' | 'lastText'
>;

type SessionWay = Pick<SessionOptions, 'mapped' | 'unoptimized'>;

/** Share of the free memory that a second copy of the weights may take. */
const roomShare = 0.5;

/**
 * A base of so many bytes opens within a second or two, so that every adapter may have a graph of its own, in which a
 * token takes less time than where adapters are inputs. In a larger one a token takes longer, and inputs weigh less.
 */
const quicklyOpenedBytes = 0.6e9;

/** Texts remembered at once: the base's and one adapter's. */
const mostTexts = 2;

/** Share of the memory that is free when a model is opened which adapters that are laid out may take. */
const adapterShare = 0.125;
/** And the keys and values of texts that go on side by side, where a graphics card that holds them allows as much. */
const textShare = 0.25;

/** Tokens of a prompt that one run reads: where any may be, and on the device that was asked for. */
interface Pieces {
  readonly wanted: number;
  readonly onDevice: number;
}

/** A model that answers. Opened once, used for many questions. */
export class ModelServer {
  readonly model: ChatModel;
  #device: Device;
  /** What happened where the device failed and the CPU took over; all that follows is computed there. */
  deviceFallback: DeviceFallback | null = null;
  readonly #graphs = new OpenGraphs(
    (wanted) => this.#open(wanted),
    () => this.#base.byteLength <= roomShare * availableMemory(),
  );
  readonly #lastTexts = new Recent<LastText>(mostTexts);
  readonly #base: BaseWeights;
  readonly #session: SessionWay;
  readonly #pieces: Pieces;
  readonly #adapters: AdapterShelf;
  readonly #shared: SharedBatch;
  /** Where caches lie that are written in place. */
  #memory: DeviceMemory | undefined;
  /** As far as the system has told of them. */
  #cards: readonly FoundCard[] = [];
  #closed = false;

  private constructor(model: ChatModel, base: BaseWeights, device: Device, pieces: Pieces, session: SessionWay) {
    this.model = model;
    this.#base = base;
    this.#session = session;
    this.#pieces = pieces;
    this.#device = device;
    const free = availableMemory();
    this.#adapters = new AdapterShelf(model, adapterShare * free);
    // Windows may take long to tell, which nobody waits for.
    if (this.#inPlace) void graphicsCards().then((cards) => (this.#cards = cards));
    this.#shared = new SharedBatch({
      decoder: model.decoder,
      pieceTokens: () => this.#pieceTokens,
      cacheBytes: () => Math.min(textShare * free, this.#deviceBytes),
      graphs: this.#graphs,
      newCache: (places) => this.#newCache(places),
      feeds: (graph, adapters, rows, tokens) => this.#feeds(graph, adapters, rows, tokens),
    });
  }

  /** Raises what opening a model raises and, where the base is kept in blocks, what `quantizedWeights` raises. */
  static async open(
    kept: AnsweringModel,
    hooks: Pick<QuantizeOptions, 'turn'> = {},
    session: SessionWay = {},
  ): Promise<ModelServer> {
    const { modelDirectory, device, precision } = kept;
    const model = await openChatModel(modelDirectory);
    const base = await answeringWeights(model, kept, hooks);
    const wanted = pieceTokensFor(precision);
    const inPlace = servingFor(model.decoder, device).attention === 'in-place';
    const onDevice = inPlace ? await pieceTokensOn(model.decoder, device, wanted) : wanted;
    return new ModelServer(model, base, device, { wanted, onDevice }, session);
  }

  /** Answers all rows in one pass. Raises `context-exceeded`, and `adapter-*` for a row whose adapter cannot be used. */
  async answer(
    rows: readonly PromptRow[],
    sampling: SamplingSettings,
    turn: () => Promise<void>,
  ): Promise<readonly DecodedRow[]> {
    const stopTokenIds = new Set(sampling.ignoreEndOfTurn ? [] : this.model.chat.stopTokenIds);
    const prompts = rows.map(({ ids }) => ids);
    return this.#run(rows, (setup) => decode({ ...setup, stopTokenIds, sampling, turn }, prompts));
  }

  /**
   * Answers rows beside those of everybody else who asks. Raises `cancelled`, `context-exceeded`, and `adapter-*` for a row
   * whose adapter cannot be used.
   */
  async answerBeside(rows: readonly (PromptRow & AskedRow)[]): Promise<readonly DecodedRow[]> {
    const stopTokenIds = new Set(this.model.chat.stopTokenIds);
    const shared: SharedRow[] = [];
    for (const { ids: prompt, adapterDirectory, ...row } of rows) {
      const adapter = adapterDirectory === null ? null : await this.#adapters.load(adapterDirectory);
      shared.push({ ...row, prompt, adapter, stopTokenIds: row.sampling.ignoreEndOfTurn ? new Set() : stopTokenIds });
    }
    try {
      return await this.#shared.add(shared);
    } finally {
      this.#closeAgain();
    }
  }

  /** Where the CPU took over it computes as if it had been asked for: what it gives is compared bit for bit. */
  get #pieceTokens(): number {
    return this.deviceFallback ? this.#pieces.wanted : this.#pieces.onDevice;
  }

  /** Whether caches lie in the memory of the device that computes now. */
  get #inPlace(): boolean {
    return servingFor(this.model.decoder, this.#device).attention === 'in-place';
  }

  /** What that memory allows keys and values of texts side by side to take. */
  get #deviceBytes(): number {
    return this.#inPlace ? deviceRowBytes(this.#cards) : Infinity;
  }

  /** Bytes of what is kept for the next answers. */
  get kept(): AnswerResult['kept'] {
    return {
      adapterBytes: this.#adapters.byteLength,
      mostAdapterBytes: this.#adapters.mostBytes,
      textBytes: this.#shared.textBytes,
      mostTextBytes: this.#shared.mostTextBytes,
    };
  }

  /** Logits after each row's tokens, behind each other: (rows, vocabulary). All of each text is computed. */
  async logits(rows: readonly PromptRow[]): Promise<Float32Array> {
    const prompts = rows.map(({ ids }) => ids);
    return this.#run(rows, (setup) => nextLogits(setup, prompts));
  }

  /**
   * Logits after each of these tokens of each row, counted from 0: (places, vocabulary). All of each text is computed, one
   * text at a time, in the graph that answers all rows together: no other is opened for it.
   * @param use takes the logits of one row, which are given back to memory once it is done
   */
  async logitsAfter<Result>(
    rows: readonly (PromptRow & { readonly places: readonly number[] })[],
    use: (logits: Float32Array, row: number) => Promise<Result>,
  ): Promise<readonly Result[]> {
    if (rows.length === 0) return [];
    return this.#run(rows, async (setup) => {
      const results: Result[] = [];
      for (const [index, { ids, places }] of rows.entries()) {
        const logits = await logitsAfter(setup, ids, places, index);
        results.push(await use(logits, index));
        discard(logits);
      }
      return results;
    });
  }

  /** Frees the graphs' memory once nobody runs them. What lies on a device is waited for: whoever runs still reads it. */
  async close(): Promise<void> {
    this.#closed = true;
    // Somebody may have come before this goes on.
    while (!this.#shared.isIdle) await this.#shared.idle();
    const freed = this.#leaveMemory();
    await this.#graphs.close();
    await freed;
  }

  /**
   * Whoever comes from now on keeps texts elsewhere; what lies in the device's memory is freed once all have left who run
   * now.
   */
  async #leaveMemory(): Promise<void> {
    const memory = this.#memory;
    if (!memory) return;
    this.#memory = undefined;
    this.#lastTexts.clear().forEach(forget);
    this.#shared.forget();
    await this.#graphs.left();
    await memory.close();
  }

  /** Whoever had this server before it was closed has opened its graphs again. */
  #closeAgain(): void {
    if (this.#closed) void this.close().catch(() => {});
  }

  /**
   * The base alone runs in a graph without a trace of adapters: what revert goes back to. Where the device fails on which
   * its texts lie, everything is done once more.
   */
  async #run<Result>(rows: readonly PromptRow[], work: (setup: RunSetup) => Promise<Result>): Promise<Result> {
    try {
      return await this.#runOnce(rows, work);
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error;
      return await this.#runOnce(rows, work);
    } finally {
      this.#closeAgain();
    }
  }

  async #runOnce<Result>(rows: readonly PromptRow[], work: (setup: RunSetup) => Promise<Result>): Promise<Result> {
    const directories = [...new Set(rows.flatMap(({ adapterDirectory }) => adapterDirectory ?? []))];
    const adapters = await Promise.all(directories.map((directory) => this.#adapters.load(directory)));
    const places = rows.map(({ adapterDirectory }) =>
      adapterDirectory === null ? null : directories.indexOf(adapterDirectory),
    );
    return this.#graphs.use(this.#wanted(rows, adapters), async (graph) => {
      const kind = typeof graph.adapters === 'string' ? graph.adapters : 'one';
      const lastText = (prompt: number): LastText => {
        const place = places[prompt] ?? null;
        return this.#lastText(`${kind} ${graph.attention} ${place === null ? '' : keyOf([adapters[place]!])}`);
      };
      const { session, attention } = graph;
      const adapterFeeds = await this.#adapterFeeds(graph, adapters, places);
      const { decoder } = this.model;
      const newCache: DecodeSetup['newCache'] = (count) => this.#newCache(count, attention);
      const pieceTokens = this.#pieceTokens;
      return work({ session, attention, newCache, pieceTokens, decoder, adapterFeeds, lastText });
    });
  }

  /** The smallest graph that can answer the rows. */
  #wanted(rows: readonly PromptRow[], adapters: readonly ShelvedAdapter[]): WantedGraph {
    const [first] = adapters;
    if (!first) return 'base';
    const same = adapters.length === 1 && rows.every(({ adapterDirectory }) => adapterDirectory !== null);
    if (same && this.#base.byteLength <= quicklyOpenedBytes) return first;
    return adapters.some(({ dora }) => dora) ? 'dora' : 'lora';
  }

  async #adapterFeeds(
    graph: OpenGraph,
    adapters: readonly ShelvedAdapter[],
    places: readonly (number | null)[],
  ): Promise<DecodeSetup['adapterFeeds']> {
    if (graph.groups.length === 0) return () => ({});
    const served = await this.#adapters.serve(graph.groups, adapters);
    let last: { readonly key: string; readonly feeds: Feeds } | undefined;
    return (prompts, tokens) => {
      const key = `${tokens}:${prompts.join()}`;
      if (last?.key === key) return last.feeds;
      const going = prompts.map((prompt) => places[prompt] ?? null);
      const feeds = adapterFeeds(graph, served, going, tokens);
      last = { key, feeds };
      return feeds;
    };
  }

  /** What a graph is fed for rows that carry these adapters, by their place in the list, or none. */
  async #feeds(
    graph: OpenGraph,
    adapters: readonly ShelvedAdapter[],
    rows: readonly (number | null)[],
    tokens: number,
  ): Promise<Feeds> {
    if (graph.groups.length === 0) return {};
    return adapterFeeds(graph, await this.#adapters.serve(graph.groups, adapters), rows, tokens);
  }

  #lastText(key: string): LastText {
    const last = this.#lastTexts.get(key) ?? { text: undefined };
    this.#lastTexts.set(key, last).forEach(forget);
    return last;
  }

  async #open(wanted: WantedGraph): Promise<OpenGraph> {
    if (typeof wanted === 'string') return this.#openGraph(wanted, wanted);
    // A GPU that fails later has the graph opened anew on the CPU, and the file is gone by then.
    const forFile = this.#base.ownFolder && capabilitiesOf(this.#device).isReference;
    return this.#adapters.use(wanted, (adapter) =>
      forFile
        ? inFile(this.#base.externalFolder, adapter, (included) => this.#openGraph(wanted, included))
        : this.#openGraph(wanted, insideModel(adapter)),
    );
  }

  async #openGraph(wanted: WantedGraph, adapters: GraphAdapters): Promise<OpenGraph> {
    const { attention, joined } = servingFor(this.model.decoder, this.#device);
    const { graph, groups } = generateGraph(this.model, this.#base, { adapters, attention, joined });
    const where = { ...this.#session, device: this.#device, externalFolder: this.#base.externalFolder };
    if (attention === 'in-place') {
      return { adapters: wanted, session: await this.#openInPlace(graph, where), attention, groups };
    }
    const session = await openWithFallback(graph, where, (fallback) => {
      this.deviceFallback = fallback;
      this.#device = fallback.to;
      // The other graph would continue on a device that has failed, which may not even let go.
      void this.#graphs.keepOnly(wanted).catch(() => {});
    });
    return { adapters: wanted, session, attention, groups };
  }

  /** A session whose texts are lost with its device: it raises `DeviceFailure` then, and no graph goes on there. */
  async #openInPlace(graph: Graph, options: SessionOptions): Promise<Session> {
    const session = await openOnDevice(graph, options).catch((error: unknown) => this.#giveUpDevice(error));
    return {
      run: (feeds, into) => session.run(feeds, into).catch((error: unknown) => this.#giveUpDevice(error)),
      close: () => session.close(),
    };
  }

  #giveUpDevice(error: unknown): never {
    if (error instanceof DeviceFailure && !capabilitiesOf(this.#device).isReference) {
      this.deviceFallback = error.fallback;
      this.#device = error.fallback.to;
      void this.#leaveMemory().catch(() => {});
      void this.#graphs.close().catch(() => {});
    }
    throw error;
  }

  /** @param attention of the graph that will read it */
  #newCache(places: number, attention = servingFor(this.model.decoder, this.#device).attention): TextStore {
    const { decoder } = this.model;
    if (attention !== 'in-place') return new TextCache(decoder, places);
    this.#memory ??= new DeviceMemory(this.#device, (error) => this.#giveUpDevice(error));
    return new DeviceCache(decoder, this.#memory);
  }
}

function adapterFeeds(
  { adapters: wanted, groups }: OpenGraph,
  served: ServedAdapters,
  rows: readonly (number | null)[],
  tokens: number,
): Feeds {
  const feeds: Record<string, Tensor> = { ...served.feeds };
  for (const group of groups) {
    feeds[rowWeightsInput(group)] = served.rowWeights(group, rows, tokens);
    if (wanted === 'dora') feeds[rowFactorsInput(group)] = served.rowFactors(group, rows);
  }
  return feeds;
}

/** Servers that are open, by model, device and precision, so that the next question finds its model loaded. Two at most. */
const servers = new Recent<Promise<ModelServer>>(2);

const serverKey = ({ modelDirectory, device, precision }: AnsweringModel): string =>
  JSON.stringify([device, precision, modelDirectory]);

/** The server of a model as its files are now: one that is open is closed once nobody asks it, so that there is room. */
export async function reopenedServer(model: AnsweringModel): Promise<ModelServer> {
  const key = serverKey(model);
  const known = servers.get(key);
  servers.delete(key);
  await known?.then(
    (server) => server.close(),
    () => {},
  );
  return modelServer(model);
}

/** The server of a model, opened where it is not yet. */
export async function modelServer(model: AnsweringModel): Promise<ModelServer> {
  const key = serverKey(model);
  const known = servers.get(key);
  if (known) return known;
  const server = ModelServer.open(model);
  server.catch(() => servers.delete(key));
  // Closed before another model takes its memory.
  for (const closing of servers.set(key, server)) await (await closing).close();
  return server;
}
