/** Lets each statement of a database name the file where that fails: whoever tells of it, and when, knows of no file. */

import Database from 'better-sqlite3';
import { OfficeError } from '../contract/errors.ts';
import { storageError } from './storage-errors.ts';

type Call = (...values: readonly unknown[]) => unknown;

/** @returns the same database, whose statements throw `OfficeError` where disk or file are the cause */
export function namingFile(database: Database.Database): Database.Database {
  const { name: path } = database;
  const named = (error: unknown): unknown => storageError(error, path) ?? error;
  const prepare = database.prepare.bind(database) as (sql: string) => Database.Statement;

  function* iterated(rows: Iterable<unknown>): Generator<unknown> {
    try {
      yield* rows;
    } catch (error) {
      throw named(error);
    }
  }

  function prepared(sql: string): Database.Statement {
    const statement = attempt(() => prepare(sql), asSchema);
    const calls = statement as unknown as Record<string, Call>;
    for (const method of ['run', 'get', 'all', 'iterate'] as const) {
      const call = calls[method]!.bind(statement);
      calls[method] = (...values) => {
        const result = attempt(() => call(...values), named);
        return method === 'iterate' ? iterated(result as Iterable<unknown>) : result;
      };
    }
    return statement;
  }

  /** Statements of the app fit the schema that the ladder leads to; where one does not, the schema is another. */
  function asSchema(error: unknown): unknown {
    const other = error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR';
    return other
      ? new OfficeError('database-damaged', { path, reason: error.message }, { cause: error })
      : named(error);
  }

  database.prepare = prepared as Database.Database['prepare'];
  return database;
}

function attempt<Result>(work: () => Result, translated: (error: unknown) => unknown): Result {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}
