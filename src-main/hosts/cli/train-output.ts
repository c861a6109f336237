/** The folder that `usumaku train` fills: what lies there already decides whether a run may begin, goes on, or is over. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Checkpoints lie here until the run is through. */
const workFolder = '.usumaku-run';
/** What a finished run has written last: its record beside an adapter, or the weights of a whole model. */
const finishedFiles = ['usumaku.json', 'model.safetensors'];
/** Names the process that writes here now; where that is gone, the run was killed and the folder is free. */
const lockFile = 'running';
/** So often the folder may vanish while it is taken: each time because another run was refused and cleared it away. */
const attempts = 50;

/**
 * Makes the folder for checkpoints, before hours are spent, and returns it; null where `resume` finds a finished run.
 * Whatever a run would overwrite without being asked to is refused: files of any kind, and the checkpoints of another run.
 */
export function prepareOutput(out: string, resume: boolean): string | null {
  const work = join(out, workFolder);
  const lock = join(work, lockFile);
  refuseWhereRunning(out, lock);
  const unfinished = namesIn(work).some((name) => name.startsWith('checkpoint-'));
  if (unfinished && !resume) {
    throw new Error(`An unfinished run lies in ${out}; go on with --resume, or choose another folder.`);
  }
  const others = namesIn(out).filter((name) => name !== workFolder);
  if (!unfinished && others.length > 0) {
    if (resume && others.some((name) => finishedFiles.includes(name))) return null;
    throw new Error(`The folder ${out} holds files already (${others[0]}); choose a new or empty one.`);
  }
  const made = existsSync(out) ? [work] : [work, out];
  takeFolder(out, work, lock);
  process.once('exit', () => {
    rmSync(lock, { force: true });
    made.forEach(removeWhereEmpty);
  });
  return work;
}

/** Makes the folder ours alone: of two runs that begin at the same moment one goes on, and the other is told so. */
function takeFolder(out: string, work: string, lock: string): void {
  for (let left = attempts; ; left--) {
    try {
      mkdirSync(work, { recursive: true });
      return writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (left === 0 || !(code === 'ENOENT' || (code === 'EEXIST' && existsSync(lock)))) throw unwritable(out, error);
      refuseWhereRunning(out, lock);
      if (code === 'EEXIST') rmSync(lock, { force: true });
    }
  }
}

function refuseWhereRunning(out: string, lock: string): void {
  if (!existsSync(lock)) return;
  const holder = holderOf(lock);
  if (holder === null || (holder !== undefined && isAlive(holder))) {
    const who = holder === null ? '' : ` (process ${holder})`;
    throw new Error(
      `Another run${who} writes into ${out} now; wait for it or choose another folder. (If none is running, delete ${lock}.)`,
    );
  }
}

/** The process that a lock names; null where it has only just begun to write its name, undefined where the lock is gone. */
function holderOf(lock: string): number | null | undefined {
  try {
    return Number(readFileSync(lock, 'utf8')) || null;
  } catch {
    return undefined;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) return [];
    throw unwritable(folder, error);
  }
}

/** What stands in the way, for the codes that a person meets. https://nodejs.org/api/errors.html#common-system-errors */
const obstacles: Readonly<Record<string, string>> = {
  ENOENT: 'its drive or a folder above it is missing',
  ENOTDIR: 'a file lies where a folder must be',
  EEXIST: 'a file lies where a folder must be',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'that disk can only be read',
  ENOSPC: 'the disk is full',
};

function unwritable(folder: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new Error(`The folder ${folder} cannot be written: ${obstacles[code] ?? message}.`, { cause });
}

/** A run that was refused before its first checkpoint leaves nothing behind. */
function removeWhereEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is gone already.
  }
}
