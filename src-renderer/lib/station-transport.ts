/**
 * The way from a station to the endpoint. The network may go away at any moment: then what was asked is asked again once it
 * is back, under the same name, so that it is answered and counted once.
 */

import {
  type AppEvent,
  type Reply,
  type RequestInput,
  type RequestName,
  requests,
} from '../../src-main/contract/index.ts';
import type { Signal, Transport } from './transport.ts';

/** The parts of the browser that it needs; tests pass their own. */
export interface StationParts {
  readonly fetch: (path: string, options?: RequestInit) => Promise<Response>;
  readonly again: (look: () => void, milliseconds: number) => unknown;
}

const changed: Signal = { kind: 'event', event: { kind: 'changed', topics: ['answers'] } };

/** Milliseconds between two looks whether the endpoint is back. */
const patience = 2000;

export function stationTransport(parts: StationParts, token: string): Transport {
  const listeners = new Set<(signal: Signal) => void>();
  const tell = (signal: Signal): void => {
    for (const listener of [...listeners]) listener(signal);
  };
  /** While the endpoint cannot be reached: what waits for it. */
  let away: Promise<void> | null = null;

  function backAgain(): Promise<void> {
    if (away) return away;
    const back = Promise.withResolvers<void>();
    away = back.promise;
    tell({ kind: 'lost' });
    const look = async (): Promise<void> => {
      try {
        // Any answer will do: somebody is there.
        await parts.fetch('/health', { cache: 'no-store' });
      } catch {
        return void parts.again(() => void look(), patience);
      }
      away = null;
      back.resolve();
      tell({ kind: 'restored' });
    };
    parts.again(() => void look(), patience);
    return away;
  }

  async function once(name: string, body: string): Promise<Reply<RequestName>> {
    const response = await parts.fetch(`/ask/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    if (!response.headers.get('content-type')?.includes('x-ndjson')) {
      return (await response.json()) as Reply<RequestName>;
    }
    let reply: Reply<RequestName> | undefined;
    for await (const line of linesOf(response.body!)) {
      const said = JSON.parse(line) as AppEvent | Reply<RequestName>;
      if ('ok' in said) reply = said;
      else tell({ kind: 'event', event: said });
    }
    // The connection ended before the answer did.
    if (!reply) throw new Error('the answer broke off');
    return reply;
  }

  return {
    async request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Name>> {
      const body = JSON.stringify(input);
      for (;;) {
        try {
          const reply = (await once(name, body)) as Reply<Name>;
          // No events come here but those of the own answer: what this changed is told here.
          if (reply.ok && requests[name].kind === 'command') tell(changed);
          return reply;
        } catch {
          await backAgain();
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
