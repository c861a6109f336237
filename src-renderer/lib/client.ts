/** The typed client: one subscription to the host shared by everybody, and requests that never throw. */

import type { AppEvent, Reply, RequestInput, RequestName } from '../../src-main/contract/index.ts';
import type { Signal, Transport } from './transport.ts';

export class Client {
  readonly #transport: Transport;
  readonly #listeners = new Set<(signal: Signal) => void>();
  #close: (() => void) | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A failure of the way itself comes back as an error too, so that callers have one path and every error a code. */
  async request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Name>> {
    try {
      return await this.#transport.request(name, input);
    } catch (failure) {
      return { ok: false, error: { code: 'host-silent', values: { reason: String(failure) } } };
    }
  }

  listen(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    this.#close ??= this.#transport.subscribe((signal) => {
      for (const each of [...this.#listeners]) each(signal);
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#close?.();
      this.#close = undefined;
    };
  }

  /** Events of one kind only. */
  on<Kind extends AppEvent['kind']>(
    kind: Kind,
    listener: (event: Extract<AppEvent, { kind: Kind }>) => void,
  ): () => void {
    return this.listen((signal) => {
      if (signal.kind === 'event' && signal.event.kind === kind) {
        listener(signal.event as Extract<AppEvent, { kind: Kind }>);
      }
    });
  }
}
