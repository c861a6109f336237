/** Text files of other people's making: every character as it is written, or a refusal; nothing is replaced. */

import { readOrdinary } from '../disk/ordinary.ts';
import { ModelError } from '../errors.ts';
import { readError } from './files.ts';

/** Larger than any tokenizer or list of examples that a model of this size is trained on. */
const largestMegabytes = 256;

/**
 * The text of a UTF-8 file, or null where there is none. A byte order mark stays part of it, as in Python.
 * Raises `text-undecodable` with the line that holds other bytes, `file-unreadable`, `file-not-ordinary`, `file-too-large`.
 */
export async function readText(path: string, megabytes = largestMegabytes): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readOrdinary(path, megabytes);
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
