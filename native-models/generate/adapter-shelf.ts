/** Adapters that serve or served lately: read once, laid out for the graph once, so that a swap costs next to nothing. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFolder } from '../architectures/model-folder.ts';
import { adapterFile } from '../lora/format.ts';
import { openAdapter } from '../lora/open.ts';
import { type LoadedAdapter, loadForServing, serveAdapters, type ServedAdapters } from '../lora/serving.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import { Recent } from './recent.ts';

export interface ShelvedAdapter extends LoadedAdapter {
  readonly directory: string;
  readonly sha256: string;
}

/** Adapters, and layouts of them, kept at once. */
const mostKept = 4;

export class AdapterShelf {
  readonly #model: ModelFolder;
  readonly #adapters = new Recent<{ readonly state: string; readonly adapter: ShelvedAdapter }>(mostKept);
  readonly #served = new Recent<ServedAdapters>(mostKept);

  constructor(model: ModelFolder) {
    this.#model = model;
  }

  /** Reads an adapter once; a changed file is read, and its hash checked, again. Raises `adapter-*`. */
  async load(directory: string): Promise<ShelvedAdapter> {
    const file = await stat(join(directory, adapterFile)).catch(() => null);
    const state = `${file?.size}:${file?.mtimeMs}`;
    const known = this.#adapters.get(directory);
    if (known?.state === state) return known.adapter;
    const opened = await openAdapter(this.#model, directory);
    const adapter = { directory, sha256: opened.sha256, ...(await loadForServing(this.#model, opened)) };
    this.#adapters.set(directory, { state, adapter });
    return adapter;
  }

  /** The adapters as the graph takes them, in this order. */
  serve(groups: readonly ModuleGroup[], adapters: readonly ShelvedAdapter[]): ServedAdapters {
    const key = keyOf(adapters);
    const served = this.#served.get(key) ?? serveAdapters(groups, adapters);
    this.#served.set(key, served);
    return served;
  }
}

/** The adapters' identity, by place and content. */
export const keyOf = (adapters: readonly ShelvedAdapter[]): string =>
  JSON.stringify(adapters.map(({ directory, sha256 }) => [directory, sha256]));
