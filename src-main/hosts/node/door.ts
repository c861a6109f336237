/** The door alone, for a host that shows its window another way: no pages, no sessions, only `POST /door/REQUEST?project=ID`. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { App } from '../../contract/app.ts';
import { leaveDoorFile, removeDoorFile } from './door-file.ts';
import { addDoor } from './door-routes.ts';
import { ownHostOnly, securityHeaders } from './guards.ts';

export interface OpenDoor {
  readonly close: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and leaves its number and key in the data folder. */
export async function openDoor(app: Pick<App, 'dispatch'>, dataDirectory: string): Promise<OpenDoor> {
  const doorKey = randomBytes(32).toString('base64url');
  const port = () => (server.address() as AddressInfo).port;
  const routes = new Hono();
  routes.use(securityHeaders, ownHostOnly(port));
  addDoor(routes, { app, doorKey });
  const server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  leaveDoorFile(dataDirectory, { port: port(), doorKey });
  return {
    close: async () => {
      removeDoorFile(dataDirectory);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
