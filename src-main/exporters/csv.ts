/** Tables as CSV: UTF-8 with its mark, so that Excel reads Japanese, and no cell that a spreadsheet would compute. */

import type { TableFile } from '../contract/entities.ts';

export type Cell = string | number | boolean | null;

/** Lines end as RFC 4180 asks. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `\ufeff${rows.map((row) => row.map(written).join(',')).join('\r\n')}\r\n`;
}

export function csvFile(fileName: string, rows: readonly (readonly Cell[])[]): TableFile {
  return { fileName, mediaType: 'text/csv;charset=utf-8', base64: Buffer.from(csvOf(rows)).toString('base64') };
}

/**
 * What a text begins with that a spreadsheet takes for a formula. An apostrophe before it makes it a text.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

function written(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
