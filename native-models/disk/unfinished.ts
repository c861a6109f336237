/** What is being written has a name of its own until it is put in its place; this is how it is called, and cleared away where nobody finished it. */

import { createHash, randomUUID } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tidyUp } from './patient.ts';

const ending = '.part';
/** Behind that, of what stepped aside while a new folder is put in its place. */
const asideEnding = '.old';
/** Bytes of a name; file systems take 255, and 50 stand around it. */
const longestName = 200;
/** Milliseconds without a change after which nobody writes there any more: a slow stick takes minutes for its largest piece. */
const abandonedAfter = 60 * 60_000;

/** A new name beside `path`, hidden. */
export const unfinishedPath = (path: string): string =>
  join(dirname(path), `${beginning(path)}${randomUUID()}${ending}`);

/** A new name in a folder where nobody but us writes: short, for onnxruntime opens it too, by a path that Windows may hold to 260 characters. */
export const unfinishedIn = (folder: string): string => join(folder, `${randomUUID()}${ending}`);

/** Where the folder that something unfinished replaces waits until that is in its place. */
export const asidePath = (temporary: string): string => temporary + asideEnding;

/** The name itself, or what stands for one that is so long that no file system would take it with more behind it. */
function beginning(path: string): string {
  const name = basename(path);
  const fits = Buffer.byteLength(name) <= longestName;
  return `.${fits ? name : createHash('sha256').update(name).digest('hex').slice(0, 32)}.`;
}
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Deletes all that was begun at `path`. Only for whoever knows that its writer has ended. */
export async function clearUnfinished(path: string): Promise<void> {
  for (const each of await unfinished(dirname(path), beginning(path))) await tidyUp(each);
}

/** Deletes what was begun at `path` so long ago that its writer must have been killed. */
export async function clearAbandoned(path: string): Promise<void> {
  await clearOlder(await unfinished(dirname(path), beginning(path)), Date.now() - abandonedAfter);
}

/**
 * The same of everything that was begun in a folder where nobody but us writes. What a process has mapped goes another time.
 * @param before milliseconds since 1970; whoever wrote there last before that is known to have ended
 */
export async function clearAbandonedIn(folder: string, before = Date.now() - abandonedAfter): Promise<void> {
  await clearOlder(await unfinished(folder), before, 0);
}

async function clearOlder(paths: readonly string[], before: number, patience?: number): Promise<void> {
  const old: string[] = [];
  for (const path of paths) if (await isOlder(path, before)) old.push(path);
  for (const path of old) await tidyUp(path, patience);
}

/** @param start what its names begin with; left out: all of them, also of what is begun under a name that was begun */
async function unfinished(folder: string, start?: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const isOne = (plain: string): boolean => {
    const before = start ?? plain.slice(0, plain.lastIndexOf('.') + 1);
    return plain.startsWith(before) && uuid.test(plain.slice(before.length));
  };
  return names
    .filter((name) => {
      const begun = withoutAside(name);
      return begun.endsWith(ending) && isOne(begun.slice(0, -ending.length));
    })
    .map((name) => join(folder, name));
}

const withoutAside = (path: string): string => (path.endsWith(asideEnding) ? path.slice(0, -asideEnding.length) : path);

/**
 * A folder counts as old as the newest of what lies in it. What stepped aside may be years old: it goes with what was to
 * replace it, or where that has come to its place.
 */
async function isOlder(path: string, before: number): Promise<boolean> {
  const begun = withoutAside(path);
  const within = await readdir(begun).catch(() => []);
  for (const each of [begun, ...within.map((name) => join(begun, name))]) {
    const changed = await lstat(each).catch(() => null);
    if (changed !== null && changed.mtimeMs >= before) return false;
  }
  return true;
}
