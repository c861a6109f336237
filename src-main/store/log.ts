/** The event log: who did what and when. Rows are only ever added; the schema refuses anything else. */

import type { Database } from 'better-sqlite3';
import type { LogEntry } from '../contract/entities.ts';
import { insertInto } from './rows.ts';

export interface LogStore {
  append(entry: Omit<LogEntry, 'id'>): void;
  /** Newest first. */
  newest(limit: number): readonly LogEntry[];
}

interface LogRow {
  id: number;
  at: string;
  by: string;
  kind: string;
  subject: string;
  values: string;
}

export function createLogStore(database: Database): LogStore {
  const insert = insertInto<Omit<LogRow, 'id'>>(database, 'log', ['at', 'by', 'kind', 'subject', 'values']);
  const select = database.prepare<[number], LogRow>('SELECT * FROM log ORDER BY id DESC LIMIT ?');
  return {
    append: (entry) => void insert.run({ ...entry, values: JSON.stringify(entry.values) }),
    newest: (limit) =>
      select.all(limit).map((row) => ({ ...row, values: JSON.parse(row.values) as LogEntry['values'] })),
  };
}
