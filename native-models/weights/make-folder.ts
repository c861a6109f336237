/** Making folders: not with `mkdir` of Node and `recursive`, which never returns where /proc is asked for a folder. */

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder with what is above it. Raises what the file system says, also where a file lies in its place. */
export async function makeFolder(path: string): Promise<void> {
  if (await isMade(path)) return;
  await makeFolder(dirname(path));
  // What is above it is there now; whatever is still wrong is wrong with the folder itself.
  if (!(await isMade(path))) await mkdir(path);
}

/** Whether the folder is there now; false where one above it is missing. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    const found = await stat(path).catch((failure: NodeJS.ErrnoException) => {
      // A disk that does not say what is there is at fault, not what may be there.
      throw failure.code === 'ENOENT' ? cause : failure;
    });
    if (found.isDirectory()) return true;
    throw cause;
  }
}
