/** How another program of this user finds the running host of the same data: a small file that only this user can read. */

import { join } from 'node:path';
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

async function knock(dataDirectory: string, path: string, input?: unknown, signal?: AbortSignal): Promise<unknown> {
  const door = readDoor(dataDirectory);
  if (door === null) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${door.port}/door${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${door.key}`, 'content-type': 'application/json' },
      body: input === undefined ? null : JSON.stringify(input),
      signal: signal ?? null,
    });
    return response.ok ? await response.json() : null;
  } catch {
    // A stale file, or another program on that port: nobody is there.
    return null;
  }
}

function readDoor(dataDirectory: string): Door | null {
  try {
    return readOwnJson(doorPath(dataDirectory)) as Door;
  } catch {
    return null;
  }
}
