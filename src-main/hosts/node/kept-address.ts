/** The port and the windows' session from the last start, so that a window that is still open finds the app again. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOwnJson, writeOwnJson } from '../../../native-models/disk/own-files.ts';

export interface Address {
  /** null: the app was never open here. */
  readonly port: number | null;
  /** What the windows' cookie says. Only this user can read the file, as the door's key beside it. */
  readonly session: string;
}

const pathIn = (dataDirectory: string): string => join(dataDirectory, 'address.json');

/** What was kept; a new session where nothing was, or where it cannot be read. */
export function keptAddress(dataDirectory: string): Address {
  try {
    const { port, session } = readOwnJson(pathIn(dataDirectory)) as Partial<Address>;
    const usable = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
    if (usable && typeof session === 'string' && session.length >= 32) return { port, session };
  } catch {
    // As if the app had never been open here.
  }
  return { port: null, session: randomBytes(32).toString('base64url') };
}

/** A folder that cannot be written to costs open windows their address, nothing else. */
export function keepAddress(dataDirectory: string, address: Address & { readonly port: number }): void {
  try {
    writeOwnJson(pathIn(dataDirectory), address, 0o600);
  } catch {
    // See above.
  }
}
