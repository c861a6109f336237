/** Answers from one model with any adapters: sessions and loaded adapters are kept, so that swapping costs nothing. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device, GenerateJob, SamplingSettings } from '../jobs.ts';
import { adapterFile } from '../lora/format.ts';
import { openAdapter } from '../lora/open.ts';
import { type LoadedAdapter, loadForServing, serveAdapters, type ServingStacks } from '../lora/serving.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { type ChatModel, openChatModel } from '../text/chat-model.ts';
import { type DecodedRow, decode, type DecodeSetup, nextLogits } from './decode.ts';
import { generateGraph, type GraphKind, rowFactorsInput, rowWeightsInput } from './graph.ts';

/** Longest text that serving prepares for; the rotary tables grow with it. */
const largestContext = 32_768;

/** One row to answer: its tokens and the folder of its adapter, or null for the base. */
export interface PromptRow {
  readonly ids: readonly number[];
  readonly adapterDirectory: string | null;
}

interface ServedAdapter extends LoadedAdapter {
  readonly directory: string;
  readonly sha256: string;
}

interface OpenGraph {
  readonly session: Session;
  readonly groups: readonly ModuleGroup[];
}

/** A model that answers. Opened once, used for many questions. */
export class ModelServer {
  readonly model: ChatModel;
  readonly #device: Device;
  readonly #graphs = new Map<GraphKind, Promise<OpenGraph>>();
  readonly #adapters = new Map<string, { readonly state: string; readonly adapter: ServedAdapter }>();
  #stacks: { readonly key: string; readonly stacks: ServingStacks } | undefined;

  private constructor(model: ChatModel, device: Device) {
    this.model = model;
    this.#device = device;
  }

  static async open(directory: string, device: Device): Promise<ModelServer> {
    return new ModelServer(await openChatModel(directory), device);
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
    return decode({ ...setup, contextLength: this.#contextLength, stopTokenIds, sampling, turn }, prompts);
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

  get #contextLength(): number {
    return Math.min(this.model.decoder.contextLength, largestContext);
  }

  /** The base alone runs in a graph without a trace of adapters: what revert goes back to. */
  async #setup(rows: readonly PromptRow[]): Promise<Pick<DecodeSetup, 'session' | 'decoder' | 'adapterFeeds'>> {
    const { decoder } = this.model;
    const directories = [...new Set(rows.flatMap(({ adapterDirectory }) => adapterDirectory ?? []))];
    const adapters = await Promise.all(directories.map((directory) => this.#load(directory)));
    const kind = adapters.length === 0 ? 'base' : adapters.some(({ factors }) => factors) ? 'dora' : 'lora';
    const { session, groups } = await this.#graph(kind);
    if (kind === 'base') return { session, decoder, adapterFeeds: {} };
    const stacks = this.#serve(groups, adapters);
    const places = rows.map(({ adapterDirectory }) =>
      adapterDirectory === null ? null : directories.indexOf(adapterDirectory),
    );
    const perRow = groups.flatMap((group) => [
      [rowWeightsInput(group), stacks.rowWeights(group, places)] as const,
      ...(kind === 'dora' ? [[rowFactorsInput(group), stacks.rowFactors(group, places)] as const] : []),
    ]);
    return { session, decoder, adapterFeeds: { ...stacks.feeds, ...Object.fromEntries(perRow) } };
  }

  #graph(kind: GraphKind): Promise<OpenGraph> {
    const known = this.#graphs.get(kind);
    if (known) return known;
    const opening = (async () => {
      const { graph, groups } = generateGraph(this.model, kind, this.#contextLength);
      const session = await openSession(graph, { device: this.#device, externalFolder: this.model.directory });
      return { session, groups };
    })();
    this.#graphs.set(kind, opening);
    opening.catch(() => this.#graphs.delete(kind));
    return opening;
  }

  #serve(groups: readonly ModuleGroup[], adapters: readonly ServedAdapter[]): ServingStacks {
    const key = JSON.stringify(adapters.map(({ directory, sha256 }) => [directory, sha256]));
    if (this.#stacks?.key !== key) this.#stacks = { key, stacks: serveAdapters(groups, adapters) };
    return this.#stacks.stacks;
  }

  /** Reads an adapter once; a changed file is read, and its hash checked, again. */
  async #load(directory: string): Promise<ServedAdapter> {
    const file = await stat(join(directory, adapterFile)).catch(() => null);
    const state = `${file?.size}:${file?.mtimeMs}`;
    const known = this.#adapters.get(directory);
    if (known?.state === state) return known.adapter;
    const opened = await openAdapter(this.model, directory);
    const adapter = { directory, sha256: opened.sha256, ...(await loadForServing(this.model, opened)) };
    this.#adapters.set(directory, { state, adapter });
    return adapter;
  }
}

/** Servers that are open, by model and device, so that the next question finds its model loaded. */
const servers = new Map<string, Promise<ModelServer>>();
/** Models kept open at once; the least recently used one is closed first. */
const largestOpen = 2;

/** The server of a model, opened where it is not yet. */
export async function modelServer({
  modelDirectory,
  device,
}: Pick<GenerateJob, 'modelDirectory' | 'device'>): Promise<ModelServer> {
  const key = `${device}:${modelDirectory}`;
  const server = servers.get(key) ?? ModelServer.open(modelDirectory, device);
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
