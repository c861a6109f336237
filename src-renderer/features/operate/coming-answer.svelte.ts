/** The answer that this window waits for: asked, heard while it comes, and stopped. */

import type { AppEvent, AskResult, RequestInput } from '../../../src-main/contract/index.ts';
import { Action } from '../../lib/action.svelte.ts';
import type { Client } from '../../lib/client.ts';

type Heard = Extract<AppEvent, { kind: 'answering' }>;

export class ComingAnswer {
  readonly #client: Client;
  readonly #ask: Action<'ask.ask'>;
  #askId = $state<string | null>(null);
  /** What was said so far; null: no word yet. */
  heard = $state.raw<Heard | null>(null);

  constructor(client: Client) {
    this.#client = client;
    this.#ask = new Action(client, 'ask.ask');
  }

  get busy(): boolean {
    return this.#ask.busy;
  }

  /** A stop is no error: whoever stopped knows. */
  get error() {
    return this.#ask.error?.code === 'cancelled' ? null : this.#ask.error;
  }

  /** undefined where it was stopped, failed, or is already under way. */
  async ask(input: Omit<RequestInput<'ask.ask'>, 'askId'>): Promise<AskResult | undefined> {
    if (this.busy) return undefined;
    // Told from those of other windows; nobody has to be unable to guess it.
    const askId = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    this.#askId = askId;
    const deafen = this.#client.on('answering', (event) => {
      if (event.askId === askId) this.heard = event;
    });
    try {
      return await this.#ask.run({ ...input, askId });
    } finally {
      deafen();
      this.heard = null;
      this.#askId = null;
    }
  }

  async stop(): Promise<void> {
    if (this.#askId !== null) await this.#client.request('ask.stop', { askId: this.#askId });
  }
}
