/** The event log: who did what and when. Rows are only ever added; the schema refuses anything else. */

import type { Database } from 'better-sqlite3';
import type { LogEntry, LogFilter } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';
import { insertInto } from './rows.ts';

export interface LogStore {
  append(entry: Omit<LogEntry, 'id'>): void;
  /** Those that the filter lets through, newest first; without a limit all of them. */
  newest(limit?: number, filter?: Partial<LogFilter>): readonly LogEntry[];
  /** What occurs, each once, in order. */
  kinds(): readonly string[];
  people(): readonly string[];
}

interface LogRow {
  id: number;
  at: string;
  by: string;
  kind: string;
  subject: string;
  values: string;
  changes: string;
}

const everything: LogFilter = { kind: '', by: '', subject: '', text: '', from: null, until: null };

export function createLogStore(database: Database): LogStore {
  const insert = insertInto<Omit<LogRow, 'id'>>(database, 'log', ['at', 'by', 'kind', 'subject', 'values', 'changes']);
  const select = database.prepare<[Pick<LogFilter, 'kind' | 'by' | 'from' | 'until'>], LogRow>(
    `SELECT * FROM log
    WHERE (@kind = '' OR kind = @kind) AND (@by = '' OR "by" = @by)
      AND (@from IS NULL OR at >= @from) AND (@until IS NULL OR at < @until)
    ORDER BY id DESC`,
  );
  const distinct = (column: 'kind' | 'by') =>
    database.prepare<[], string>(`SELECT DISTINCT "${column}" FROM log ORDER BY 1`).pluck();
  const [kinds, people] = [distinct('kind'), distinct('by')];
  return {
    append: (entry) =>
      void insert.run({ ...entry, values: JSON.stringify(entry.values), changes: JSON.stringify(entry.changes) }),
    newest(limit = Infinity, filter = {}) {
      const { subject, text, ...rest } = { ...everything, ...filter };
      const [subjectPart, textPart] = [foldText(subject), foldText(text)];
      const found: LogEntry[] = [];
      for (const row of select.iterate(rest)) {
        if (found.length >= limit) break;
        const entry = entryOf(row);
        if (foldText(entry.subject).includes(subjectPart) && says(entry, textPart)) found.push(entry);
      }
      return found;
    },
    kinds: () => kinds.all(),
    people: () => people.all(),
  };
}

function entryOf(row: LogRow): LogEntry {
  return {
    ...row,
    values: JSON.parse(row.values) as LogEntry['values'],
    changes: JSON.parse(row.changes) as LogEntry['changes'],
  };
}

/** @param part folded */
function says({ by, subject, values, changes }: LogEntry, part: string): boolean {
  if (part === '') return true;
  const said = [by, subject, ...Object.values(values), ...changes.flatMap(({ before, after }) => [before, after])];
  return said.some((each) => foldText(String(each ?? '')).includes(part));
}
