/** From mapped rows to examples, or to errors that name the row and the column. */

import type { ColumnMapping, RowError } from '../contract/entities.ts';
import { normaliseText, questionKey } from '../domain/normalise.ts';
import type { Table, TableRow } from './table.ts';

export interface ImportedExample {
  readonly question: string;
  readonly answer: string;
  readonly category: string;
}

export interface CheckedRows {
  readonly examples: readonly ImportedExample[];
  readonly errors: readonly RowError[];
}

export interface CompleteMapping extends ColumnMapping {
  readonly question: number;
  readonly answer: number;
}

/** As in the request schema for a single example. */
const limits = { question: 20_000, answer: 20_000, category: 200 };
/** Errors show the beginning of what was found. */
const shownLength = 80;

/** @param present examples that are already collected; the same pair once more is an error too. */
export function checkRows(
  table: Table,
  mapping: CompleteMapping,
  present: readonly Pick<ImportedExample, 'question' | 'answer'>[],
): CheckedRows {
  const seen = new Set(present.map(pairKey));
  const examples: ImportedExample[] = [];
  const errors: RowError[] = [];
  for (const row of table.rows) {
    const example = pick(row, mapping);
    const error = checkRow(table, row, mapping, example) ?? checkSeen(table, row, mapping, example, seen);
    if (error) errors.push(error);
    else {
      seen.add(pairKey(example));
      examples.push(example);
    }
  }
  return { examples, errors };
}

function pick({ cells }: TableRow, mapping: CompleteMapping): ImportedExample {
  const category = mapping.category === null ? '' : (cells[mapping.category] ?? '');
  return { question: cells[mapping.question] ?? '', answer: cells[mapping.answer] ?? '', category };
}

function checkRow(
  table: Table,
  { row, cells }: TableRow,
  mapping: CompleteMapping,
  example: ImportedExample,
): RowError | null {
  const at = (field: 'question' | 'answer' | 'category') => table.columns[mapping[field] ?? -1] ?? '';
  for (const field of ['question', 'answer'] as const) {
    if (mapping[field] >= cells.length)
      return { row, column: at(field), code: 'missing-column', value: shorten(cells.join(' ')) };
    if (example[field] === '')
      return { row, column: at(field), code: `empty-${field}`, value: shorten(cells.join(' ')) };
  }
  for (const field of ['question', 'answer', 'category'] as const) {
    if (example[field].length > limits[field])
      return { row, column: at(field), code: 'too-long', value: shorten(example[field]) };
  }
  return null;
}

function checkSeen(
  table: Table,
  { row }: TableRow,
  mapping: CompleteMapping,
  example: ImportedExample,
  seen: ReadonlySet<string>,
): RowError | null {
  if (!seen.has(pairKey(example))) return null;
  return {
    row,
    column: table.columns[mapping.question] ?? '',
    code: 'duplicate-row',
    value: shorten(example.question),
  };
}

function pairKey({ question, answer }: Pick<ImportedExample, 'question' | 'answer'>): string {
  return `${questionKey(question)}\0${normaliseText(answer)}`;
}

function shorten(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
