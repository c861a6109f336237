/** Where cells of OpenDocument stand, whose rows, columns and cells are written once and repeated. */

import { importLimits } from '../contract/import-limits.ts';
import type { CellRange } from './cell-ranges.ts';

const tags =
  /<(?:table:(table|table-column|table-row|table-cell|covered-table-cell)|text:(?:span|p))(?=[\s/>])([^<>]*)>/gu;
const pattern = (name: string): RegExp => new RegExp(String.raw`\b(?:table|text):${name}="([^"]*)"`, 'u');
/** Made once: a document may hold hundreds of thousands of tags. */
const patterns = {
  style: pattern('style-name'),
  cellStyle: pattern('default-cell-style-name'),
  repeated: pattern('number-(?:rows|columns)-repeated'),
};
const named = (attributes: string, name: keyof typeof patterns): string =>
  attributes === '' ? '' : (patterns[name].exec(attributes)?.[1] ?? '');

/**
 * Of each sheet, in the order of the file, the places of the cells with a wanted style: their own, that of their row or column,
 * or that of words in them.
 */
export function cellsOf(content: string, isWanted: (style: string) => boolean): readonly (readonly CellRange[])[] {
  const sheets: CellRange[][] = [];
  let columns: string[] = [];
  let row = { style: '', top: 0, bottom: -1 };
  let left = 0;
  let cell: CellRange = { top: 0, left: 0, bottom: -1, right: -1 };
  for (const [, tag, attributes = ''] of content.matchAll(tags)) {
    if (tag === undefined) {
      if (isWanted(named(attributes, 'style'))) sheets.at(-1)?.push(cell);
      continue;
    }
    const count = Number(named(attributes, 'repeated') || 1);
    if (tag === 'table') {
      sheets.push([]);
      columns = [];
      row = { style: '', top: 0, bottom: -1 };
    } else if (tag === 'table-column') {
      const most = Math.min(count, importLimits.columns - columns.length);
      for (let at = 0; at < most; at += 1) columns.push(named(attributes, 'cellStyle'));
    } else if (tag === 'table-row') {
      const top = row.bottom + 1;
      row = { style: named(attributes, 'cellStyle'), top, bottom: top + count - 1 };
      left = 0;
    } else {
      const style = named(attributes, 'style') || row.style || columns[left] || '';
      cell = { top: row.top, left, bottom: row.bottom, right: left + count - 1 };
      if (isWanted(style)) sheets.at(-1)?.push(cell);
      left += count;
    }
  }
  return sheets;
}
