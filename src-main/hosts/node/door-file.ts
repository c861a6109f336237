/** How another program of this user finds the running host of the same data: a small file that only this user can read. */

import { createHmac, randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readOwnJson, writeOwnJson } from '../../../native-models/disk/own-files.ts';
import { tidyUpNow } from '../../../native-models/disk/patient.ts';
import { firstProject } from '../../contract/caller.ts';
import type { Reply, RequestName } from '../../contract/requests.ts';

interface Door {
  readonly port: number;
  readonly key: string;
}

const doorPath = (dataDirectory: string) => join(dataDirectory, 'loopback.json');

export function leaveDoorFile(
  dataDirectory: string,
  { port, doorKey }: { readonly port: number; readonly doorKey: string },
): void {
  writeOwnJson(doorPath(dataDirectory), { port, key: doorKey } satisfies Door, 0o600);
}

export function removeDoorFile(dataDirectory: string): void {
  tidyUpNow(doorPath(dataDirectory));
}

/** Says that somebody knows the key, without saying the key. */
export const proofOf = (doorKey: string, nonce: string): string =>
  createHmac('sha256', doorKey).update(`usumaku door ${nonce}`).digest('base64url');

/** Where nobody listens, the system says so at once; a host on a busy machine is given its time. */
const patience = 15_000;

/** A fresh address of the host that runs on this data already, or null where none answers. */
export async function urlOfRunningHost(dataDirectory: string): Promise<string | null> {
  const { port } = readDoor(dataDirectory) ?? {};
  const reply = await knock(dataDirectory, '', undefined, AbortSignal.timeout(patience));
  const token = (reply as { readonly token?: string } | null)?.token;
  return token === undefined ? null : `http://127.0.0.1:${port}/?token=${token}`;
}

/**
 * Makes a request to the host that has this data open, or gives null where none answers. Waits as long as the request
 * takes; where nobody listens, the system says so at once.
 */
export async function askRunningHost(
  dataDirectory: string,
  name: RequestName,
  input: unknown,
  project: string = firstProject,
): Promise<Reply<RequestName> | null> {
  const reply = (await knock(
    dataDirectory,
    `/${name}?project=${encodeURIComponent(project)}`,
    input,
  )) as Reply<RequestName> | null;
  return typeof reply?.ok === 'boolean' ? reply : null;
}

/**
 * The key goes only where the other end has proved to know it, over that very connection: the file may be older than a host
 * that was killed, and the port another program's by now.
 */
async function knock(dataDirectory: string, path: string, input?: unknown, signal?: AbortSignal): Promise<unknown> {
  const door = readDoor(dataDirectory);
  if (door === null) return null;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const place = { agent, host: '127.0.0.1', port: door.port, ...(signal && { signal }) };
  try {
    const nonce = randomBytes(32).toString('base64url');
    const asked = await exchange({ ...place, path: `/door/proof?nonce=${nonce}` });
    const { proof } = JSON.parse(asked.body) as { readonly proof?: unknown };
    if (proof !== proofOf(door.key, nonce)) return null;
    const headers = { authorization: `Bearer ${door.key}`, 'content-type': 'application/json' };
    const body = input === undefined ? '' : JSON.stringify(input);
    const answered = await exchange({ ...place, method: 'POST', path: `/door${path}`, headers }, body, asked.socket);
    return answered.status === 200 ? JSON.parse(answered.body) : null;
  } catch {
    // A stale file, or another program on that port: nobody is there.
    return null;
  } finally {
    agent.destroy();
  }
}

/** @param only the connection to send it over; undefined: any */
async function exchange(options: RequestOptions, body = '', only?: Socket) {
  const answer = Promise.withResolvers<IncomingMessage>();
  const asking = request(options, answer.resolve);
  let socket: Socket | null = null;
  // Before anything is written.
  asking.on('socket', (given) => {
    socket = given;
    if (only !== undefined && given !== only) asking.destroy(new Error('another connection'));
  });
  asking.on('error', answer.reject);
  asking.end(body);
  const message = await answer.promise;
  return { status: message.statusCode, body: await text(message), socket: socket! };
}

function readDoor(dataDirectory: string): Door | null {
  try {
    return readOwnJson(doorPath(dataDirectory)) as Door;
  } catch {
    return null;
  }
}
