/** Loaded into a process before anything else: notes in a file that it started, and each place that it wants to reach. */

import { Socket as Datagrams } from 'node:dgram';
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

export interface NotedConnection {
  readonly pid: number;
  /** null: the process has started. */
  readonly to: string | null;
}

export const fileVariable = 'USUMAKU_TEST_CONNECTIONS';

const file = process.env[fileVariable];

function note(to: NotedConnection['to']): void {
  appendFileSync(file!, `${JSON.stringify({ pid: process.pid, to } satisfies NotedConnection)}\n`);
}

/** Options, a path, or a port with a host; Node puts them into a list of its own. https://nodejs.org/api/net.html#socketconnect */
function placeOf([first, second]: readonly unknown[]): string {
  if (Array.isArray(first)) return placeOf(first as readonly unknown[]);
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { readonly path?: string; readonly host?: string };
    return path ?? host ?? 'localhost';
  }
  return typeof first === 'number' ? (typeof second === 'string' ? second : 'localhost') : String(first);
}

function watchCalls<Name extends string>(prototype: Record<Name, unknown>, name: Name, placeIn: typeof placeOf): void {
  const original = prototype[name] as (...values: unknown[]) => unknown;
  prototype[name] = function (this: unknown, ...values: unknown[]) {
    note(placeIn(values));
    return Reflect.apply(original, this, values);
  };
}

if (file !== undefined) {
  note(null);
  watchCalls(Socket.prototype, 'connect', placeOf);
  // The place is the last text among a datagram's arguments. https://nodejs.org/api/dgram.html#socketsendmsg-offset-length-port-address-callback
  const addressOf = (values: readonly unknown[]): string =>
    values.findLast((value): value is string => typeof value === 'string') ?? 'localhost';
  for (const name of ['send', 'connect'] as const) watchCalls(Datagrams.prototype, name, addressOf);
}
