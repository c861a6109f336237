/** Live queries: what a request answered last, asked again whenever the host says that it may be stale. */

import { untrack } from 'svelte';
import {
  type AppEvent,
  type ErrorReport,
  type QueryName,
  type RequestInput,
  type RequestOutput,
  requests,
  type Topic,
} from '../../src-main/contract/index.ts';
import type { Client } from './client.ts';
import type { Signal } from './transport.ts';

export class LiveQuery<Name extends QueryName> {
  readonly #client: Client;
  readonly #name: Name;
  readonly #staleAfter: readonly Topic[];
  #input: RequestInput<Name> | null = null;
  /** Counts the questions asked, so that a late answer to an old one is dropped. */
  #asked = 0;
  #inFlight = false;
  #again = false;

  value = $state.raw<RequestOutput<Name>>();
  error = $state.raw<ErrorReport | null>(null);
  /** True until the first answer to the present input. */
  loading = $state(true);

  constructor(client: Client, name: Name) {
    this.#client = client;
    this.#name = name;
    this.#staleAfter = requests[name].staleAfter;
  }

  /** Asks with a new input; null clears. */
  async ask(input: RequestInput<Name> | null): Promise<void> {
    this.#input = input;
    this.loading = input !== null;
    this.#inFlight = false;
    if (input === null) {
      this.#asked++;
      this.value = undefined;
      this.error = null;
      return;
    }
    await this.#load();
  }

  /** A burst of signals becomes one more request after the one that is under way. */
  async hear(signal: Signal): Promise<void> {
    const stale =
      signal.kind === 'restored' ||
      (signal.kind === 'event' &&
        signal.event.kind === 'changed' &&
        signal.event.topics.some((topic) => this.#staleAfter.includes(topic)));
    if (!stale || this.#input === null) return;
    if (this.#inFlight) this.#again = true;
    else await this.#load();
  }

  async #load(): Promise<void> {
    const question = ++this.#asked;
    this.#inFlight = true;
    this.#again = false;
    const reply = await this.#client.request(this.#name, this.#input as RequestInput<Name>);
    if (question !== this.#asked) return;
    this.#inFlight = false;
    this.loading = false;
    if (reply.ok) {
      this.value = reply.value;
      this.error = null;
    } else {
      this.error = reply.error;
    }
    if (this.#again) await this.#load();
  }
}

/**
 * A live query that lives as long as the component (or root effect) that creates it.
 * `input` may read runes: when they change, the question is asked anew; null asks nothing.
 */
export function live<Name extends QueryName>(
  client: Client,
  name: Name,
  input: () => RequestInput<Name> | null,
): LiveQuery<Name> {
  const query = new LiveQuery(client, name);
  // Both before the component is drawn: the answer is on its way meanwhile, and who listens first misses nothing.
  $effect.pre(() => client.listen((signal) => void query.hear(signal)));
  $effect.pre(() => {
    const present = input();
    untrack(() => void query.ask(present));
  });
  return query;
}

/** A live query whose answer the host's events of one kind carry on, between one question and the next. */
export function followed<Name extends QueryName, Kind extends AppEvent['kind']>(
  client: Client,
  name: Name,
  input: () => RequestInput<Name> | null,
  kind: Kind,
  carryOn: (value: RequestOutput<Name>, event: Extract<AppEvent, { kind: Kind }>) => RequestOutput<Name>,
): LiveQuery<Name> {
  const query = live(client, name, input);
  $effect.pre(() =>
    client.on(kind, (event) => {
      if (query.value !== undefined) query.value = carryOn(query.value, event);
    }),
  );
  return query;
}
