/** The log of a host: JSON lines in `<data>/logs`, kept small, never with the text of a question or an answer. */

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Logger, pino } from 'pino';
import { moveIfThereNow, tidyUpNow } from '../../native-models/disk/patient.ts';
import { makeFolder } from '../store/make-folder.ts';

export interface RotationLimits {
  readonly largestBytes: number;
  /** Full files kept beside the present one. */
  readonly keep: number;
}

/** Fields of a line are codes, counts, paths and process ids. Callers never pass what people wrote. */
export function openLog(dataDirectory: string): Logger {
  return pino({ base: { pid: process.pid } }, rotatingFile(join(dataDirectory, 'logs', 'usumaku.log')));
}

/** Writes lines to `path`; a full file becomes `path.1`, the one before it `path.2`, and so on. */
export function rotatingFile(
  path: string,
  { largestBytes, keep }: RotationLimits = { largestBytes: 5_000_000, keep: 3 },
): { write(line: string): void } {
  makeFolder(dirname(path));
  let file: number | null = openSync(path, 'a');
  let bytes = fstatSync(file).size;

  const moveAside = () => {
    tidyUpNow(`${path}.${keep}`, 0);
    for (let number = keep - 1; number >= 1; number -= 1)
      moveIfThereNow(`${path}.${number}`, `${path}.${number + 1}`, 0);
    moveIfThereNow(path, `${path}.1`, 0);
  };

  const rotate = (): number => {
    if (file !== null) closeSync(file);
    // Its number may be given to another file before the next one is open.
    file = null;
    try {
      moveAside();
    } catch {
      // Somebody holds one of them: the log goes on in the file it has, until that is full once more.
    }
    bytes = 0;
    return (file = openSync(path, 'a'));
  };

  return {
    write(line) {
      const content = Buffer.from(line);
      try {
        const full = bytes > 0 && bytes + content.length > largestBytes;
        writeSync(file === null || full ? rotate() : file, content);
        bytes += content.length;
      } catch {
        // A full disk must not take the app down because of its log; the work itself reports a full disk.
      }
    },
  };
}
