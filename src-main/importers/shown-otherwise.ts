/**
 * What a sheet shows in another way than its cells' own formats say: zeros that it leaves empty, and conditional formats that
 * bring a number format or leave only a bar or a symbol. ECMA-376 Part 1, 18.3.1.87 (showZeros), 18.3.1.18, 18.8.14;
 * https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema, 16.3 (style:map)
 */

import { posix } from 'node:path';
import { cellsOf } from './open-document-cells.ts';
import { recordsOfBinary } from './shown-otherwise-binary.ts';

/** Rows and columns from 0, the last ones included. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Of one sheet. */
export interface ShownOtherwise {
  readonly hidesZeros: boolean;
  /** Numbers in here are shown by a condition. */
  readonly byCondition: readonly CellRange[];
}

export type Files = ReadonlyMap<string, Buffer>;

/** Of each sheet of a packed workbook (XLSX, XLSB), in its order. */
export function shownOtherwise(files: Files): readonly ShownOtherwise[] {
  const workbook = [...files.keys()].find((name) => /(?:^|\/)workbook\d*\.(?:xml|bin)$/iu.test(name));
  if (workbook === undefined) return [];
  const folder = posix.dirname(workbook);
  const related = relationsOf(textOf(files, posix.join(folder, '_rels', `${posix.basename(workbook)}.rels`)));
  const partOf = (target: string) => (target.startsWith('/') ? target.slice(1) : posix.join(folder, target));
  const sheets = (ids: readonly string[]) => ids.map((id) => partOf(related.get(id) ?? ''));
  if (/\.bin$/iu.test(workbook)) return recordsOfBinary(files, workbook, sheets);
  const ids = [...textOf(files, workbook).matchAll(/<(?:\w+:)?sheet(?=\s)([^<>]*)>/gu)].map(([, sheet = '']) =>
    attribute(sheet, String.raw`\w+:id`),
  );
  const styles = [...files.keys()].find((name) => /(?:^|\/)styles\.xml$/iu.test(name));
  const formats = withNumberFormat(styles === undefined ? '' : textOf(files, styles));
  return sheets(ids).map((name) => ofSheet(textOf(files, name), formats));
}

const textOf = (files: Files, name: string): string => {
  const part = files.get(name) ?? [...files].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
  return part?.toString('utf8') ?? '';
};

const attribute = (tag: string, name: string): string =>
  new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'u').exec(tag)?.slice(1).find(Boolean) ?? '';

function relationsOf(xml: string): ReadonlyMap<string, string> {
  const tags = [...xml.matchAll(/<(?:\w+:)?Relationship(?=\s)([^<>]*)>/gu)].map(([, tag = '']) => tag);
  return new Map(tags.map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target')]));
}

/** Places of the conditional formats that bring a number format. */
function withNumberFormat(styles: string): ReadonlySet<number> {
  const formats = styles.split(/<(?:\w+:)?dxf(?=[\s/>])/u).slice(1);
  return new Set([...formats.keys()].filter((at) => /<(?:\w+:)?numFmt\b/u.test(formats[at]!)));
}

const yes = String.raw`=\s*["'](?:0|false)["']`;
const zerosHidden = new RegExp(String.raw`<(?:\w+:)?sheetView\b[^<>]*\bshowZeros\s*${yes}`, 'u');
const valueHidden = new RegExp(String.raw`<(?:\w+:)?(?:dataBar|iconSet)\b[^<>]*\bshowValue\s*${yes}`, 'u');

function ofSheet(xml: string, formats: ReadonlySet<number>): ShownOtherwise {
  const blocks = xml.split(/<(?:\w+:)?conditionalFormatting(?=[\s>])/u).slice(1);
  const byCondition = blocks.flatMap((rest) => {
    const [block = ''] = rest.split(/<\/(?:\w+:)?conditionalFormatting>/u, 1);
    const rules = [...block.matchAll(/<(?:\w+:)?cfRule\b([^<>]*)>/gu)].map(([, rule = '']) => attribute(rule, 'dxfId'));
    const counts = rules.some((id) => id !== '' && formats.has(Number(id)));
    if (!counts && !valueHidden.test(block) && !/<(?:\w+:)?numFmt\b/u.test(block)) return [];
    const within = /<(?:\w+:)?sqref>([^<]*)</u.exec(block)?.[1];
    return rangesOf(attribute(block.slice(0, block.indexOf('>')), 'sqref') || (within ?? ''));
  });
  return { hidesZeros: zerosHidden.test(xml), byCondition };
}

/** As `B2:B9 D4`, each part perhaps behind the name of its sheet and a point. */
function rangesOf(addresses: string): readonly CellRange[] {
  const range = /(?:^|[\s.])\$?([A-Z]{1,3})\$?(\d{1,7})(?::(?:[^\s:]*\.)?\$?([A-Z]{1,3})\$?(\d{1,7}))?(?=\s|$)/gu;
  return [...addresses.matchAll(range)].map(([, left = '', top = '', right = left, bottom = top]) => ({
    top: Number(top) - 1,
    left: columnOf(left),
    bottom: Number(bottom) - 1,
    right: columnOf(right),
  }));
}

const columnOf = (letters: string): number =>
  [...letters].reduce((place, letter) => place * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** Of each sheet of OpenDocument; `files` with `content.xml`, `styles.xml` and `settings.xml`. */
export function shownOtherwiseInOpenDocument(files: Files): readonly ShownOtherwise[] {
  const content = textOf(files, 'content.xml');
  const hidesZeros = /config:name="ShowZeroValues"[^<>]*>false</u.test(textOf(files, 'settings.xml'));
  const styles = conditionalStyles([textOf(files, 'styles.xml'), content]);
  const shown = cellsOf(content, ({ style }) => styles.has(style));
  const bars = content
    .split(/<table:table(?=\s)/u)
    .slice(1)
    .map(valuesLeftOut);
  return shown.map((byCondition, at) => ({ hidesZeros, byCondition: [...byCondition, ...(bars[at] ?? [])] }));
}

/** Names of styles that change to one with a number format where a condition holds. */
function conditionalStyles(parts: readonly string[]): ReadonlySet<string> {
  const styles = parts.flatMap((xml) =>
    xml
      .split(/<style:style(?=\s)/u)
      .slice(1)
      .map((style) => style.split('</style:style>', 1)[0]!),
  );
  const nameOf = (style: string) => attribute(style.slice(0, style.indexOf('>')), 'style:name');
  const formatted = new Set(
    styles.filter((style) => /^[^>]*\sstyle:data-style-name=/u.test(style)).map((style) => nameOf(style)),
  );
  const changing = styles.filter((style) =>
    [...style.matchAll(/<style:map\b([^<>]*)>/gu)].some(([, map = '']) =>
      formatted.has(attribute(map, 'style:apply-style-name')),
    ),
  );
  return new Set(changing.map(nameOf));
}

/** Bars and symbols without the number, as LibreOffice keeps them. */
function valuesLeftOut(sheet: string): readonly CellRange[] {
  const blocks = sheet.split(/<calcext:conditional-format(?=\s)/u).slice(1);
  return blocks.flatMap((rest) => {
    const [block = ''] = rest.split('</calcext:conditional-format>', 1);
    if (!/<calcext:(?:data-bar|icon-set)\b[^<>]*\bcalcext:show-value="false"/u.test(block)) return [];
    return rangesOf(attribute(block.slice(0, block.indexOf('>')), 'calcext:target-range-address'));
  });
}
