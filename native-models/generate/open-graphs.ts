/** The graphs of a server that are open: each may hold a copy of the weights, so there are three at most. */

import type { ServedGroup } from '../lora/serving.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import type { Session } from '../runtime/session.ts';
import { keyOf, type ShelvedAdapter } from './adapter-shelf.ts';

/** What the rows of a graph may carry, as `GraphAdapters`; an adapter of its own with what tells it from others. */
export type WantedGraph = 'base' | ShelvedAdapter | 'lora' | 'dora';

export interface OpenGraph {
  readonly adapters: WantedGraph;
  readonly session: Session;
  /** As the graph was made. */
  readonly attention: ServedAttention;
  /** Adapters to feed, by module type; empty where the graph takes none. */
  readonly groups: readonly ServedGroup[];
}

/** Graphs with adapters that are open at once: two adapters that take turns need not wait for each other. */
const mostAdapted = 2;

interface Entry {
  readonly opening: Promise<OpenGraph>;
  users: number;
  retired: boolean;
}

/**
 * The base's graph, and the two with adapters that were used last: another one is closed once nobody runs it. Where
 * memory has no room for one more, one graph is open at a time.
 */
export class OpenGraphs {
  readonly #open: (wanted: WantedGraph) => Promise<OpenGraph>;
  readonly #hasRoom: () => boolean;
  /** By key, the ones used last at the end. */
  readonly #entries = new Map<string, Entry>();
  /** Each ends with a use, whatever came of it. */
  readonly #uses = new Set<Promise<void>>();

  /** @param hasRoom whether one more graph fits into memory */
  constructor(open: (wanted: WantedGraph) => Promise<OpenGraph>, hasRoom: () => boolean) {
    this.#open = open;
    this.#hasRoom = hasRoom;
  }

  /** Runs something with the graph for such rows. */
  use<Result>(wanted: WantedGraph, work: (graph: OpenGraph) => Promise<Result>): Promise<Result> {
    const result = this.#use(wanted, work);
    const use: Promise<void> = result.then(
      () => void this.#uses.delete(use),
      () => void this.#uses.delete(use),
    );
    this.#uses.add(use);
    return result;
  }

  async #use<Result>(wanted: WantedGraph, work: (graph: OpenGraph) => Promise<Result>): Promise<Result> {
    const key = graphKey(wanted);
    const known = this.#entries.get(key);
    const closing = known ? undefined : this.#retire(this.#inTheWay(key));
    const open = async (): Promise<OpenGraph> => {
      await closing;
      return this.#open(wanted);
    };
    const entry = known ?? { opening: open(), users: 0, retired: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      return await work(await entry.opening);
    } finally {
      entry.users--;
      await this.#closeIfDone(key, entry);
    }
  }

  /**
   * The first of these graphs, each of which carries all that the ones before it carry; where it is not open and memory has
   * no room for one more, the first that is open: to close and open a large one for every question would take minutes.
   */
  firstFitting(wanted: readonly WantedGraph[]): WantedGraph {
    const open = wanted.find((each) => this.#entries.has(graphKey(each)));
    if (open === undefined || open === wanted[0] || this.#hasRoom()) return wanted[0]!;
    return open;
  }

  /** What is closed before this graph is opened. */
  #inTheWay(key: string): readonly string[] {
    const others = [...this.#entries.keys()];
    if (!this.#hasRoom()) return others;
    const adapted = others.filter((other) => other !== 'base');
    return key === 'base' ? [] : adapted.slice(0, Math.max(0, adapted.length + 1 - mostAdapted));
  }

  /** Closes all but one graph, each once nobody runs it: what was opened on a device that has failed. */
  async keepOnly(wanted: WantedGraph): Promise<void> {
    await this.#retire([...this.#entries.keys()].filter((key) => key !== graphKey(wanted)));
  }

  /** Closes all graphs, each once nobody runs it, which is not waited for. */
  async close(): Promise<void> {
    await this.#retire([...this.#entries.keys()]);
  }

  /** Waits for all who run a graph now, of those that were closed meanwhile too; whoever comes later is not waited for. */
  async left(): Promise<void> {
    await Promise.all(this.#uses);
  }

  async #retire(keys: readonly string[]): Promise<void> {
    const closing = keys.map((key) => {
      const entry = this.#entries.get(key)!;
      this.#entries.delete(key);
      entry.retired = true;
      return this.#closeIfDone(key, entry);
    });
    await Promise.all(closing);
  }

  async #closeIfDone(key: string, entry: Entry): Promise<void> {
    if (entry.users > 0) return;
    const graph = await entry.opening.catch(() => undefined);
    // What could not be opened is opened anew the next time.
    if (!graph && this.#entries.get(key) === entry) this.#entries.delete(key);
    if (graph && entry.retired) {
      entry.retired = false;
      await graph.session.close();
    }
  }
}

const graphKey = (wanted: WantedGraph): string => (typeof wanted === 'string' ? wanted : keyOf([wanted]));
