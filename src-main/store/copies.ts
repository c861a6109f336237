/** Copies of a database from before it was brought to a newer schema, so that an update can be taken back. */

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { moveNow, removeNow, tidyUpNow } from '../../native-models/disk/patient.ts';
import { syncFolder } from './durable.ts';
import { checkSeals, registerSeals } from './seals.ts';

/** Older copies go. */
const kept = 3;

/**
 * Writes the database as it is now beside itself, as `NAME.before-schema-NUMBER`, and drops all but the newest three.
 * @param schema the first one that it will be brought to
 * @throws what SQLite says where there is no room; the database is as it was then
 */
export function copyBefore(database: Database.Database, file: string, schema: number): void {
  const copy = `${file}.before-schema-${String(schema).padStart(4, '0')}`;
  const temporary = `${copy}.part`;
  removeNow(temporary);
  try {
    // Written whole and flushed by SQLite itself: https://www.sqlite.org/lang_vacuum.html#vacuuminto
    database.prepare('VACUUM INTO ?').run(temporary);
    moveNow(temporary, copy);
    syncFolder(dirname(file));
  } catch (error) {
    tidyUpNow(temporary);
    throw error;
  }
  for (const older of copiesOf(file).slice(kept)) tidyUpNow(older);
}

/** Path of the newest copy that is whole, or null. */
export function newestIntactCopy(file: string): string | null {
  return copiesOf(file).find(isIntact) ?? null;
}

/** Paths of all of them, the newest first. */
export function copiesOf(file: string): readonly string[] {
  const prefix = `${basename(file)}.before-schema-`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort()
    .reverse()
    .map((name) => join(dirname(file), name));
}

function isIntact(path: string): boolean {
  try {
    const database = new Database(path, { readonly: true });
    try {
      if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return false;
      registerSeals(database);
      checkSeals(database, true);
      return true;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
