/** The two ways to the host: Electron's preload, or HTTP and an event stream on loopback. Nothing above this file knows which. */

import type { AppEvent, Reply, RequestInput, RequestName } from '../../src-main/contract/index.ts';

/** What a window hears: the host's events, and whether the host can be heard at all. */
export type Signal =
  | { readonly kind: 'event'; readonly event: AppEvent }
  /** Heard again after a silence: everything shown may be stale. */
  | { readonly kind: 'restored' }
  | { readonly kind: 'lost' };

/** Of one project: its requests, and the events that concern it. */
export interface Transport {
  request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Name>>;
  /** Returns what ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
}

/** What the Electron preload exposes as `window.usumaku`. */
export interface PreloadBridge {
  request(name: RequestName, input: unknown, project: string): Promise<Reply<RequestName>>;
  subscribe(project: string, listener: (event: AppEvent) => void): () => void;
}

declare global {
  interface Window {
    readonly usumaku?: PreloadBridge;
  }
}

export function preloadTransport(bridge: PreloadBridge, project: string): Transport {
  return {
    request: <Name extends RequestName>(name: Name, input: RequestInput<Name>) =>
      bridge.request(name, input, project) as Promise<Reply<Name>>,
    subscribe: (listener) => bridge.subscribe(project, (event) => listener({ kind: 'event', event })),
  };
}

/** The parts of the browser that the loopback transport needs; tests pass their own. */
export interface LoopbackParts {
  readonly fetch: (address: string, options: RequestInit) => Promise<Response>;
  readonly openEvents: (address: string) => EventSource;
}

/** `EventSource.CLOSED`: the stream will not be opened again. */
const closed = 2;

export function loopbackTransport(parts: LoopbackParts, project: string): Transport {
  const query = `?project=${encodeURIComponent(project)}`;
  // What an answer given before the first event could be heard leaves out, nobody would ever say again: requests wait for it.
  let listening: Promise<void> = Promise.resolve();
  return {
    async request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Reply<Name>> {
      await listening;
      const response = await parts.fetch(`/api/${name}${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      if (!response.headers.get('content-type')?.includes('application/json')) {
        return { ok: false, error: { code: 'host-answer-unreadable', values: { reason: `HTTP ${response.status}` } } };
      }
      return (await response.json()) as Reply<Name>;
    },
    subscribe(listener) {
      // EventSource reconnects by itself; only at the first `open` nothing was asked before.
      const events = parts.openEvents(`/api/events${query}`);
      const opening = Promise.withResolvers<void>();
      listening = opening.promise;
      let lost = false;
      events.addEventListener('open', () => {
        opening.resolve();
        if (lost) listener({ kind: 'restored' });
        lost = false;
      });
      events.addEventListener('error', () => {
        // Whoever asks finds out why.
        opening.resolve();
        // Closed for good (the host refuses this window): said again, so that somebody finds out why.
        if (!lost || events.readyState === closed) listener({ kind: 'lost' });
        lost = true;
      });
      events.addEventListener('message', (message: MessageEvent<string>) =>
        listener({ kind: 'event', event: JSON.parse(message.data) as AppEvent }),
      );
      return () => {
        opening.resolve();
        events.close();
      };
    },
  };
}

/** The transport that this window has. */
export function chooseTransport(project: string): Transport {
  if (window.usumaku) return preloadTransport(window.usumaku, project);
  const openEvents = (address: string) => new EventSource(address);
  return loopbackTransport({ fetch: (address, options) => fetch(address, options), openEvents }, project);
}
