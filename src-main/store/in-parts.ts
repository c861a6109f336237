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

interface Rows<Row> {
  readonly rows: readonly Row[];
  /** All that a row keeps. */
  readonly texts: (row: Row) => readonly string[];
  readonly write: (some: readonly Row[], from: number) => void;
}

export interface Parts {
  /**
   * Where they are too many for one transaction, looks for room first: once a part is kept and the disk is full, taking it
   * back needs room, too.
   * @throws OfficeError disk-full, in the generator
   */
  write<Row>(id: string, rows: Rows<Row>): Generator<void>;
  /** Nothing of it is under way any more. */
  completed(id: string): void;
  remove(id: string): void;
  /** What a host that was killed left, as far as the disk has room for that. */
  removeIncomplete(): void;
}

/**
 * @param names a table that names what is under way, so that the next start finds what a killed host left of it
 * @param removeRows SQL that removes the rows of one of them
 */
export function createParts(database: Database, names: string, removeRows: string): Parts {
  const begin = database.prepare<[string]>(`INSERT INTO ${names} (id) VALUES (?)`);
  const end = database.prepare<[string]>(`DELETE FROM ${names} WHERE id = ?`);
  const incomplete = database.prepare<[], { id: string }>(`SELECT id FROM ${names}`);
  const removeOf = database.prepare<[string]>(removeRows);
  const remove = database.transaction((id: string) => {
    removeOf.run(id);
    end.run(id);
  });

  /** The next start does it where the disk has no room. */
  function takeBack(id: string): void {
    try {
      remove(id);
    } catch (error) {
      if (!storageError(error, database.name)) throw error;
    }
  }

  return {
    *write(id, { rows, texts, write }) {
      if (rows.length > writtenAtOnce) yield* requireRoom(database, rows, texts);
      try {
        begin.run(id);
        for (let from = 0; from < rows.length; from += writtenAtOnce) {
          write(rows.slice(from, from + writtenAtOnce), from);
          yield;
        }
      } catch (error) {
        takeBack(id);
        throw storageError(error, database.name) ?? error;
      }
    },
    completed: (id) => void end.run(id),
    remove,
    removeIncomplete() {
      for (const { id } of incomplete.all()) takeBack(id);
    },
  };
}

/** @throws OfficeError disk-full, in the generator */
function* requireRoom<Row>(database: Database, rows: readonly Row[], texts: Rows<Row>['texts']): Generator<void> {
  let bytes = rows.length * bytesOfRow;
  for (const row of rows) {
    for (const text of texts(row)) bytes += Buffer.byteLength(text);
    yield;
  }
  const free = freeBytes(dirname(database.name));
  if (free !== null && free < timesWritten * bytes + spareBytes)
    throw new OfficeError('disk-full', { path: database.name });
}
