/**
 * Small files in which the app keeps JSON for its next start, at once and without a promise. Whoever reads or writes them waits
 * for nobody: what is no ordinary file there is refused, or taken away before it is written.
 */

import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { readOrdinaryNow } from './ordinary.ts';
import { removeNow } from './patient.ts';

/** @throws where there is none, it is larger than so many megabytes, or no JSON */
export const readOwnJson = (path: string, megabytes = 1): unknown =>
  JSON.parse(readOrdinaryNow(path, megabytes).toString('utf8'));

/** @param mode bits of who may read it, also where it is there already; left out: as the system gives them */
export function writeOwnJson(path: string, value: unknown, mode?: number): void {
  clearUnlessOrdinary(path);
  writeFileSync(path, JSON.stringify(value), { mode });
  // The mode above is ignored where the file was left by an earlier start.
  if (mode !== undefined) chmodSync(path, mode);
}

/** Takes away what would be waited for without end by whoever writes there: a pipe, a socket, a device, or a link to one. */
function clearUnlessOrdinary(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory()) removeNow(path);
}
