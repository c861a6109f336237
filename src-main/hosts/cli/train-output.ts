/** The folder that `usumaku train` fills: what lies there already decides whether a run may begin, goes on, or is over. */

import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** Checkpoints lie here until the run is through. */
const workFolder = '.usumaku-run';
/** What a finished run has written last: its record beside an adapter, or the weights of a whole model. */
const finishedFiles = ['usumaku.json', 'model.safetensors'];

/**
 * Makes the folder for checkpoints, before hours are spent, and returns it; null where `resume` finds a finished run.
 * Whatever a run would overwrite without being asked to is refused: files of any kind, and the checkpoints of another run.
 */
export function prepareOutput(out: string, resume: boolean): string | null {
  const work = join(out, workFolder);
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
  try {
    mkdirSync(work, { recursive: true });
  } catch (error) {
    throw unwritable(out, error);
  }
  process.once('exit', () => made.forEach(removeWhereEmpty));
  return work;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) return [];
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, cause: unknown): Error {
  return new Error(`The folder ${folder} cannot be written: ${(cause as Error).message}.`, { cause });
}

/** A run that was refused before its first checkpoint leaves nothing behind. */
function removeWhereEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is gone already.
  }
}
