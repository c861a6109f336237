/** From mapped rows to examples, or to errors that name the row and the column. */

import type { ColumnMapping, RowError } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { toItsEnd } from '../domain/to-its-end.ts';
import { normaliseText, questionKey } from '../domain/normalise.ts';
import { proposeMapping } from './headings.ts';
import { shorten, type Table, type TableRow } from './table.ts';

export interface ImportedExample {
  /** Where it stood, as a spreadsheet counts rows. */
  readonly row: number;
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

export interface CheckOptions {
  /** Whether a pair is collected already: once more is an error. null: pairs may repeat, also within the table. */
  readonly present: ((pair: Pick<ImportedExample, 'question' | 'answer'>) => boolean) | null;
  /** Whether texts must fit what the window takes for one example. */
  readonly limited: boolean;
}

/** Rows that the reader could not use are among the errors, in the order of the file. */
export function checkRows(table: Table, mapping: CompleteMapping, options?: CheckOptions): CheckedRows {
  return toItsEnd(checkingRows(table, mapping, options));
}

/** The same of very many rows, with a stop after each. */
export function* checkingRows(
  table: Table,
  mapping: CompleteMapping,
  { present, limited }: CheckOptions = { present: () => false, limited: true },
): Generator<void, CheckedRows> {
  const seen = present && { has: present, keys: new Set<string>() };
  const examples: ImportedExample[] = [];
  const errors: RowError[] = [];
  for (const row of table.rows) {
    yield;
    const example = pick(row, mapping);
    const error =
      checkRow(table, row, mapping, example) ??
      (limited ? checkLength(table, row, mapping, example) : null) ??
      checkSeen(table, row, mapping, example, seen);
    if (error) errors.push(error);
    else {
      seen?.keys.add(pairKey(example));
      examples.push(example);
    }
  }
  const all = [...table.problems, ...errors];
  return { examples, errors: all.toSorted((one, other) => one.row - other.row) };
}

function pick({ row, cells }: TableRow, mapping: CompleteMapping): ImportedExample {
  const category = mapping.category === null ? '' : (cells[mapping.category] ?? '');
  return { row, question: cells[mapping.question] ?? '', answer: cells[mapping.answer] ?? '', category };
}

/** Something that a person can see. */
const visible = /[^\s\p{Cf}]/u;

const fields = ['question', 'answer', 'category'] as const;

const nameOf = (table: Table, column: number | null): string => table.columns[column ?? -1] ?? '';

function checkRow(
  table: Table,
  { row, cells, faults = [] }: TableRow,
  mapping: CompleteMapping,
  example: ImportedExample,
): RowError | null {
  const used = fields.map((field) => mapping[field]);
  const fault = faults.find(({ column }) => used.includes(column));
  if (fault) return { row, column: nameOf(table, fault.column), code: fault.code, value: fault.value };
  for (const field of ['question', 'answer'] as const) {
    const column = nameOf(table, mapping[field]);
    const value = shorten(cells.join(' ').trim());
    if (mapping[field] >= cells.length) return { row, column, code: 'missing-column', value };
    if (!visible.test(example[field])) return { row, column, code: `empty-${field}`, value };
  }
  return null;
}

function checkLength(
  table: Table,
  { row }: TableRow,
  mapping: CompleteMapping,
  example: ImportedExample,
): RowError | null {
  const field = fields.find((each) => example[each].length > limits[each]);
  return field
    ? { row, column: nameOf(table, mapping[field]), code: 'too-long', value: shorten(example[field]) }
    : null;
}

function checkSeen(
  table: Table,
  { row }: TableRow,
  mapping: CompleteMapping,
  example: ImportedExample,
  seen: { readonly has: NonNullable<CheckOptions['present']>; readonly keys: ReadonlySet<string> } | null,
): RowError | null {
  if (!seen || !(seen.keys.has(pairKey(example)) || seen.has(example))) return null;
  return { row, column: nameOf(table, mapping.question), code: 'duplicate-row', value: shorten(example.question) };
}

function pairKey({ question, answer }: Pick<ImportedExample, 'question' | 'answer'>): string {
  return `${questionKey(question)}\0${normaliseText(answer)}`;
}

/**
 * Question and answer where nobody can be asked. @throws OfficeError import-columns-alike, import-mapping-incomplete
 */
export function foundMapping({ columns, hasHeading, rows, notices }: Table): CompleteMapping {
  const alike = notices.find(({ code, values }) => code === 'columns-alike' && values['role'] !== 'category');
  if (alike) throw new OfficeError('import-columns-alike', alike.values);
  const mapping = proposeMapping(hasHeading ? columns : null, columns.length, rows);
  return { ...completeMapping(mapping, columns.length), category: null };
}

/** @throws OfficeError import-mapping-incomplete where question or answer has no column, or both have the same one */
export function completeMapping({ question, answer, category }: ColumnMapping, width: number): CompleteMapping {
  const exists = (column: number | null) => column === null || column < width;
  if (question === null || answer === null || question === answer || ![question, answer, category].every(exists))
    throw new OfficeError('import-mapping-incomplete');
  return { question, answer, category };
}
