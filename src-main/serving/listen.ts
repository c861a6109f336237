/** Listens for clients of the endpoint, within limits that a slow or hostile one cannot exceed. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ApiError } from './api-error.ts';
import type { Endpoint } from './endpoint.ts';

export interface OpenEndpoint {
  readonly port: number;
  /** Without a path. On all addresses it names this machine's own. */
  readonly url: string;
  /** Ends what is being answered and stops listening. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** Left out: 127.0.0.1. */
  readonly address?: string;
  /** PEM each. Left out: without TLS, which goes on this machine alone. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

const loopback = '127.0.0.1';
/** Connections at once at most: each holds some memory, also where it says nothing. */
const mostConnections = 512;
/** Milliseconds for a header; a body, and a handshake, may take six times as long. */
const headersTimeout = 10_000;

/** Rejects with the system's error, e.g. EADDRINUSE. */
export async function listen(
  endpoint: Endpoint,
  { port, address = loopback, tls }: ListenOptions,
): Promise<OpenEndpoint> {
  const boundPort = () => (server.address() as AddressInfo).port;
  const answer = (request: Request): Response | Promise<Response> => {
    // Against DNS rebinding: a page whose name suddenly points to 127.0.0.1 still sends its own name. On the network
    // machines have names that nobody knows here, and the certificate says whom one speaks to.
    const own = [`${loopback}:${boundPort()}`, `localhost:${boundPort()}`];
    if (tls || own.includes(request.headers.get('host') ?? '')) return endpoint.fetch(request);
    const { body } = new ApiError(403, 'This address answers as 127.0.0.1 alone.', { code: 'foreign_host' });
    return Response.json(body, { status: 403 });
  };
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, handshakeTimeout: headersTimeout }, listener)
    : createServer(listener);
  server.maxConnections = mostConnections;
  // Whoever sends a header or a body a byte a minute holds nothing for long.
  server.headersTimeout = headersTimeout;
  server.requestTimeout = 6 * headersTimeout;
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: boundPort(),
    url: `${tls ? 'https' : 'http'}://${isIPv6(address) ? `[${address}]` : address}:${boundPort()}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
