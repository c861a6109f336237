/** The importers' door: any pasted text or file becomes a table with named columns. */

import { OfficeError } from '../contract/errors.ts';
import { readDelimited } from './delimited.ts';
import { decodeText } from './encodings.ts';
import { columnLetter, isHeading } from './headings.ts';
import { readJsonLines } from './json-lines.ts';
import { readQuestionBlocks } from './question-blocks.ts';
import { readSpreadsheet, spreadsheetKind } from './spreadsheet.ts';
import { type Table, withoutEmptyRows } from './table.ts';

export { proposeMapping } from './headings.ts';
export { checkRows, type CheckedRows, type CompleteMapping } from './rows.ts';
export type { Table } from './table.ts';

/** A table and whether its first row named the columns. */
export interface ImportedTable extends Table {
  readonly hasHeading: boolean;
}

/** @throws OfficeError import-empty, import-one-column */
export function readText(text: string, encoding = 'UTF-8'): ImportedTable {
  const content = text.replace(/^\uFEFF/u, '');
  if (content.trim() === '') throw new OfficeError('import-empty');
  const blocks = readQuestionBlocks(content);
  if (blocks) return { encoding, delimiter: 'Q/A', columns: ['question', 'answer'], rows: blocks, hasHeading: true };
  const objects = readJsonLines(content);
  if (objects) {
    const table = toTable(objects, encoding, 'jsonl');
    // The heading was made from the keys, so the first object stands on line 1.
    return { ...table, rows: table.rows.map((row) => ({ ...row, row: row.row - 1 })) };
  }
  const { delimiter, rows } = readDelimited(content);
  return toTable(rows, encoding, delimiter);
}

/** @throws OfficeError import-empty, import-one-column, import-undecodable, import-unreadable */
export async function readFile(bytes: Uint8Array, fileName: string): Promise<ImportedTable> {
  if (bytes.length === 0) throw new OfficeError('import-empty');
  const kind = spreadsheetKind(bytes);
  if (kind === 'old-office')
    throw new OfficeError('import-unreadable', { file: fileName, reason: 'old Excel format; save it as .xlsx or CSV' });
  if (kind === 'xlsx') return toTable(await readSpreadsheet(bytes, fileName), 'UTF-8', 'xlsx');
  const { text, encoding } = await decodeText(bytes, fileName);
  return readText(text, encoding);
}

function toTable(cells: readonly (readonly string[])[], encoding: string, delimiter: string): ImportedTable {
  const rows = withoutEmptyRows(cells);
  const first = rows[0];
  if (!first) throw new OfficeError('import-empty');
  const width = Math.max(...rows.map((row) => row.cells.length));
  if (width < 2) throw new OfficeError('import-one-column', { delimiter });
  const hasHeading = delimiter === 'jsonl' || isHeading(first.cells);
  const columns = Array.from(
    { length: width },
    (_, index) => (hasHeading && first.cells[index]) || columnLetter(index),
  );
  const data = hasHeading ? rows.slice(1) : rows;
  if (data.length === 0) throw new OfficeError('import-empty');
  return { encoding, delimiter, columns, rows: data, hasHeading };
}
