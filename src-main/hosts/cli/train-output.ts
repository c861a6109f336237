/** The folder that `usumaku train` fills: what lies there already decides whether a run may begin, goes on, or is over. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeWhereEmpty } from '../../../native-models/disk/patient.ts';
import { isSystemFile } from '../../../native-models/disk/system-files.ts';
import { type FolderHold, holdFolder, lockFile } from '../../store/folder-lock.ts';
import { makeFolder } from '../../store/make-folder.ts';

/** Checkpoints lie here until the run is through. */
const workFolder = '.usumaku-run';
/** What a finished run has written last: its record beside an adapter, or the weights of a whole model. */
const finishedFiles = ['usumaku.json', 'model.safetensors'];

/**
 * Makes the folder for checkpoints, before hours are spent, and returns it; null where `resume` finds a finished run.
 * Whatever a run would overwrite without being asked to is refused: files of any kind, and the checkpoints of another run.
 * Of two runs that begin at the same moment one goes on, and the other is told so; it is looked at only when it is ours.
 */
export function prepareOutput(out: string, resume: boolean): string | null {
  const hold = holdOf(out);
  const work = join(out, workFolder);
  const leave = (): void => {
    removeWhereEmpty(work);
    hold.release();
  };
  try {
    if (isFinished(out, work, resume)) {
      leave();
      return null;
    }
    makeWorkFolder(work);
  } catch (error) {
    leave();
    throw error;
  }
  process.once('exit', leave);
  return work;
}

function holdOf(out: string): FolderHold {
  let hold: FolderHold | null;
  try {
    hold = holdFolder(out);
  } catch (error) {
    throw unwritable(out, error);
  }
  if (hold === null) throw new Error(`Another run writes into ${out} now; wait for it or choose another folder.`);
  return hold;
}

/** Whether `resume` has nothing left to do; refuses what lies in the way of a run. */
function isFinished(out: string, work: string, resume: boolean): boolean {
  const unfinished = namesIn(work).some((name) => name.startsWith('checkpoint-'));
  if (unfinished) {
    if (resume) return false;
    throw new Error(`An unfinished run lies in ${out}; go on with --resume, or choose another folder.`);
  }
  const others = namesIn(out).filter((name) => name !== workFolder && name !== lockFile && !isSystemFile(name));
  if (others.length === 0) return false;
  if (resume && others.some((name) => finishedFiles.includes(name))) return true;
  throw new Error(`The folder ${out} holds files already (${others[0]}); choose a new or empty one.`);
}

function makeWorkFolder(work: string): void {
  try {
    makeFolder(work);
  } catch (error) {
    throw unwritable(work, error);
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
  EROFS: 'that disk is read-only',
  ENOSPC: 'the disk is full',
};

function unwritable(folder: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new Error(`The folder ${folder} cannot be written: ${obstacles[code] ?? message}.`, { cause });
}
