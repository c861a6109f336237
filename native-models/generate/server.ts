/** Answers from one model with any adapters: sessions and loaded adapters are kept, so that swapping costs nothing. */

import type { AnsweringModel, Device, SamplingSettings } from '../jobs.ts';
import { rowFactorsInput, rowWeightsInput } from '../lora/serving.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import type { QuantizeOptions } from '../quantize/cache.ts';
import { openSession, type Session } from '../runtime/session.ts';
import type { Tensor } from '../runtime/tensor.ts';
import { type ChatModel, openChatModel } from '../text/chat-model.ts';
import { AdapterShelf, type ShelvedAdapter } from './adapter-shelf.ts';
import { type BaseWeights, blockWeights, floatWeights } from './base-weights.ts';
import { type DecodedRow, decode, type DecodeSetup, nextLogits } from './decode.ts';
import { generateGraph, type GraphKind, servingOptions } from './graph.ts';
import type { Feeds } from './text-cache.ts';

/** One row to answer: its tokens and the folder of its adapter, or null for the base. */
export interface PromptRow {
  readonly ids: readonly number[];
  readonly adapterDirectory: string | null;
}

type RunSetup = Pick<DecodeSetup, 'session' | 'fused' | 'decoder' | 'adapterFeeds'>;

interface OpenGraph {
  readonly session: Session;
  readonly groups: readonly ModuleGroup[];
}

/** A model that answers. Opened once, used for many questions. */
export class ModelServer {
  readonly model: ChatModel;
  readonly #device: Device;
  readonly #graphs = new Map<GraphKind, Promise<OpenGraph>>();
  readonly #base: BaseWeights;
  readonly #adapters: AdapterShelf;

  private constructor(model: ChatModel, base: BaseWeights, device: Device) {
    this.model = model;
    this.#base = base;
    this.#device = device;
    this.#adapters = new AdapterShelf(model);
  }

  /** Raises what opening a model raises and, where the base is kept in blocks, what `quantizedWeights` raises. */
  static async open(
    { modelDirectory, device, quantized }: AnsweringModel,
    hooks: Omit<QuantizeOptions, 'cacheDirectory'> = {},
  ): Promise<ModelServer> {
    const model = await openChatModel(modelDirectory);
    const base = quantized ? await blockWeights(model, quantized, hooks) : floatWeights(model);
    return new ModelServer(model, base, device);
  }

  /** Answers all rows in one pass. Raises `context-exceeded`, and `adapter-*` for a row whose adapter cannot be used. */
  async answer(
    rows: readonly PromptRow[],
    sampling: SamplingSettings,
    turn: () => Promise<void>,
  ): Promise<readonly DecodedRow[]> {
    const stopTokenIds = new Set(sampling.ignoreEndOfTurn ? [] : this.model.chat.stopTokenIds);
    const setup = await this.#setup(rows);
    const prompts = rows.map(({ ids }) => ids);
    return decode({ ...setup, contextLength: this.#options.positions, stopTokenIds, sampling, turn }, prompts);
  }

  /** Logits after each row's tokens, behind each other: (rows, vocabulary). */
  async logits(rows: readonly PromptRow[]): Promise<Float32Array> {
    return nextLogits(
      await this.#setup(rows),
      rows.map(({ ids }) => ids),
    );
  }

  async close(): Promise<void> {
    for (const graph of this.#graphs.values()) await (await graph).session.close();
    this.#graphs.clear();
  }

  get #options() {
    return servingOptions(this.model.decoder, this.#device);
  }

  /** The base alone runs in a graph without a trace of adapters: what revert goes back to. */
  async #setup(rows: readonly PromptRow[]): Promise<RunSetup> {
    const { decoder } = this.model;
    const directories = [...new Set(rows.flatMap(({ adapterDirectory }) => adapterDirectory ?? []))];
    const adapters = await Promise.all(directories.map((directory) => this.#adapters.load(directory)));
    const kind = kindOf(rows, adapters);
    const { session, groups } = await this.#graph(kind);
    const setup = { session, fused: this.#options.fused, decoder };
    if (kind === 'base') return { ...setup, adapterFeeds: () => ({}) };
    const served = this.#adapters.serve(groups, adapters);
    if (kind === 'one') return { ...setup, adapterFeeds: () => served.feeds };
    const places = rows.map(({ adapterDirectory }) =>
      adapterDirectory === null ? null : directories.indexOf(adapterDirectory),
    );
    let last: { readonly key: string; readonly feeds: Feeds } | undefined;
    const adapterFeeds = (prompts: readonly number[], tokens: number): Feeds => {
      const key = `${tokens}:${prompts.join()}`;
      if (last?.key === key) return last.feeds;
      const feeds: Record<string, Tensor> = { ...served.feeds };
      const going = prompts.map((prompt) => places[prompt] ?? null);
      for (const group of groups) {
        feeds[rowWeightsInput(group)] = served.rowWeights(group, going, tokens);
        if (kind === 'dora') feeds[rowFactorsInput(group)] = served.rowFactors(group, going);
      }
      last = { key, feeds };
      return feeds;
    };
    return { ...setup, adapterFeeds };
  }

  #graph(kind: GraphKind): Promise<OpenGraph> {
    const known = this.#graphs.get(kind);
    if (known) return known;
    const opening = (async () => {
      const options = { kind, ...this.#options };
      const { graph, groups } = generateGraph(this.model, this.#base, options);
      const { externalFolder } = this.#base;
      return { session: await openSession(graph, { device: this.#device, externalFolder }), groups };
    })();
    this.#graphs.set(kind, opening);
    opening.catch(() => this.#graphs.delete(kind));
    return opening;
  }
}

/** The smallest graph that can answer the rows. */
function kindOf(rows: readonly PromptRow[], adapters: readonly ShelvedAdapter[]): GraphKind {
  if (adapters.length === 0) return 'base';
  if (adapters.some(({ factors }) => factors)) return 'dora';
  return adapters.length === 1 && rows.every(({ adapterDirectory }) => adapterDirectory !== null) ? 'one' : 'lora';
}

/** Servers that are open, by model, device and precision, so that the next question finds its model loaded. */
const servers = new Map<string, Promise<ModelServer>>();
/** Models kept open at once; the least recently used one is closed first. */
const largestOpen = 2;

/** The server of a model, opened where it is not yet. */
export async function modelServer({ modelDirectory, device, quantized }: AnsweringModel): Promise<ModelServer> {
  const key = JSON.stringify([device, quantized?.precision, modelDirectory]);
  const server = servers.get(key) ?? ModelServer.open({ modelDirectory, device, quantized });
  servers.delete(key);
  servers.set(key, server);
  server.catch(() => servers.delete(key));
  for (const oldest of [...servers.keys()].slice(0, -largestOpen)) {
    const closing = servers.get(oldest);
    servers.delete(oldest);
    await (await closing)?.close();
  }
  return server;
}
