/** Rows of OpenDocument that are hidden by hand or by a filter, which the spreadsheet library does not tell apart. */

import { importLimits } from '../contract/import-limits.ts';

const tags = /<table:(table|table-row)(?=[\s/>])([^>]*)>/gu;
/** https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema, 19.749 */
const notVisible = /\btable:visibility="(?:collapse|filter)"/u;

/** Of each sheet, in the order of the file: the places of its hidden rows, from 0. */
export function hiddenRows(content: string): readonly ReadonlySet<number>[] {
  const sheets: Set<number>[] = [];
  let row = 0;
  for (const [, tag, attributes = ''] of content.matchAll(tags)) {
    if (tag === 'table') {
      sheets.push(new Set());
      row = 0;
      continue;
    }
    const repeated = Number(/\btable:number-rows-repeated="(\d+)"/u.exec(attributes)?.[1] ?? 1);
    // What is repeated further than that holds nothing, or is refused for its number.
    const last = row + Math.min(repeated, importLimits.rows);
    if (notVisible.test(attributes)) for (let at = row; at < last; at += 1) sheets.at(-1)?.add(at);
    row += repeated;
  }
  return sheets;
}
