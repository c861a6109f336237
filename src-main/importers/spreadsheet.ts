/** Workbooks of Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods): the texts that people see in one sheet. */

import type { CellObject } from '@e965/xlsx';
import type { ImportNotice, ImportSheet } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { columnLetter, TableBudget } from './limits.ts';
import { openWorkbook, type OpenWorkbook, uncomputedMark } from './open-workbook.ts';
import { type CellFault, type Grid, shorten, type TableRow, toRow } from './table.ts';
import { showValue } from './number-format.ts';
import { finder } from './cell-ranges.ts';

/** Sheets read by themselves for one that is not empty, before all are read to find those that hold something. */
const mostEmpty = 50;

/**
 * @param wanted name of the sheet to read; undefined: the first one that is shown and not empty.
 * @throws OfficeError what `openWorkbook` refuses, import-empty, and the limits on sizes
 */
export async function readSpreadsheet(bytes: Uint8Array, fileName: string, wanted?: string): Promise<Grid> {
  const workbook = await openWorkbook(bytes, fileName);
  const sheets = workbook.sheets();
  const shown = sheets.filter(({ hidden }) => !hidden);
  const candidates = wanted === undefined ? shown : sheets.filter(({ name }) => name === wanted);
  let last: Grid | null = null;
  for (const { name } of likely(workbook, candidates)) {
    last = { ...readSheet(workbook, name), sheets };
    if (last.rows.length > 0) return last;
  }
  if (!last || wanted === undefined) throw new OfficeError('import-empty');
  return last;
}

/** The first of some sheets; where they turn out to be empty, the first of the others that hold something. */
function* likely(workbook: OpenWorkbook, sheets: readonly ImportSheet[]): Generator<ImportSheet> {
  yield* sheets.slice(0, mostEmpty);
  if (sheets.length <= mostEmpty) return;
  const filled = workbook.filled();
  yield* sheets
    .slice(mostEmpty)
    .filter(({ name }) => filled.has(name))
    .slice(0, mostEmpty);
}

function readSheet(workbook: OpenWorkbook, name: string): Omit<Grid, 'sheets'> {
  const { kind } = workbook;
  const { book, sheet, isHidden, otherwise } = workbook.sheet(name);
  const system1904 = book.Workbook?.WBProps?.date1904 === true;
  const budget = new TableBudget();
  const isConditional = finder(otherwise.byCondition);
  const isStruck = finder(otherwise.struck);
  const rows: TableRow[] = [];
  const hiddenColumns = new Set<number>();
  let shortDates = 0;
  let hiddenRows = 0;
  let hiddenZeros = 0;
  // Rows and cells that are not there are holes, which `forEach` passes over.
  const data = sheet['!data'] ?? [];
  data.forEach((line: readonly (CellObject | undefined)[] | undefined, at: number) => {
    // Filtered out or hidden by hand: nobody sees it.
    if (isHidden('rows', at)) {
      if (line?.some((cell) => cell && !isBlank(cell))) hiddenRows += 1;
      return;
    }
    const cells: string[] = [];
    const faults: CellFault[] = [];
    line?.forEach((cell, column) => {
      if (!cell || isBlank(cell)) return;
      budget.cell(at + 1, column, String(cell.v ?? '').length);
      if (isHidden('columns', column)) {
        hiddenColumns.add(column);
        return;
      }
      if (otherwise.hidesZeros && cell.t === 'n' && cell.v === 0) {
        hiddenZeros += 1;
        return;
      }
      const condition = isStruck(at, column)
        ? 'struck-through'
        : typeof cell.v === 'number' && isConditional(at, column)
          ? 'shown-by-condition'
          : null;
      const text = isUncomputed(cell) || condition ? null : shownText(cell, kind, system1904);
      if (isShortDate(cell) && !isBeside(cell, kind)) shortDates += 1;
      while (cells.length < column) cells.push('');
      cells[column] = text ?? '';
      if (text === null || cell.t === 'e') faults.push({ column, ...faultOf(cell, condition) });
    });
    const row = toRow(at + 1, cells, faults);
    if (!row) return;
    budget.row();
    rows.push(row);
  });
  const columns = shorten(
    [...hiddenColumns]
      .toSorted((one, other) => one - other)
      .map(columnLetter)
      .join(', '),
  );
  const counted = [
    { code: 'short-dates', values: { count: shortDates } },
    { code: 'hidden-zeros', values: { count: hiddenZeros } },
    { code: 'hidden-rows', values: { count: hiddenRows } },
    { code: 'hidden-columns', values: { count: hiddenColumns.size, columns } },
  ] as const;
  const notices: readonly ImportNotice[] = counted.filter(({ values }) => values.count > 0);
  const shown = withoutColumns(rows, (column) => isHidden('columns', column));
  return { encoding: 'UTF-8', delimiter: kind, keys: null, ...shown, problems: [], notices, sheet: name };
}

