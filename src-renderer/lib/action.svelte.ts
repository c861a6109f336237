/** One thing a button does: whether it is under way, and what went wrong the last time. */

import type { ErrorReport, Reply, RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts';
import type { Client } from './client.ts';

export class Action<Name extends RequestName> {
  readonly #client: Client;
  readonly #name: Name;

  busy = $state(false);
  error = $state.raw<ErrorReport | null>(null);

  constructor(client: Client, name: Name) {
    this.#client = client;
    this.#name = name;
  }

  /** The value, or undefined where it failed (see `error`) or is already under way: a double click acts once. */
  async run(input: RequestInput<Name>): Promise<RequestOutput<Name> | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.error = null;
    const reply: Reply<Name> = await this.#client.request(this.#name, input);
    this.busy = false;
    if (reply.ok) return reply.value;
    this.error = reply.error;
    return undefined;
  }
}
