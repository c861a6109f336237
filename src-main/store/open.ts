/** Opens the database of a data directory: owned by this process alone, checked, and brought up to date. */

import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import { OfficeError } from '../contract/errors.ts';
import { copiesOf, copyBefore, newestIntactCopy } from './copies.ts';
import { makeFolder } from './make-folder.ts';
import { migrations } from './migrations/index.ts';
import { keepPrivate } from './private.ts';
import { checkSeals, keepSealed, registerSeals, sealAll } from './seals.ts';
import { storageError } from './storage-errors.ts';

/** How long to wait for a host that is just closing, in milliseconds. */
const ownerWait = 2000;

/**
 * Exclusive locking makes the operating system the owner's witness: a second host gets `database-locked`, and a host
 * that was killed leaves no stale lock file. https://www.sqlite.org/pragma.html#pragma_locking_mode
 * A database of an older schema is copied before it is changed; where it is damaged, the newest copy that is whole is named.
 * One that is empty is a new plant only where nothing of a former one lies beside it.
 * @throws OfficeError database-locked, database-damaged, database-damaged-copy-intact, database-lost,
 *   database-lost-copy-intact, database-foreign, database-newer, disk-full, file-unwritable, file-is-a-folder,
 *   file-not-ordinary
 */
export function openDatabase(file: string, ladder: readonly string[] = migrations): Database.Database {
  let database: Database.Database | null = null;
  try {
    makeFolder(dirname(file));
    requirePlaces(file);
    if (!statSync(file, { throwIfNoEntry: false })?.size) requireNew(file);
    keepPrivate(dirname(file), basename(file));
    database = new Database(file, { timeout: ownerWait });
    database.pragma('locking_mode = EXCLUSIVE');
    refuseNewer(database, file, ladder.length);
    refuseForeign(database, file);
    database.pragma('journal_mode = WAL');
    // better-sqlite3 opens WAL with NORMAL, which can lose committed transactions at a power cut.
    database.pragma('synchronous = FULL');
    // What is deleted, such as a name typed by accident, is overwritten instead of left behind in free pages.
    database.pragma('secure_delete = ON');
    // On macOS a plain flush stops at the disk's own cache: https://www.sqlite.org/pragma.html#pragma_fullfsync
    database.pragma('fullfsync = ON');
    database.pragma('checkpoint_fullfsync = ON');
    checkIntegrity(database, file);
    const found = schemaVersion(database);
    registerSeals(database);
    checkSeals(database, found < ladder.length);
    if (found > 0 && found < ladder.length) copyBefore(database, file, found + 1);
    migrate(database, ladder);
    keepSealed(database);
    database.pragma('foreign_keys = ON');
    return database;
  } catch (error) {
    database?.close();
    throw withCopy(storageError(error, file), file) ?? error;
  }
}

/** What SQLite says of a folder or a device in the place of one of its files names neither. */
function requirePlaces(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) {
    // A link that leads to itself throws, and says so.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new OfficeError('file-is-a-folder', { path });
    if (found && !found.isFile()) throw new OfficeError('file-not-ordinary', { path });
  }
}

/** A database that is damaged or lost is no end where a copy is whole. */
function withCopy(error: OfficeError | null, file: string): OfficeError | null {
  if (error?.code !== 'database-damaged' && error?.code !== 'database-lost') return error;
  const copy = newestIntactCopy(file);
  return copy === null
    ? error
    : new OfficeError(`${error.code}-copy-intact`, { ...error.values, copy }, { cause: error });
}

/** Of an empty database: nothing lies beside it that a former one knew. @throws OfficeError database-lost */
function requireNew(file: string): void {
  const folder = dirname(file);
  const holds = (path: string) =>
    Boolean(
      statSync(path, { throwIfNoEntry: false })?.isDirectory() && readdirSync(path).some((name) => !isSystemFile(name)),
    );
  const beside = ['adapters', 'datasets', 'runs'].map((name) => join(folder, name)).find(holds) ?? copiesOf(file)[0];
  if (beside !== undefined) throw new OfficeError('database-lost', { path: file, beside });
}

/** Tables that are there from the first schema on. */
const ofEverySchema = ['settings', 'project', 'examples', 'adapters', 'runs'];

/** @throws OfficeError database-foreign; database-damaged, where it is ours only in part; what `requireNew` does */
function refuseForeign(database: Database.Database, file: string): void {
  const tables = new Set(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all());
  const version = schemaVersion(database);
  const found = ofEverySchema.filter((name) => tables.has(name));
  if (version === 0 && tables.size === 0) return requireNew(file);
  if (found.length === 0) throw new OfficeError('database-foreign', { path: file });
  const whole = version > 0 && found.length === ofEverySchema.length;
  if (!whole)
    throw new OfficeError('database-damaged', { path: file, reason: `user_version ${version}: ${found.join()}` });
}

/**
 * Each step is one transaction together with its version number, so a power cut leaves the old or the new schema.
 * A step may make a table anew that others refer to, so references are checked at its end instead of at every row.
 */
function migrate(database: Database.Database, ladder: readonly string[]): void {
  const found = schemaVersion(database);
  database.pragma('foreign_keys = OFF');
  ladder.slice(found).forEach((sql, index) => {
    database
      .transaction(() => {
        database.exec(sql);
        sealAll(database);
        const [broken] = database.pragma('foreign_key_check') as { table: string; parent: string }[];
        if (broken)
          throw new Error(`schema ${found + index + 1}: ${broken.table} names a missing row of ${broken.parent}`);
        database.pragma(`user_version = ${found + index + 1}`);
      })
      .immediate();
  });
}

function refuseNewer(database: Database.Database, file: string, known: number): void {
  const found = schemaVersion(database);
  if (found > known) throw new OfficeError('database-newer', { path: file, found, known });
}

function checkIntegrity(database: Database.Database, file: string): void {
  const reason = String(database.pragma('quick_check(1)', { simple: true }));
  if (reason !== 'ok') throw new OfficeError('database-damaged', { path: file, reason });
}

function schemaVersion(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
