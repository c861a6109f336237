/** How a second start finds the running host of the same data: a small file that only this user can read. */

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoopbackServer } from './server.ts';

interface Door {
  readonly port: number;
  readonly key: string;
}

const doorPath = (dataDirectory: string) => join(dataDirectory, 'loopback.json');

export function leaveDoorFile(dataDirectory: string, { port, doorKey }: LoopbackServer): void {
  const path = doorPath(dataDirectory);
  writeFileSync(path, JSON.stringify({ port, key: doorKey } satisfies Door), { mode: 0o600 });
  // The mode above is ignored where the file was left by a host that was killed.
  chmodSync(path, 0o600);
}

export function removeDoorFile(dataDirectory: string): void {
  rmSync(doorPath(dataDirectory), { force: true });
}

/** Where nobody listens, the system says so at once; a host on a busy machine is given its time. */
const patience = 15_000;

/** A fresh address of the host that runs on this data already, or null where none answers. */
export async function urlOfRunningHost(dataDirectory: string): Promise<string | null> {
  try {
    const { port, key } = JSON.parse(readFileSync(doorPath(dataDirectory), 'utf8')) as Door;
    const response = await fetch(`http://127.0.0.1:${port}/door`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) return null;
    const { token } = (await response.json()) as { token: string };
    return `http://127.0.0.1:${port}/?token=${token}`;
  } catch {
    // No file, a stale one, or another program on that port: nobody is there.
    return null;
  }
}
