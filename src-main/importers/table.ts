/** What every reader produces: a grid of texts in which rows remember where they stood, and what is wrong with them. */

import type { ImportNotice, ImportSheet, RowError } from '../contract/entities.ts';
import { hasBrokenCharacter } from './broken-characters.ts';

/** Why the text of one cell must not be taken, although the row is there. Counts only where its column is used. */
export interface CellFault {
  /** From 0. */
  readonly column: number;
  readonly code: Extract<
    RowError['code'],
    | 'cannot-be-shown'
    | 'shown-by-condition'
    | 'struck-through'
    | 'cell-error'
    | 'not-computed'
    | 'not-text'
    | 'broken-character'
  >;
  readonly value: string;
}

export interface TableRow {
  /** As a spreadsheet counts it, from 1. */
  readonly row: number;
  readonly cells: readonly string[];
  readonly faults?: readonly CellFault[];
}

/** Everything that a reader found, before it is known which row names the columns. */
export interface Grid {
  readonly encoding: string;
  /** The character, or what stood in for it: `Q/A`, `xlsx`, `json`, `jsonl`. */
  readonly delimiter: string;
  /** Names of the columns where the format itself has them, as JSON and talk do; otherwise a row may hold them. */
  readonly keys: readonly string[] | null;
  /** Of each column, where they are not A, B, C: those between them are hidden. */
  readonly letters?: readonly string[];
  /** Rows with content only. */
  readonly rows: readonly TableRow[];
  /** Rows that could not be read at all. */
  readonly problems: readonly RowError[];
  readonly notices: readonly ImportNotice[];
  /** Of a workbook. */
  readonly sheets: readonly ImportSheet[];
  readonly sheet: string | null;
}

export interface Table extends Omit<Grid, 'keys' | 'letters'> {
  readonly columns: readonly string[];
  /** Whether something named the columns. */
  readonly hasHeading: boolean;
  /** The row that names the columns; null where none does. */
  readonly headingRow: number | null;
  /** The first rows as they stand in the file, to choose the headings from; empty where the format names its columns. */
  readonly top: readonly TableRow[];
}

/** Errors and choices show the beginning of what was found. */
const shownLength = 80;

export function shorten(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

/** The row without blanks around its cells, and with its broken cells marked; null where nothing stands in it. */
export function toRow(row: number, cells: readonly string[], faults: readonly CellFault[] = []): TableRow | null {
  const trimmed = cells.map((cell) => cell.trim());
  if (faults.length === 0 && trimmed.every((cell) => cell === '')) return null;
  return markBroken({ row, cells: trimmed, faults });
}

/** The row with its broken cells marked. */
export function markBroken({ row, cells, faults = [] }: TableRow): TableRow {
  const broken = cells.flatMap((cell, column): readonly CellFault[] =>
    hasBrokenCharacter(cell) ? [{ column, code: 'broken-character', value: shorten(cell) }] : [],
  );
  const all = [...faults, ...broken];
  return all.length === 0 ? { row, cells } : { row, cells, faults: all };
}
