/** The graphs of a server that are open: each may hold a copy of the weights, so there are two at most. */

import type { ModuleGroup } from '../lora/stack.ts';
import type { Session } from '../runtime/session.ts';
import type { GraphKind } from './graph.ts';

export interface OpenGraph {
  readonly kind: GraphKind;
  readonly session: Session;
  /** As the graph was made. */
  readonly fused: boolean;
  /** Adapters to feed, by module type; empty for the base alone. */
  readonly groups: readonly ModuleGroup[];
}

interface Entry {
  readonly opening: Promise<OpenGraph>;
  users: number;
  retired: boolean;
}

/**
 * The base's graph, and one with adapters: opening another one closes the one before, once nobody runs it. Where memory
 * has no room for both, one graph is open at a time.
 */
export class OpenGraphs {
  readonly #open: (kind: GraphKind) => Promise<OpenGraph>;
  readonly #hasRoom: () => boolean;
  readonly #entries = new Map<GraphKind, Entry>();

  /** @param hasRoom whether one more graph fits into memory */
  constructor(open: (kind: GraphKind) => Promise<OpenGraph>, hasRoom: () => boolean) {
    this.#open = open;
    this.#hasRoom = hasRoom;
  }

  /** Runs something with the graph for rows of that kind. Where rows may differ, they may all carry the same adapter, too. */
  async use<Result>(wanted: GraphKind, work: (graph: OpenGraph) => Promise<Result>): Promise<Result> {
    const kind = wanted === 'one' && this.#entries.has('lora') ? 'lora' : wanted;
    const alone = !this.#entries.has(kind) && !this.#hasRoom();
    const closing = this.#retire((other) => other !== kind && (alone || (other !== 'base' && kind !== 'base')));
    const open = async (): Promise<OpenGraph> => {
      await closing;
      return this.#open(kind);
    };
    const entry = this.#entries.get(kind) ?? { opening: open(), users: 0, retired: false };
    this.#entries.set(kind, entry);
    entry.users++;
    try {
      return await work(await entry.opening);
    } finally {
      entry.users--;
      await this.#closeIfDone(kind, entry);
    }
  }

  /** Closes all but one kind, each once nobody runs it: what was opened on a device that has failed. */
  async keepOnly(kind: GraphKind): Promise<void> {
    await this.#retire((other) => other !== kind);
  }

  async close(): Promise<void> {
    await this.#retire(() => true);
  }

  async #retire(whether: (kind: GraphKind) => boolean): Promise<void> {
    const retired = [...this.#entries].filter(([kind]) => whether(kind));
    for (const [kind, entry] of retired) {
      this.#entries.delete(kind);
      entry.retired = true;
    }
    await Promise.all(retired.map(([kind, entry]) => this.#closeIfDone(kind, entry)));
  }

  async #closeIfDone(kind: GraphKind, entry: Entry): Promise<void> {
    if (entry.users > 0) return;
    const graph = await entry.opening.catch(() => undefined);
    // What could not be opened is opened anew the next time.
    if (!graph && this.#entries.get(kind) === entry) this.#entries.delete(kind);
    if (graph && entry.retired) {
      entry.retired = false;
      await graph.session.close();
    }
  }
}
