/** The log of a host: JSON lines in `<data>/logs`, kept small, never with the text of a question or an answer. */

import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Logger, pino } from 'pino';
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
  let file = openSync(path, 'a');
  let bytes = fstatSync(file).size;

  const rotate = () => {
    closeSync(file);
    rmSync(`${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 1; number -= 1) renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
    renameIfThere(path, `${path}.1`);
    file = openSync(path, 'a');
    bytes = 0;
  };

  return {
    write(line) {
      const content = Buffer.from(line);
      try {
        if (bytes > 0 && bytes + content.length > largestBytes) rotate();
        writeSync(file, content);
        bytes += content.length;
      } catch {
        // A full disk must not take the app down because of its log; the work itself reports a full disk.
      }
    },
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
