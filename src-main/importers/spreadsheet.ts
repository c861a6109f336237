/** Excel workbooks (.xlsx): the first sheet as text cells. */

import type { CellValue } from 'read-excel-file/node';
import { OfficeError } from '../contract/errors.ts';

/** By the first bytes, because names lie: a ZIP is a workbook, an OLE file an old one. */
export function spreadsheetKind(bytes: Uint8Array): 'xlsx' | 'old-office' | null {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (magic === '504b0304') return 'xlsx';
  return magic === 'd0cf11e0' ? 'old-office' : null;
}

/** @throws OfficeError import-unreadable */
export async function readSpreadsheet(bytes: Uint8Array, fileName: string): Promise<readonly (readonly string[])[]> {
  try {
    // Loaded with the first workbook, not with every start of the app.
    const { readSheet } = await import('read-excel-file/node');
    const rows = await readSheet(Buffer.from(bytes));
    return rows.map((cells) => cells.map(toCell));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OfficeError('import-unreadable', { file: fileName, reason }, { cause: error });
  }
}

function toCell(value: CellValue | null): string {
  if (value === null) return '';
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/u, '') : String(value);
}
