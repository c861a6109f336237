/** The app on loopback: for machines without Electron's binary, for tablets' browsers in tests, for CI. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { App } from '../../contract/app.ts';
import { createRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import { listStaticFiles } from './static-files.ts';

export interface LoopbackServer {
  readonly port: number;
  /** What another start of the program shows to get an address: kept in a file that only this user reads. */
  readonly doorKey: string;
  /** An address for one browser; the token in it works once. */
  newUrl(): string;
  /** Ends open event streams and stops listening. The app itself stays open. */
  close(): Promise<void>;
}

export interface LoopbackOptions {
  readonly app: Pick<App, 'dispatch' | 'subscribe'>;
  /** The built shop window. */
  readonly rendererDirectory: string;
  /** 0 lets the system choose a free one. */
  readonly port?: number;
  /** The windows' cookie from an earlier start; left out, a new one. */
  readonly session?: string;
}

/** Listens on 127.0.0.1 and nowhere else. */
export async function openLoopback({
  app,
  rendererDirectory,
  port = 0,
  session,
}: LoopbackOptions): Promise<LoopbackServer> {
  const sessions = createSessions(session);
  const doorKey = randomBytes(32).toString('base64url');
  const stopping = new AbortController();
  const boundPort = () => (server.address() as AddressInfo).port;
  const routes = createRoutes({
    app,
    sessions,
    doorKey,
    files: listStaticFiles(rendererDirectory),
    port: boundPort,
    signal: stopping.signal,
  });
  const server: Server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }));
  server.listen(port, '127.0.0.1');
  // Rejects with the system's error, e.g. EADDRINUSE.
  await once(server, 'listening');
  return {
    port: boundPort(),
    doorKey,
    newUrl: () => `http://127.0.0.1:${boundPort()}/?token=${sessions.newToken()}`,
    close: async () => {
      stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
