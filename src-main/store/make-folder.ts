/** Making folders: the one way, because `mkdirSync` with `recursive` never returns where /proc is asked for one. */

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with what is above it, and is not put off by others who take one of them away meanwhile.
 * @returns whether it made the folder itself
 * @throws what the file system says, with its `code`: EEXIST where a file lies in its place
 */
export function makeFolder(path: string): boolean {
  for (;;) {
    const above = identityOf(dirname(path));
    try {
      mkdirSync(path);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') return requireFolder(path, error);
      // Nothing is missing above it, and still it cannot be made there.
      const settled = above !== null && above === identityOf(dirname(path));
      if (settled || dirname(path) === path) throw error;
      makeFolder(dirname(path));
    }
  }
}

/** Windows has other codes than EEXIST for a folder that is there. One that has gone since is not missed here. */
function requireFolder(path: string, error: unknown): false {
  const { code } = error as NodeJS.ErrnoException;
  const found = statSync(path, { throwIfNoEntry: false });
  if (code === 'EEXIST' ? found?.isDirectory() === false : !found?.isDirectory()) throw error;
  return false;
}

/** Another one for a folder that was made anew under the same name; null where there is none. */
function identityOf(folder: string): string | null {
  try {
    const { dev, ino, birthtimeNs } = statSync(folder, { bigint: true });
    return [dev, ino, birthtimeNs].join(' ');
  } catch {
    return null;
  }
}
