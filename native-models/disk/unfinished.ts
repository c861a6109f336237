/** What is being written has a name of its own until it is put in its place; this is how it is called, and cleared away where nobody finished it. */

import { randomUUID } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tidyUp } from './patient.ts';

const ending = '.part';
/** Milliseconds without a change after which nobody writes there any more: a slow stick takes minutes for its largest piece. */
const abandonedAfter = 60 * 60_000;

/** A new name beside `path`, hidden. */
export const unfinishedPath = (path: string): string =>
  join(dirname(path), `${beginning(path)}${randomUUID()}${ending}`);

/** A new name in a folder where nobody but us writes: short, for onnxruntime opens it too, by a path that Windows may hold to 260 characters. */
export const unfinishedIn = (folder: string): string => join(folder, `${randomUUID()}${ending}`);

const beginning = (path: string): string => `.${basename(path)}.`;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Deletes all that was begun at `path`. Only for whoever knows that its writer has ended. */
export async function clearUnfinished(path: string): Promise<void> {
  for (const each of await unfinished(dirname(path), beginning(path))) await tidyUp(each);
}

/** Deletes what was begun at `path` so long ago that its writer must have been killed. */
export async function clearAbandoned(path: string): Promise<void> {
  for (const each of await unfinished(dirname(path), beginning(path))) if (await isAbandoned(each)) await tidyUp(each);
}

/** The same of everything that was begun in a folder where nobody but us writes. What a process has mapped goes another time. */
export async function clearAbandonedIn(folder: string): Promise<void> {
  for (const each of await unfinished(folder)) if (await isAbandoned(each)) await tidyUp(each, 0);
}

/** @param start what its names begin with; left out: all of them, also of what is begun under a name that was begun */
async function unfinished(folder: string, start?: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const isOne = (plain: string): boolean => {
    const before = start ?? plain.slice(0, plain.lastIndexOf('.') + 1);
    return plain.startsWith(before) && uuid.test(plain.slice(before.length));
  };
  return names
    .filter((name) => name.endsWith(ending) && isOne(name.slice(0, -ending.length)))
    .map((name) => join(folder, name));
}

/** A folder counts as old as the newest of what lies in it. */
async function isAbandoned(path: string): Promise<boolean> {
  const within = await readdir(path).catch(() => []);
  for (const each of [path, ...within.map((name) => join(path, name))]) {
    const changed = await lstat(each).catch(() => null);
    if (changed !== null && Date.now() - changed.mtimeMs < abandonedAfter) return false;
  }
  return true;
}
