/** Separated text (CSV as in RFC 4180, TSV and their kin): read in one pass, with a complaint for whatever is not regular. */

import { OfficeError } from '../contract/errors.ts';
import { type Budget, columnLetter, TableBudget } from './limits.ts';

/** A row of cells with its place. `stray` is the first cell (from 0) with text behind its closing quote. */
export interface SeparatedRow {
  /** As a spreadsheet counts it, from 1: line ends within quotes do not count. */
  readonly row: number;
  readonly cells: readonly string[];
  readonly stray: number | null;
}

const quote = 0x22;
const newLine = 0x0a;
const carriageReturn = 0x0d;

/**
 * All rows, empty ones included. A quote opens a quoted cell only at its beginning; anywhere else it is a character.
 * @throws OfficeError import-quote-open with row and column of a quote that is never closed; the limits of `budget`
 */
export function* separatedRows(
  text: string,
  separator: string,
  budget: Budget = new TableBudget(),
): Generator<SeparatedRow> {
  const divider = separator.charCodeAt(0);
  let cells: string[] = [];
  let stray: number | null = null;
  let row = 1;
  let at = 0;
  while (at <= text.length) {
    const cell = text.charCodeAt(at) === quote ? quotedCell(text, at, divider, { row, column: cells.length }) : null;
    const end = cell?.end ?? endOfCell(text, at, divider);
    const value = cell?.value ?? text.slice(at, end);
    budget.cell(row, cells.length, value.length);
    if (cell?.stray) stray ??= cells.length;
    cells.push(value);
    at = end + 1;
    if (text.charCodeAt(end) === divider && end < text.length) continue;
    if (text.charCodeAt(end) === carriageReturn && text.charCodeAt(at) === newLine) at += 1;
    // The end of the last line begins no further row.
    if (end >= text.length && cells.length === 1 && value === '') return;
    if (cells.some((each) => each !== '')) budget.row();
    yield { row, cells, stray };
    cells = [];
    stray = null;
    row += 1;
    if (end >= text.length) return;
  }
}

/** Of a cell that begins with a quote: its value without quotes, and where it ends. */
function quotedCell(text: string, begin: number, divider: number, place: { row: number; column: number }) {
  const parts: string[] = [];
  for (let at = begin + 1; ;) {
    const close = text.indexOf('"', at);
    if (close < 0) throw openQuote(place);
    parts.push(text.slice(at, close));
    if (text.charCodeAt(close + 1) === quote) {
      parts.push('"');
      at = close + 2;
      continue;
    }
    const end = endOfCell(text, close + 1, divider);
    const rest = text.slice(close + 1, end);
    const value = parts.join('');
    if (rest.trim() === '') return { value, end, stray: false };
    // Over several lines, this is most likely a quote that was never closed and met the next one.
    if (/[\r\n]/u.test(value)) throw openQuote(place);
    return { value: text.slice(begin, end), end, stray: true };
  }
}

const openQuote = ({ row, column }: { row: number; column: number }): OfficeError =>
  new OfficeError('import-quote-open', { row, column: columnLetter(column) });

function endOfCell(text: string, begin: number, divider: number): number {
  for (let at = begin; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === divider || code === newLine || code === carriageReturn) return at;
  }
  return text.length;
}

const separators = ['\t', ',', ';', '|'] as const;
/** What is looked at to find the separator. */
const lookedAt = { rows: 200, characters: 200_000 } as const;

/**
 * The separator, and the text behind a line `sep=;` with which Excel names it.
 * Without one: what gives most rows the same number of columns, and more than one. A tab wins a tie: people paste from Excel.
 */
export function findSeparator(text: string): { readonly separator: string; readonly body: string } {
  const named = /^"?sep=([^\r\n"])"?(?:\r\n|\r|\n)/iu.exec(text);
  if (named) return { separator: named[1]!, body: text.slice(named[0].length) };
  let best: { separator: string; share: number } = { separator: ',', share: 0 };
  for (const separator of separators) {
    const share = regularShare(text, separator);
    if (share > best.share) best = { separator, share };
  }
  return { separator: best.separator, body: text };
}

/** The largest share of rows that have the same number of cells, and more than one. */
function regularShare(text: string, separator: string): number {
  const widths: number[] = [];
  const part = text.slice(0, lookedAt.characters);
  try {
    for (const { cells } of separatedRows(part, separator, unlimited)) {
      if (widths.length >= lookedAt.rows) break;
      if (cells.some((cell) => cell.trim() !== '')) widths.push(cells.length);
    }
  } catch {
    // A quote that stays open, perhaps only because of the cut: what was read until then counts; reading itself will say it.
  }
  // The cut may have gone through the last row.
  if (part.length < text.length && widths.length > 1) widths.pop();
  const counts = [...Map.groupBy(widths, (width) => width)].filter(([width]) => width > 1);
  const most = counts.reduce((largest, [, members]) => Math.max(largest, members.length), 0);
  return most / Math.max(1, widths.length);
}

/** Finding the separator refuses nothing. */
const unlimited: Budget = { cell: () => {}, row: () => {} };
