/** Where cells of OpenDocument stand, whose rows, columns and cells are written once and repeated. */

import { importLimits } from '../contract/import-limits.ts';
import type { CellRange } from './shown-otherwise.ts';

const tags = /<table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>/gu;
const named = (attributes: string, name: string): string =>
  new RegExp(String.raw`\btable:${name}="([^"]*)"`, 'u').exec(attributes)?.[1] ?? '';

/** Of each sheet, in the order of the file, the places of the cells that are wanted, by their own style or that of their row or column. */
export function cellsOf(
  content: string,
  isWanted: (cell: { readonly style: string }) => boolean,
): readonly (readonly CellRange[])[] {
  const sheets: CellRange[][] = [];
  let columns: string[] = [];
  let row = { style: '', top: 0, bottom: -1 };
  let left = 0;
  for (const [, tag, attributes = ''] of content.matchAll(tags)) {
    const count = Number(named(attributes, 'number-(?:rows|columns)-repeated') || 1);
    if (tag === 'table') {
      sheets.push([]);
      columns = [];
      row = { style: '', top: 0, bottom: -1 };
    } else if (tag === 'table-column') {
      const most = Math.min(count, importLimits.columns - columns.length);
      for (let at = 0; at < most; at += 1) columns.push(named(attributes, 'default-cell-style-name'));
    } else if (tag === 'table-row') {
      const top = row.bottom + 1;
      row = { style: named(attributes, 'default-cell-style-name'), top, bottom: top + count - 1 };
      left = 0;
    } else {
      const style = named(attributes, 'style-name') || row.style || columns[left] || '';
      const right = left + count - 1;
      if (isWanted({ style })) sheets.at(-1)?.push({ top: row.top, left, bottom: row.bottom, right });
      left += count;
    }
  }
  return sheets;
}
