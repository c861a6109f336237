/** Live queries: what a request answered last, asked again whenever the host says that it may be stale. */

import { untrack } from 'svelte';
import type { ErrorReport, RequestInput, RequestName, RequestOutput, Topic } from '../../src-main/contract/index.ts';
import type { Client } from './client.ts';
import type { Signal } from './transport.ts';

/** A request that only reads, and the topics after which its answer is stale. */
const topicsOf = {
  'app.status': ['status', 'project', 'models', 'examples', 'datasets', 'runs', 'adapters', 'evaluations', 'releases'],
  'app.log': ['log'],
  'models.list': ['models'],
  'precisions.task': ['precisionTask'],
  'examples.list': ['examples'],
  'datasets.readiness': ['examples', 'project', 'models'],
  'datasets.list': ['datasets'],
  'training.plan': ['examples', 'project', 'models'],
  'training.list': ['runs'],
  'training.get': ['runs'],
  'adapters.list': ['adapters'],
  'adapters.task': ['adapterTask'],
  'adapters.exportPlan': ['adapters'],
  'evaluations.list': ['evaluations'],
  'evaluations.get': ['evaluations'],
  'releases.list': ['releases'],
} as const satisfies Partial<Record<RequestName, readonly Topic[]>>;

export type QueryName = keyof typeof topicsOf;

export class LiveQuery<Name extends QueryName> {
  readonly #client: Client;
  readonly #name: Name;
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
        signal.event.topics.some((topic) => (topicsOf[this.#name] as readonly Topic[]).includes(topic)));
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
  $effect(() => client.listen((signal) => void query.hear(signal)));
  // Before the component is drawn: the answer is on its way meanwhile.
  $effect.pre(() => {
    const present = input();
    untrack(() => void query.ask(present));
  });
  return query;
}
