/** Files that somebody names on the command line. */

import { readFileSync, statSync } from 'node:fs';
import { OfficeError } from '../../contract/errors.ts';

/** Larger than anything that a command reads as a whole. */
const largestMegabytes = 256;

/**
 * All bytes of a file, or of a pipe that another command fills.
 * @throws OfficeError file-is-a-folder, file-not-ordinary (a device has no end), file-too-large, file-unreadable
 */
export function readInput(path: string): Buffer {
  try {
    const found = statSync(path);
    if (found.isCharacterDevice() || found.isBlockDevice() || found.isSocket())
      throw new OfficeError('file-not-ordinary', { path });
    if (found.size > largestMegabytes * 1024 * 1024)
      throw new OfficeError('file-too-large', { path, megabytes: largestMegabytes });
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof OfficeError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR')
      throw new OfficeError('file-is-a-folder', { path }, { cause });
    throw new OfficeError('file-unreadable', { path, reason: (cause as Error).message }, { cause });
  }
}
