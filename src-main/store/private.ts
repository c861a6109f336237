/**
 * Keeps what a plant wrote down to the one who looks after it: the data folder and its database are open to their owner alone.
 * Windows has no modes; there the folder lies in the user's own profile, which its access list keeps.
 */

import { chmodSync, closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ownerAlone = { folder: 0o700, file: 0o600 } as const;
const modes = 0o777;

/** What lies in a data folder. One that holds anything else somebody made for more than this app. */
const ours =
  /^(usumaku\.sqlite.*|adapters|cost-comparison|datasets|imports|logs|projects|quantized|runs|window|[a-z-]+\.json|name\.txt|seen|\.usumaku-running|\..+\.part(?:\.old)?)$/u;

/** Called before the database is opened. Where modes cannot be set, as on a stick, all stays as it is. */
export function keepPrivate(folder: string, database: string): void {
  if (process.platform === 'win32') return;
  const names = readdirSync(folder);
  if (names.every((name) => ours.test(name))) restrict(folder, ownerAlone.folder);
  else for (const name of names.filter((each) => ours.test(each))) restrictEntry(join(folder, name));
  // SQLite gives what lies beside a database the mode of the database.
  if (!names.includes(database)) closeSync(openSync(join(folder, database), 'a', ownerAlone.file));
  for (const name of readdirSync(folder).filter((each) => each.startsWith(database)))
    restrict(join(folder, name), ownerAlone.file);
}

function restrictEntry(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found) restrict(path, found.isDirectory() ? ownerAlone.folder : ownerAlone.file);
}

function restrict(path: string, mode: number): void {
  try {
    if ((statSync(path).mode & modes) !== mode) chmodSync(path, mode);
  } catch {
    // Somebody else's, or a file system without modes.
  }
}
