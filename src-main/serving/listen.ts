/** Listens for clients of the endpoint on 127.0.0.1, within limits that a slow or hostile one cannot exceed. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ApiError } from './api-error.ts';

export interface OpenEndpoint {
  readonly port: number;
  /** Ends what is being answered and stops listening. */
  close(): Promise<void>;
}

/** Connections at once at most: each holds some memory, also where it says nothing. */
const mostConnections = 512;

/** Rejects with the system's error, e.g. EADDRINUSE. @param port 0 lets the system choose a free one */
export async function listen(endpoint: Hono, port: number): Promise<OpenEndpoint> {
  const boundPort = () => (server.address() as AddressInfo).port;
  const answer = (request: Request): Response | Promise<Response> => {
    // Against DNS rebinding: a page whose name suddenly points to 127.0.0.1 still sends its own name.
    const own = [`127.0.0.1:${boundPort()}`, `localhost:${boundPort()}`];
    if (own.includes(request.headers.get('host') ?? '')) return endpoint.fetch(request);
    const { body } = new ApiError(403, 'This address answers as 127.0.0.1 alone.', { code: 'foreign_host' });
    return Response.json(body, { status: 403 });
  };
  const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }));
  server.maxConnections = mostConnections;
  // Whoever sends a header or a body a byte a minute holds nothing for long.
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: boundPort(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
