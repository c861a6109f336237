/** A folder that one process at a time may write into, by a lock of the operating system: whoever is killed lets go. */

import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { removeWhereEmpty, tidyUpNow } from '../../native-models/disk/patient.ts';
import { makeFolder } from './make-folder.ts';

/** An empty file in the folder that SQLite locks; it says nothing itself, so one that was left behind means nothing. */
export const lockFile = '.usumaku-running';

export interface FolderHold {
  /** Takes the lock file away, and the folder too where it was made for this and is empty again. */
  release(): void;
}

/**
 * Makes the folder if need be, and this process its only holder; null where another process holds it.
 *
 * Those who leave take file and folder away under the feet of those who come, so a lock counts only where its file is
 * still the one that lies there. Whoever finds that it is not begins again: each time because another was served.
 *
 * Not for the same folder twice in one process: closing a file there drops its locks, as POSIX has it
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 * @throws what the file system says, with its `code`
 */
export function holdFolder(folder: string): FolderHold | null {
  const file = join(folder, lockFile);
  let made = false;
  for (;;) {
    made = makeFolder(folder) || made;
    const descriptor = openOrVanished(file);
    if (descriptor === null) continue;
    const lock = lockedBySqlite(file);
    if (lock !== 'busy' && lock !== 'vanished' && liesAt(file, descriptor)) {
      return { release: () => letGo(lock, descriptor, { file, folder: made ? folder : null }) };
    }
    if (typeof lock !== 'string') lock.close();
    const stillThere = liesAt(file, descriptor);
    closeSync(descriptor);
    if (lock === 'busy') return null;
    if (lock === 'vanished' && stillThere) throw new Error(`${file} cannot be opened`);
  }
}

/** Keeps its number from being given to another file while it is compared; null where the folder has just gone. */
function openOrVanished(file: string): number | null {
  try {
    return openSync(file, 'a');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A transaction that writes nothing: of many that ask at once exactly one gets it. */
function lockedBySqlite(file: string): Database.Database | 'busy' | 'vanished' {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: 0 });
    // Else a second file would lie beside it, which only a commit could need.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN IMMEDIATE');
    return database;
  } catch (error) {
    database?.close();
    const code = String((error as { code?: unknown }).code);
    if (code.startsWith('SQLITE_BUSY')) return 'busy';
    // Its folder went between the two openings: with it, or before the library looked (which then names the folder).
    if (code.startsWith('SQLITE_CANTOPEN') || error instanceof TypeError) return 'vanished';
    throw error;
  }
}

function liesAt(file: string, descriptor: number): boolean {
  const ours = fstatSync(descriptor, { bigint: true });
  const theirs = statSync(file, { bigint: true, throwIfNoEntry: false });
  return theirs !== undefined && theirs.ino === ours.ino && theirs.dev === ours.dev;
}

/** The file goes while the lock is held, so that whoever holds a file that is gone can see it. */
function letGo(lock: Database.Database, descriptor: number, made: { file: string; folder: string | null }): void {
  // Windows takes no file away that SQLite has open: before that it is let go, and stays where another has it then.
  const windows = process.platform === 'win32';
  if (windows) closeAll(lock, descriptor);
  // Another has it, or it holds something: then it stays.
  tidyUpNow(made.file, 0);
  if (made.folder !== null) removeWhereEmpty(made.folder);
  if (!windows) closeAll(lock, descriptor);
}

function closeAll(lock: Database.Database, descriptor: number): void {
  lock.close();
  closeSync(descriptor);
}
