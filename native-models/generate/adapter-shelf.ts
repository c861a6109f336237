/**
 * Adapters that serve or served lately: laid out for the graph once, so that a swap costs next to nothing. What was read from
 * their files is not kept beside it; another set of adapters is read again.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import {
  type LoadedAdapter,
  loadForServing,
  serveAdapter,
  type ServedAdapter,
  type ServedAdapters,
  type ServedGroup,
  serveTogether,
} from '../lora/serving.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { adapterFile } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';
import { discard } from '../runtime/tensor.ts';
import { Recent } from './recent.ts';

export interface ShelvedAdapter {
  readonly directory: string;
  readonly sha256: string;
  /** Whether its outputs are scaled to magnitudes. */
  readonly dora: boolean;
}

interface Shelved {
  /** Of the file, as it was when it was read. */
  readonly state: string;
  readonly adapter: ShelvedAdapter;
  /** What was read, until it is laid out. */
  loaded: LoadedAdapter | undefined;
}

/** Adapters whose identity is known: reading and hashing a file again takes longer than a token. */
const mostKnown = 1024;
/** Adapters that were read and are not laid out yet. */
const mostRead = 4;

export class AdapterShelf {
  readonly #model: ModelFolder;
  readonly #adapters = new Recent<Shelved>(mostKnown);
  readonly #read = new Recent<Shelved>(mostRead);
  readonly #served: Recent<ServedAdapter>;
  /** Bytes that adapters which are laid out may take. */
  readonly mostBytes: number;
  /** The adapters that were served together last. */
  #together: { readonly key: string; readonly served: ServedAdapters } | undefined;

  /** @param mostBytes of adapters that are laid out; the one used longest ago goes first, and one alone may be larger */
  constructor(model: ModelFolder, mostBytes: number) {
    this.#model = model;
    this.mostBytes = mostBytes;
    this.#served = new Recent(mostBytes, ({ byteLength }) => byteLength);
  }

  /** Bytes of the adapters that are laid out. */
  get byteLength(): number {
    return this.#served.size;
  }

  /** Reads an adapter once; a changed file is read, and its hash checked, again. Raises `adapter-*`. */
  async load(directory: string): Promise<ShelvedAdapter> {
    const file = await stat(join(directory, adapterFile)).catch(() => null);
    const state = `${file?.size}:${file?.mtimeMs}`;
    const known = this.#adapters.get(directory);
    if (known?.state === state) return known.adapter;
    const { adapter, loaded } = await this.#open(directory);
    // Of a file that was only touched, everything is laid out already: its matrices would stay in memory.
    const laidOut = known?.adapter.sha256 === adapter.sha256 && !known.loaded;
    if (laidOut) discardMatrices(loaded);
    const shelved: Shelved = { state, adapter, loaded: laidOut ? undefined : loaded };
    this.#adapters.set(directory, shelved);
    for (const old of laidOut ? [] : this.#read.set(directory, shelved)) {
      if (old.loaded) discardMatrices(old.loaded);
      old.loaded = undefined;
    }
    return adapter;
  }

  /** The adapters as the graph takes them, in this order. Raises `adapter-damaged` where one changed after it was loaded. */
  async serve(groups: readonly ServedGroup[], adapters: readonly ShelvedAdapter[]): Promise<ServedAdapters> {
    const key = layoutKey(groups, adapters);
    if (this.#together?.key === key) return this.#together.served;
    const each: ServedAdapter[] = [];
    for (const adapter of adapters) each.push(await this.#layOut(groups, adapter));
    const served = serveTogether(groups, each);
    this.#together = { key, served };
    return served;
  }

  async #layOut(groups: readonly ServedGroup[], adapter: ShelvedAdapter): Promise<ServedAdapter> {
    const key = layoutKey(groups, [adapter]);
    const known = this.#served.get(key);
    if (known) return known;
    const served = await this.use(adapter, async (loaded) => serveAdapter(groups, loaded));
    this.#served.set(key, served);
    return served;
  }

  /** Does something with an adapter's matrices, which are gone afterwards. Raises as `serve`. */
  async use<Result>(adapter: ShelvedAdapter, work: (loaded: LoadedAdapter) => Promise<Result>): Promise<Result> {
    const loaded = await this.#take(adapter);
    return work(loaded).finally(() => discardMatrices(loaded));
  }

  /** What was read of an adapter, given away or read again. */
  async #take({ directory, sha256 }: ShelvedAdapter): Promise<LoadedAdapter> {
    const shelved = this.#adapters.get(directory);
    const { loaded } = shelved ?? {};
    if (shelved && loaded && shelved.adapter.sha256 === sha256) {
      shelved.loaded = undefined;
      return loaded;
    }
    const again = await this.#open(directory);
    if (again.adapter.sha256 === sha256) return again.loaded;
    throw new ModelError('adapter-damaged', { path: join(directory, adapterFile) });
  }

  async #open(directory: string): Promise<{ readonly adapter: ShelvedAdapter; readonly loaded: LoadedAdapter }> {
    const opened = await openAdapter(this.#model, directory);
    const loaded = await loadForServing(this.#model, opened);
    return { adapter: { directory, sha256: opened.sha256, dora: loaded.factors !== null }, loaded };
  }
}

function discardMatrices({ modules }: LoadedAdapter): void {
  for (const { A, B } of modules.values()) [A, B].forEach(discard);
}

/** Graphs of another device may lay the same adapters out otherwise. */
const layoutKey = (groups: readonly ServedGroup[], adapters: readonly ShelvedAdapter[]): string =>
  `${groups.map(({ type }) => type).join()} ${keyOf(adapters)}`;

/** The adapters' identity, by place and content. */
export const keyOf = (adapters: readonly ShelvedAdapter[]): string =>
  JSON.stringify(adapters.map(({ directory, sha256 }) => [directory, sha256]));
