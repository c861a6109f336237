/** A client whose replies the test gives by hand, in the order it likes. */

import type { AppEvent, Reply, RequestName } from '../../../src-main/contract/index.ts';
import { Client } from '../../../src-renderer/lib/client.ts';
import type { Signal } from '../../../src-renderer/lib/transport.ts';

export interface Asked {
  readonly name: RequestName;
  readonly input: unknown;
  answer(value: unknown): Promise<void>;
  refuse(code: string): Promise<void>;
}

export function scriptedClient() {
  const asked: Asked[] = [];
  const listeners = new Set<(signal: Signal) => void>();
  const client = new Client({
    request: (name, input) =>
      new Promise<Reply<never>>((resolve) => {
        /** Lets everything that waits for the reply run before the test goes on. */
        const reply = async (value: unknown): Promise<void> => {
          resolve(value as Reply<never>);
          await new Promise((done) => setImmediate(done));
        };
        asked.push({
          name,
          input,
          answer: (value) => reply({ ok: true, value }),
          refuse: (code) => reply({ ok: false, error: { code, values: {} } }),
        });
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const tell = (event: AppEvent): void => {
    for (const listener of listeners) listener({ kind: 'event', event });
  };
  return { client, asked, tell };
}
