/** Many rows, written some at a time so that nobody waits for all of them, and yet all or none of them. */

import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { OfficeError } from '../contract/errors.ts';
import { freeBytes } from './durable.ts';
import { storageError } from './storage-errors.ts';

/** Rows written in one transaction, which holds nobody up; so many are all that most people ever write at once. */
const writtenAtOnce = 1000;
/** What a row takes beside its texts. */
const bytesOfRow = 300;
/** Rows are written to the log, then to the database, and once more where they have to be removed. */
const timesWritten = 3;
/** Left over for all else. */
const spareBytes = 4_000_000;

interface Parts<Row> {
  readonly rows: readonly Row[];
  /** All that a row keeps. */
  readonly texts: (row: Row) => readonly string[];
  /** Names what is under way, so that the next start finds what a killed host left of it. */
  readonly begin: () => void;
  readonly write: (some: readonly Row[], from: number) => void;
  readonly remove: () => void;
}

/**
 * Where they are too many for one transaction, looks for room first: once a part is kept and the disk is full, taking it
 * back needs room, too.
 * @throws OfficeError disk-full, in the generator
 */
export function* writeInParts<Row>(
  database: Database,
  { rows, texts, begin, write, remove }: Parts<Row>,
): Generator<void> {
  if (rows.length > writtenAtOnce) {
    const bytes = rows.reduce(
      (sum, row) => texts(row).reduce((size, text) => size + Buffer.byteLength(text), sum + bytesOfRow),
      0,
    );
    const free = freeBytes(dirname(database.name));
    if (free !== null && free < timesWritten * bytes + spareBytes)
      throw new OfficeError('disk-full', { path: database.name });
  }
  try {
    begin();
    for (let from = 0; from < rows.length; from += writtenAtOnce) {
      write(rows.slice(from, from + writtenAtOnce), from);
      yield;
    }
  } catch (error) {
    takeBack(remove, database);
    throw storageError(error, database.name) ?? error;
  }
}

/** Removes what is under way, if the disk has room for that; else the next start does. */
export function takeBack(remove: () => void, database: Database): void {
  try {
    remove();
  } catch (error) {
    if (!storageError(error, database.name)) throw error;
  }
}