/** The rows without what stands in hidden columns, and the letters of those that are left. */
function withoutColumns(
  rows: readonly TableRow[],
  isHidden: (column: number) => boolean,
): Pick<Grid, 'rows' | 'letters'> {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const all = Array.from({ length: width }, (_, column) => column);
  const shown = all.filter((column) => !isHidden(column));
  if (shown.length === width) return { rows };
  const places = new Map(shown.map((column, place) => [column, place]));
  return {
    letters: shown.map(columnLetter),
    rows: rows.map(({ cells, faults, ...row }) => ({
      ...row,
      cells: cells.filter((_, column) => places.has(column)),
      ...(faults && { faults: faults.map((fault) => ({ ...fault, column: places.get(fault.column)! })) }),
    })),
  };
}

/** A formula whose result is not in the file, as programs write it that do not compute: blank for the library. */
const isUncomputed = ({ t, f, v }: CellObject): boolean =>
  (t === 'z' && f !== undefined) || (typeof v === 'string' && v.startsWith(uncomputedMark));
const isBlank = (cell: CellObject): boolean => cell.t === 'z' && !isUncomputed(cell);

function faultOf(
  cell: CellObject,
  condition: 'struck-through' | 'shown-by-condition' | null,
): Omit<CellFault, 'column'> {
  const { t, v, w, z, f } = cell;
  const formula = t === 'z' ? String(f) : String(v).slice(uncomputedMark.length);
  if (isUncomputed(cell)) return { code: 'not-computed', value: shorten(`=${formula}`) };
  if (condition) return { code: condition, value: shorten(String(v)) };
  if (t === 'e') return { code: 'cell-error', value: shorten(w ?? String(v)) };
  return { code: 'cannot-be-shown', value: shorten(`${String(v)} (${String(z ?? 'General')})`) };
}

/** OpenDocument keeps what is shown beside the value. */
const isBeside = ({ w }: CellObject, kind: OpenWorkbook['kind']): boolean =>
  kind === 'ods' && w !== undefined && w !== '';

/** null where it cannot be said what people see. */
function shownText(cell: CellObject, kind: OpenWorkbook['kind'], system1904: boolean): string | null {
  const { t, v, w } = cell;
  if (t === 'e') return w ?? String(v);
  if (isBeside(cell, kind)) return w!;
  // Written as a number that is too large for one: the library shows an error of another kind.
  if (typeof v === 'number' && !Number.isFinite(v)) return null;
  if (t === 'b') return v === true ? 'TRUE' : 'FALSE';
  const format = shownFormat(cell);
  // Without it, its own formats are not known well enough here.
  if (format === null || (kind === 'ods' && typeof v === 'number' && !plainOpenDocument.has(format))) return null;
  if (typeof v === 'string') return hasTextSection(format) ? showValue(v, format, system1904) : v;
  return typeof v === 'number' ? showValue(v, format, system1904) : null;
}

/** What the library assumes of numbers, dates and times whose style says nothing. */
const plainOpenDocument: ReadonlySet<string> = new Set(['General', 'yyyy/m/d', 'HH:MM:SS']);

/** Only a format for text changes a text. */
const hasTextSection = (format: string): boolean => format !== '@' && /@|;[^;]*;[^;]*;/u.test(format);

/** The short date of the system (format 14 and, with the time, 22): people see it in the order that their PC is set to. */
const systemDates: Readonly<Record<string, string>> = { 'm/d/yy': 'yyyy/m/d', 'm/d/yy h:mm': 'yyyy/m/d h:mm' };
const isShortDate = ({ t, z }: CellObject): boolean => t === 'n' && String(z) in systemDates;

function shownFormat({ z, XF }: CellObject & { readonly XF?: { readonly numFmtId?: number } }): string | null {
  const number = XF?.numFmtId ?? 0;
  // Formats that differ from language to language, and of which an old file does not say which is meant.
  if ((number >= 27 && number <= 36) || (number >= 50 && number <= 58)) return null;
  const format = z === undefined ? 'General' : String(z);
  return systemDates[format] ?? format;
}
