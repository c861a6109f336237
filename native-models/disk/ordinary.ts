/**
 * Opens files of other people's making: only ordinary ones. A pipe that is called config.json would be waited for without
 * end, and a link to a device gives bytes for ever.
 */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Read at once. */
const pieceBytes = 1 << 20;

/** `code` of the error for what is neither file nor folder, beside the system's own codes. */
export const notOrdinary = 'NOT_ORDINARY';
/** The same for a file that is larger than it may be; `megabytes` says how large that is. */
export const tooLarge = 'TOO_LARGE';

/** Told apart by `code`, as errors of the system are. */
export class FileRefused extends Error {
  readonly code: typeof notOrdinary | typeof tooLarge;
  readonly megabytes: number;

  constructor(code: FileRefused['code'], path: string, megabytes = 0) {
    super(`${code}: ${path}`);
    this.code = code;
    this.megabytes = megabytes;
  }
}

/** For reading. Raises `FileRefused`, and what the system raises: of a folder at the first read. */
export async function openOrdinary(path: string): Promise<FileHandle> {
  // Without waiting for somebody who writes into a pipe. Windows has no such flag, and no such files.
  const handle = await open(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  const found = await handle.stat().catch(async (cause: unknown) => {
    await handle.close();
    throw cause;
  });
  if (found.isFile() || found.isDirectory()) return handle;
  await handle.close();
  throw new FileRefused(notOrdinary, path);
}

/** All bytes of a file that has no more than so many. Raises `FileRefused`, and what the system raises. */
export async function readOrdinary(path: string, megabytes: number): Promise<Buffer> {
  const handle = await openOrdinary(path);
  try {
    const most = megabytes * 1024 * 1024;
    const { size } = await handle.stat();
    if (size > most) throw new FileRefused(tooLarge, path, megabytes);
    // Some files of the system say that they are empty, so what counts is what is read.
    const pieces: Buffer[] = [];
    for (let bytes = 0; ;) {
      const piece = Buffer.allocUnsafe(Math.max(pieceBytes, size - bytes + 1));
      const { bytesRead } = await handle.read(piece, 0, piece.length);
      if (bytesRead === 0) return Buffer.concat(pieces);
      bytes += bytesRead;
      if (bytes > most) throw new FileRefused(tooLarge, path, megabytes);
      pieces.push(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** As `readOrdinary`, for callers that cannot wait for a promise; only the size that a file states counts. @param megabytes left out: as many as there are */
export function readOrdinaryNow(path: string, megabytes = Infinity): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  try {
    const found = fstatSync(descriptor);
    // Reading a folder says what it is.
    if (!found.isFile() && !found.isDirectory()) throw new FileRefused(notOrdinary, path);
    if (found.size > megabytes * 1024 * 1024) throw new FileRefused(tooLarge, path, megabytes);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
