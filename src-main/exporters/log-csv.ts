/** The event log as CSV: a row for every field that was changed, one where none was. */

import type { LogEntry } from '../contract/entities.ts';
import { csvOf } from './csv.ts';

const headings = ['id', 'at_utc', 'by', 'event', 'subject', 'field', 'before', 'after', 'details'] as const;

export function logCsv(entries: readonly LogEntry[]): string {
  return csvOf([headings, ...entries.flatMap(rowsOf)]);
}

function rowsOf({ id, at, by, kind, subject, values, changes }: LogEntry) {
  const details = Object.entries(values).map(([name, value]) => `${name}: ${value ?? ''}`);
  // A spreadsheet takes this form for a time, the one of ISO 8601 for a text.
  const written = [id, at.slice(0, 19).replace('T', ' '), by, kind, subject];
  const fields = changes.length > 0 ? changes : [{ field: '', before: null, after: null }];
  return fields.map(({ field, before, after }) => [...written, field, before, after, details.join('; ')]);
}
