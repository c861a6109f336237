/** Answers of all who ask one model: rows with different adapters and none side by side, through the smallest graph for them. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Decoder } from '../architectures/index.ts';
import { keyOf, type ShelvedAdapter } from './adapter-shelf.ts';
import { Batch, type BatchRow, type DecodedRow, forget, type LastText } from './batch.ts';
import type { OpenGraph, OpenGraphs } from './open-graphs.ts';
import { Recent } from './recent.ts';
import type { ServedAttention } from '../runtime/capabilities.ts';
import type { Fed, Feeds, TextStore } from './text-cache.ts';

export interface SharedRow extends Omit<BatchRow, 'lastText'> {
  /** null: the base. */
  readonly adapter: ShelvedAdapter | null;
}

interface SharedBatchOptions {
  readonly decoder: Decoder;
  /** Tokens of a prompt that one run reads, on the device that computes now. */
  readonly pieceTokens: () => number;
  /**
   * Bytes that keys and values of rows side by side may take, on the device that computes now, and half as much the texts
   * that are remembered.
   */
  readonly cacheBytes: () => number;
  readonly graphs: OpenGraphs;
  /** Where keys and values are kept. @param places that will be opened; more may follow */
  readonly newCache: (places: number) => TextStore;
  /** Adapters for a run with so many tokens a row; each row's by its place in the list, or null. */
  readonly feeds: (
    graph: OpenGraph,
    adapters: readonly ShelvedAdapter[],
    rows: readonly (number | null)[],
    tokens: number,
  ) => Promise<Feeds>;
}

/** More rows side by side make the others wait longer for each token than they save. */
const mostRows = 32;

/** Adapters whose matrices are fed though none of the rows carries them any more, so that less is laid out anew. */
const mostIdle = 2;

/** From the smallest on; each carries what those before it carry. */
const kinds = ['base', 'lora', 'dora'] as const;

/** Whoever asks alone gets the same bits each time: what there was before is forgotten as soon as nobody asks. */
export class SharedBatch {
  readonly #options: SharedBatchOptions;
  readonly #batch: Batch<SharedRow & BatchRow>;
  readonly #lastTexts: Recent<LastText>;
  /** Place of the smallest graph in `kinds` that may be run until no row is left. */
  #kind = 0;
  /** Adapters behind each other as they are fed. */
  #adapters: readonly ShelvedAdapter[] = [];
  /** What was fed last. */
  #fed: { readonly key: string; readonly graph: OpenGraph; readonly feeds: Feeds } | undefined;

  constructor(options: SharedBatchOptions) {
    const { decoder, pieceTokens, cacheBytes, newCache } = options;
    this.#options = options;
    this.#lastTexts = new Recent(
      () => cacheBytes() / 2,
      ({ text }) => text?.byteLength ?? 0,
    );
    this.#batch = new Batch<SharedRow & BatchRow>({
      ...{ decoder, mostRows, newCache, survivesDevices: true },
      get cacheBytes() {
        return cacheBytes();
      },
      get pieceTokens() {
        return pieceTokens();
      },
      get readTokens() {
        return pieceTokens();
      },
      exact: true,
      together: true,
      // Whoever cancels, or asks meanwhile, is heard.
      turn: () => nextTurn(),
      run: (rows, tokens, fed) => this.#run(rows, tokens, fed),
      onEmpty: () => {
        this.#kind = 0;
        this.#adapters = [];
      },
    });
  }

  /** Bytes that the remembered texts may take. */
  get mostTextBytes(): number {
    return this.#options.cacheBytes() / 2;
  }

  /** Bytes of the texts that are remembered. */
  get textBytes(): number {
    return this.#lastTexts.size;
  }

  /** Answers rows beside the others. Raises `context-exceeded` and `cancelled`. */
  add(rows: readonly SharedRow[]): Promise<readonly DecodedRow[]> {
    return this.#batch.add(rows.map((row) => ({ ...row, lastText: this.#lastText(row.adapter) })));
  }

  /** Waits until nobody is answered. */
  idle(): Promise<void> {
    return this.#batch.idle();
  }

  /** Whether nobody is answered. */
  get isIdle(): boolean {
    return this.#batch.isIdle;
  }

  /** Gives back the texts that are remembered. */
  forget(): void {
    this.#lastTexts.clear().forEach(forget);
  }

  async #run(rows: readonly SharedRow[], tokens: number, fed: (attention: ServedAttention) => Promise<Fed>) {
    this.#widen();
    const wanted = this.#options.graphs.firstFitting(kinds.slice(this.#kind));
    this.#kind = kinds.indexOf(wanted as (typeof kinds)[number]);
    const places = rows.map(({ adapter }) => (adapter === null ? null : this.#placeOf(adapter)));
    return this.#options.graphs.use(wanted, async (graph) => {
      const { feeds, into } = await fed(graph.attention);
      return graph.session.run({ ...feeds, ...(await this.#feedsFor(graph, places, tokens)) }, into);
    });
  }

  /** Makes graph and adapters fit the rows that are there now. */
  #widen(): void {
    const carried = new Map<string, ShelvedAdapter>();
    for (const { adapter } of this.#batch.rows) if (adapter) carried.set(keyOf([adapter]), adapter);
    const wanted = [...carried.values()];
    // Rows that wait will be here soon: two graphs need not be opened for those that come together.
    const all = [...this.#batch.rows, ...this.#batch.waiting].flatMap(({ adapter }) => adapter ?? []);
    const kind = all.some(({ dora }) => dora) ? 2 : all.length > 0 ? 1 : 0;
    this.#kind = Math.max(this.#kind, kind);
    const fits = wanted.every((adapter) => this.#placeOf(adapter) >= 0);
    if (!fits || this.#adapters.length > wanted.length + mostIdle) this.#adapters = wanted;
  }

  #placeOf(adapter: ShelvedAdapter): number {
    return this.#adapters.findIndex(({ directory, sha256 }) => {
      return directory === adapter.directory && sha256 === adapter.sha256;
    });
  }

  async #feedsFor(graph: OpenGraph, places: readonly (number | null)[], tokens: number): Promise<Feeds> {
    const key = `${tokens}:${places.join()}:${keyOf(this.#adapters)}`;
    if (this.#fed?.key === key && this.#fed.graph === graph) return this.#fed.feeds;
    const feeds = await this.#options.feeds(graph, this.#adapters, places, tokens);
    this.#fed = { key, graph, feeds };
    return feeds;
  }

  #lastText(adapter: ShelvedAdapter | null): LastText {
    const key = adapter === null ? '' : keyOf([adapter]);
    const last = this.#lastTexts.get(key) ?? { text: undefined };
    // Counted anew: what it remembers has changed since.
    this.#lastTexts.set(key, last).forEach(forget);
    return last;
  }
}
