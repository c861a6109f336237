/** Text files of other people's making: every character as it is written, or a refusal; nothing is replaced. */

import { readFile } from 'node:fs/promises';
import { ModelError } from '../errors.ts';
import { readError } from './files.ts';

/**
 * The text of a UTF-8 file, or null where there is none. A byte order mark stays part of it, as in Python.
 * Raises `text-undecodable` with the line that holds other bytes, and `file-unreadable`.
 */
export async function readText(path: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw readError(path, cause);
  }
  const text = decoded(bytes);
  if (text === null) throw new ModelError('text-undecodable', { path, line: undecodableLine(bytes) });
  return text;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The first that is no UTF-8, from 1. No character of UTF-8 reaches across the byte of a line end. */
function undecodableLine(bytes: Buffer): number {
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || decoded(bytes.subarray(start, end)) === null) return line;
    start = end + 1;
  }
}
