/**
 * Renaming and deleting: the one way, for both rooms. On Windows a virus scanner or an indexer opens a file for moments
 * after it was written, and so long no one may rename, replace or delete it; that must not end a night's training.
 */

import { lstatSync, readdirSync, renameSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a refusal is borne, in milliseconds. */
const longestPatience = 10_000;
const [firstPause, longestPause] = [10, 250];

/** How Windows refuses what somebody holds open. Elsewhere these codes last: to wait would only keep the news back. */
const passing = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** A file that is deleted while somebody holds it stays in its folder until they let go. */
const passingWhileRemoving = new Set([...passing, 'ENOTEMPTY']);

/** Renames a file or folder; an older file at `to` is replaced in one step. Raises what the file system says, with its `code`. */
export function move(from: string, to: string): Promise<void> {
  return patiently(
    () => rename(from, to),
    (code) => passing.has(code) && !isTaken(from, to),
  );
}

/** As `move`, for callers that cannot wait for a promise; the thread stands still meanwhile, so many milliseconds at most. */
export function moveNow(from: string, to: string, patience: number = longestPatience): void {
  patientlyNow(
    () => renameSync(from, to),
    (code) => passing.has(code) && !isTaken(from, to),
    patience,
  );
}

/** As `move`; false where there is nothing at `from`. */
export async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await move(from, to);
    return true;
  } catch (error) {
    return raiseUnlessMissing(error);
  }
}

/** As `moveNow`, with patience in milliseconds; false where there is nothing at `from`. */
export function moveIfThereNow(from: string, to: string, patience: number = longestPatience): boolean {
  try {
    moveNow(from, to, patience);
    return true;
  } catch (error) {
    return raiseUnlessMissing(error);
  }
}

/**
 * Deletes a file, or a folder with all in it; nothing there is as good. Raises what the file system says, with its `code`.
 * @param patience milliseconds
 */
export function remove(path: string, patience: number = longestPatience): Promise<void> {
  return patiently(
    () => removeAll(path),
    (code) => passingWhileRemoving.has(code),
    patience,
  );
}

/** As `remove`, for callers that cannot wait for a promise; the thread stands still meanwhile. */
export function removeNow(path: string, patience: number = longestPatience): void {
  patientlyNow(
    () => removeAllNow(path),
    (code) => passingWhileRemoving.has(code),
    patience,
  );
}

/**
 * Deletes what nobody needs any longer: where it cannot be deleted it stays, and the work that is done stays done.
 * @param patience milliseconds; 0 where a file is known to be in use and goes at another time
 * @returns whether it is gone
 */
export async function tidyUp(path: string, patience: number = longestPatience): Promise<boolean> {
  try {
    await remove(path, patience);
    return true;
  } catch {
    return false;
  }
}

/** As `tidyUp`, for callers that cannot wait for a promise; the thread stands still meanwhile. */
export function tidyUpNow(path: string, patience: number = longestPatience): boolean {
  try {
    removeNow(path, patience);
    return true;
  } catch {
    return false;
  }
}

/** Deletes a folder where it is empty and nobody uses it. @returns whether it did */
export function removeWhereEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    // It holds something, or is gone already.
    return false;
  }
}

/**
 * Not `rm` of Node: what a held file says is lost on its way through it (an attempt to list the file as a folder says
 * ENOTDIR), and on Windows it listed a folder that may not be deleted without end:
 * https://github.com/nodejs/node/pull/63709
 */
async function removeAll(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return await unlink(path);
    for (const name of await readdir(path)) await removeAll(join(path, name));
    await rmdir(path);
  } catch (error) {
    raiseUnlessMissing(error);
  }
}

function removeAllNow(path: string): void {
  try {
    if (!lstatSync(path).isDirectory()) return unlinkSync(path);
    for (const name of readdirSync(path)) removeAllNow(join(path, name));
    rmdirSync(path);
  } catch (error) {
    raiseUnlessMissing(error);
  }
}

/** Windows refuses to put a folder onto another with the same code; that one is there to stay. */
function isTaken(from: string, to: string): boolean {
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder(from) && isFolder(to);
}

/** False, for callers that say whether something was there; raises every other error. */
function raiseUnlessMissing(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
  throw error;
}

async function patiently(
  action: () => Promise<void>,
  passes: (code: string) => boolean,
  patience = longestPatience,
): Promise<void> {
  const pauses = pausesWithin(patience);
  for (;;) {
    try {
      return await action();
    } catch (error) {
      await sleep(nextPause(error, passes, pauses));
    }
  }
}

function patientlyNow(action: () => void, passes: (code: string) => boolean, patience: number): void {
  const pauses = pausesWithin(patience);
  for (;;) {
    try {
      return action();
    } catch (error) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, nextPause(error, passes, pauses));
    }
  }
}

/** Growing, until the time is used. */
function* pausesWithin(patience: number): Generator<number, undefined> {
  const end = Date.now() + patience;
  for (let pause = firstPause; Date.now() < end; pause = Math.min(2 * pause, longestPause)) yield pause;
}

/** Milliseconds until another try; the error itself where it does not pass or lasted too long. */
function nextPause(error: unknown, passes: (code: string) => boolean, pauses: Generator<number, undefined>): number {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const pause = process.platform === 'win32' && passes(code) ? pauses.next().value : undefined;
  if (pause === undefined) throw error;
  return pause;
}
