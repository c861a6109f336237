/**
 * The event log: who did what and when. Rows are only ever added; the schema refuses anything else. What an edit of an
 * example said stands beside its row, so that it alone can be erased.
 */

import type { Database } from 'better-sqlite3';
import type { LogEntry, LogFilter } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';
import { fromUnsealedJson, insertInto } from './rows.ts';

export interface LogStore {
  append(entry: Omit<LogEntry, 'id' | 'texts'>): void;
  /** Takes what was edited of a subject out of its entries, which stay. @returns how many entries had texts */
  eraseTexts(subject: string): number;
  /** Lets no copy of what was erased stay in the database's journal. Outside a transaction. */
  scrub(): void;
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

/** With the texts that stand beside it; null where there are none. */
type ReadRow = LogRow & { readonly textValues: string | null; readonly textChanges: string | null };

/** Its `values` and `changes` are texts of the subject and stand beside the entry, so that `eraseTexts` can take them out again. */
const withTexts = 'example.changed';

const everything: LogFilter = { kind: '', by: '', subject: '', text: '', from: null, until: null };

export function createLogStore(database: Database): LogStore {
  const insert = insertInto<Omit<LogRow, 'id'>>(database, 'log', ['at', 'by', 'kind', 'subject', 'values', 'changes']);
  const insertTexts = database.prepare<[{ logId: number | bigint; subject: string; values: string; changes: string }]>(
    'INSERT INTO logTexts (logId, subject, "values", changes) VALUES (@logId, @subject, @values, @changes)',
  );
  const erase = database.prepare<[string]>('DELETE FROM logTexts WHERE subject = ?');
  const select = database.prepare<[Pick<LogFilter, 'kind' | 'by' | 'from' | 'until'>], ReadRow>(
    `SELECT log.*, logTexts."values" AS textValues, logTexts.changes AS textChanges
    FROM log LEFT JOIN logTexts ON logTexts.logId = log.id
    WHERE (@kind = '' OR kind = @kind) AND (@by = '' OR "by" = @by)
      AND (@from IS NULL OR at >= @from) AND (@until IS NULL OR at < @until)
    ORDER BY id DESC`,
  );
  const distinct = (column: 'kind' | 'by') =>
    database.prepare<[], string>(`SELECT DISTINCT "${column}" FROM log ORDER BY 1`).pluck();
  const [kinds, people] = [distinct('kind'), distinct('by')];
  return {
    append({ values, changes, ...entry }) {
      const erasable = entry.kind === withTexts;
      const texts = { values: JSON.stringify(values), changes: JSON.stringify(changes) };
      const { lastInsertRowid } = insert.run({ ...entry, ...(erasable ? { values: '{}', changes: '[]' } : texts) });
      if (erasable) insertTexts.run({ logId: lastInsertRowid, subject: entry.subject, ...texts });
    },
    eraseTexts: (subject) => erase.run(subject).changes,
    scrub: () => void database.pragma('wal_checkpoint(TRUNCATE)'),
    newest(limit = Infinity, filter = {}) {
      const { subject, text, ...rest } = { ...everything, ...filter };
      const [subjectPart, textPart] = [foldText(subject), foldText(text)];
      const found: LogEntry[] = [];
      for (const row of select.iterate(rest)) {
        if (found.length >= limit) break;
        const entry = entryOf(database, row);
        if (foldText(entry.subject).includes(subjectPart) && says(entry, textPart)) found.push(entry);
      }
      return found;
    },
    kinds: () => kinds.all(),
    people: () => people.all(),
  };
}

function entryOf(database: Database, { textValues, textChanges, ...row }: ReadRow): LogEntry {
  const read = <Value extends object>(text: string) => fromUnsealedJson<Value>(database, `log ${row.id}`, text);
  return {
    ...row,
    values: read<LogEntry['values']>(textValues ?? row.values),
    changes: read<LogEntry['changes']>(textChanges ?? row.changes),
    texts: row.kind !== withTexts ? 'none' : textChanges === null ? 'erased' : 'erasable',
  };
}

/** @param part folded */
function says({ by, subject, values, changes }: LogEntry, part: string): boolean {
  if (part === '') return true;
  const said = [by, subject, ...Object.values(values), ...changes.flatMap(({ before, after }) => [before, after])];
  return said.some((each) => foldText(String(each ?? '')).includes(part));
}
