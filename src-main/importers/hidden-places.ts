/** Sheets, rows and columns of OpenDocument that are hidden by hand or by a filter, which the spreadsheet library does not tell. */

import { importLimits } from '../contract/import-limits.ts';

/** Of one sheet; places from 0. */
export interface HiddenPlaces {
  /** Whether the sheet itself is hidden. */
  readonly isWhole: boolean;
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
}

const tags = /<table:(table|table-row|table-column)(?=[\s/>])([^>]*)>/gu;
/** https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema, 19.749 */
const notVisible = /\btable:visibility="(?:collapse|filter)"/u;
const repetition = {
  'table-row': /\btable:number-rows-repeated="(\d+)"/u,
  'table-column': /\btable:number-columns-repeated="(\d+)"/u,
} as const;
// What is repeated further than that holds nothing, or is refused for its number.
const most = { 'table-row': importLimits.rows, 'table-column': importLimits.columns } as const;

/** Of each sheet, in the order of the file. `content`: `content.xml`, with the styles of its sheets. */
export function hiddenPlaces(content: string): readonly HiddenPlaces[] {
  const styles = hiddenStyles(content);
  const sheets: { readonly isWhole: boolean; readonly rows: Set<number>; readonly columns: Set<number> }[] = [];
  const next = { 'table-row': 0, 'table-column': 0 };
  for (const [, tag, attributes = ''] of content.matchAll(tags)) {
    if (tag === 'table') {
      const isWhole = styles.has(/\btable:style-name="([^"]*)"/u.exec(attributes)?.[1] ?? '');
      sheets.push({ isWhole, rows: new Set(), columns: new Set() });
      next['table-row'] = next['table-column'] = 0;
      continue;
    }
    const kind = tag as keyof typeof next;
    const repeated = Number(repetition[kind].exec(attributes)?.[1] ?? 1);
    const hidden = sheets.at(-1)?.[kind === 'table-row' ? 'rows' : 'columns'];
    const last = next[kind] + Math.min(repeated, most[kind]);
    if (notVisible.test(attributes)) for (let at = next[kind]; at < last; at += 1) hidden?.add(at);
    next[kind] += repeated;
  }
  return sheets;
}

/** Names of the styles whose sheets are not displayed. The same document, 20.403 */
function hiddenStyles(content: string): ReadonlySet<string> {
  const hidden = new Set<string>();
  let style = '';
  for (const [, tag, attributes = ''] of content.matchAll(/<style:(style|table-properties)(?=[\s/>])([^>]*)>/gu)) {
    if (tag === 'style') style = /\bstyle:name="([^"]*)"/u.exec(attributes)?.[1] ?? '';
    else if (/\btable:display="false"/u.test(attributes)) hidden.add(style);
  }
  return hidden;
}
