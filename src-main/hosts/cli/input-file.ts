/** Files that somebody names on the command line. */

import { readFileSync } from 'node:fs';
import { OfficeError } from '../../contract/errors.ts';

/** All bytes of a file. @throws OfficeError file-is-a-folder, file-unreadable */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR')
      throw new OfficeError('file-is-a-folder', { path }, { cause });
    throw new OfficeError('file-unreadable', { path, reason: (cause as Error).message }, { cause });
  }
}
