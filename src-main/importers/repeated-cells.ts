/** OpenDocument writes a cell once and says how often it stands there, so that a short file can be a table without end. */

import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';

const tags = /<(\/?)table:(table-row|table-cell|covered-table-cell)\b([^>]*?)(\/?)>/gu;

/**
 * Counts the cells with content of all sheets, repeated ones as often as they are repeated.
 * @throws OfficeError import-too-many-cells, import-too-many-columns
 */
export function repeatedCells(content: string): void {
  let rows = 1;
  let row = 0;
  let column = 0;
  let cells = 0;
  for (const [, closing, name, attributes = '', empty] of content.matchAll(tags)) {
    if (closing) continue;
    if (name === 'table-row') {
      rows = repeated(attributes, 'rows');
      row += rows;
      column = 0;
      continue;
    }
    const count = repeated(attributes, 'columns');
    column += count;
    if (empty && !/office:(?:value|string-value|date-value|time-value|boolean-value)/u.test(attributes)) continue;
    if (column > importLimits.columns)
      throw new OfficeError('import-too-many-columns', { row, most: importLimits.columns });
    cells += rows * count;
    if (cells > importLimits.cells) throw new OfficeError('import-too-many-cells', { most: importLimits.cells });
  }
}

function repeated(attributes: string, what: 'rows' | 'columns'): number {
  return Number(new RegExp(`table:number-${what}-repeated="(\\d+)"`, 'u').exec(attributes)?.[1] ?? 1);
}
