/** Small helpers that keep SQL out of sight where it is only a list of columns. */

import type { Database, Statement } from 'better-sqlite3';
import { OfficeError } from '../contract/errors.ts';

/** `INSERT INTO table` with a named parameter for each column. @param otherwise what happens to a row that is there. */
export function insertInto<Row extends object>(
  database: Database,
  table: string,
  columns: readonly (keyof Row & string)[],
  otherwise: '' | 'OR IGNORE' = '',
): Statement<[Row]> {
  return database.prepare(
    `INSERT ${otherwise} INTO ${table} (${columns.map(quote).join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
  );
}

/** `UPDATE table … WHERE key = @key` of the named columns. */
export function updateOf<Row extends object>(
  database: Database,
  table: string,
  key: keyof Row & string,
  columns: readonly (keyof Row & string)[],
): Statement<[Row]> {
  const assignments = columns.map((column) => `${quote(column)} = @${column}`).join(', ');
  return database.prepare(`UPDATE ${table} SET ${assignments} WHERE ${quote(key)} = @${key}`);
}

/** Highest `number` of a table plus one. */
export function nextNumber(database: Database, table: string): number {
  return Number(database.prepare(`SELECT COALESCE(MAX(number), 0) + 1 FROM ${table}`).pluck().get());
}

export function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/**
 * As `fromJson`, of rows that carry no seal: a letter of them may have become another on the disk.
 * @param at the row, as people find it: table and key
 * @throws OfficeError database-damaged
 */
export function fromUnsealedJson<Value extends object>(database: Database, at: string, text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Value;
  } catch {
    // Said below, as what is no object is.
  }
  throw new OfficeError('database-damaged', { path: database.name, reason: at });
}

/** The caller names the shape it wrote. */
export function fromJson<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value);
}

function quote(column: string): string {
  return `"${column}"`;
}
