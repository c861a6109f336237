/** Files that survive a power cut: written beside their place, flushed to the disk, then moved there in one step. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileRefused, notOrdinary, openOrdinary, readOrdinary } from '../disk/ordinary.ts';
import { move, moveIfThere, tidyUp } from '../disk/patient.ts';
import { isSystemFile } from '../disk/system-files.ts';
import { asidePath, clearAbandoned, unfinishedPath } from '../disk/unfinished.ts';
import { ModelError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';

/** What a file may be written from: text (UTF-8), bytes, or bytes that come piece by piece. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Operating-system codes that mean "no room", the second being a user's quota. */
const noRoom = new Set(['ENOSPC', 'EDQUOT']);

/** Turns a failed write into the sentence a person can act on: `disk-full` or `file-unwritable`. */
export function writeError(path: string, cause: unknown): unknown {
  if (cause instanceof ModelError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  if (noRoom.has(code)) return new ModelError('disk-full', { path }, { cause });
  return misplaced(path, cause) ?? new ModelError('file-unwritable', { path, reason: message }, { cause });
}

/** A folder where a file is needed, or a file on the way to it. https://nodejs.org/api/errors.html#common-system-errors */
function misplaced(path: string, cause: unknown): ModelError | null {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EISDIR') return new ModelError('file-is-a-folder', { path }, { cause });
  // Making the folder of a file meets a file in its place as one that exists.
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new ModelError('folder-is-a-file', { path: nearestExisting(dirname(path)) }, { cause });
  return null;
}

/** The path itself, or the part of it that exists. */
function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}

/** Turns a failed read into `file-not-ordinary`, `file-too-large` or `file-unreadable`; other errors pass unchanged. */
export function readError(path: string, cause: unknown): unknown {
  if (cause instanceof FileRefused) {
    if (cause.code === notOrdinary) return new ModelError('file-not-ordinary', { path }, { cause });
    return new ModelError('file-too-large', { path, megabytes: cause.megabytes }, { cause });
  }
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof ModelError || code === undefined) return cause;
  return misplaced(path, cause) ?? new ModelError('file-unreadable', { path, reason: message }, { cause });
}

/**
 * Writes a whole file so that its path holds either the old or the new content, never a part.
 * Missing parent folders are made. Raises `disk-full` or `file-unwritable`; the old file then stays.
 */
export async function writeFileDurably(path: string, content: FileContent): Promise<void> {
  const temporary = unfinishedPath(path);
  try {
    await makeFolder(dirname(path));
    const handle = await open(temporary, 'wx');
    try {
      if (typeof content === 'string') await handle.writeFile(content, 'utf8');
      else for await (const piece of content instanceof Uint8Array ? [content] : content) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await move(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await tidyUp(temporary);
    throw writeError(path, cause);
  }
}

/**
 * Fills a new folder and puts it in the place of `path` in one step; an older folder there is replaced.
 * `fill` must write its files durably (`writeFileDurably`). A failure leaves the older folder as it was.
 */
export async function writeFolderDurably(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = unfinishedPath(path);
  const older = asidePath(temporary);
  try {
    // A whole model may lie there that a kill or a power cut left half written.
    await clearAbandoned(path);
    await makeFolder(temporary);
    await fill(temporary);
    await syncFolder(temporary);
    // A folder cannot be renamed onto one that has files, so the older one steps aside first.
    const replaced = await moveIfThere(path, older);
    try {
      await move(temporary, path);
    } catch (cause) {
      if (replaced) await move(older, path);
      throw cause;
    }
    await syncFolder(dirname(path));
    if (replaced) await tidyUp(older);
  } catch (cause) {
    await tidyUp(temporary);
    throw writeError(path, cause);
  }
}

/** Putting files in place replaces older ones; somebody's files must never go that way. Raises `file-unwritable`. */
export async function requireEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw writeError(directory, cause);
  });
  if (names.some((name) => !isSystemFile(name))) {
    throw new ModelError('file-unwritable', { path: directory, reason: 'the folder holds files already' });
  }
}

/** Of a model folder, what belongs to the model but is no weight: configuration, tokenizer, template, licence. */
const besideWeights = /\.(json|jinja|txt|md|model)$|^(licen[sc]e|copying|notice|use_policy|usage_policy)/i;
/** What speaks of weights that are not copied: indexes of shards, in any format. */
const ofWeights = /\.safetensors|\.index\.json$/i;

/** More than any of them has. */
const largestBeside = 256;

/** Copies the files beside the weights into another folder. Raises what `readError` gives, `disk-full` or `file-unwritable`. */
export async function copyModelFiles(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isDirectory() || isSystemFile(name) || !besideWeights.test(name) || ofWeights.test(name)) continue;
    const content = await readOrdinary(join(from, name), largestBeside).catch((cause: unknown) => {
      throw readError(join(from, name), cause);
    });
    await writeFileDurably(join(to, name), content);
  }
}

/** SHA-256 (hex) of a file, read in pieces. Raises what `readError` gives. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    const handle = await openOrdinary(path);
    // The stream closes what it reads from.
    for await (const piece of handle.createReadStream({ highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  } catch (cause) {
    throw readError(path, cause);
  }
  return hash.digest('hex');
}

/** Makes a rename itself durable. Windows cannot flush folders (NTFS journals renames), so refusals there are ignored. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
