/**
 * What a sheet shows in another way than its cells' own formats say: zeros that it leaves empty, conditional formats that bring
 * a number format or leave only a bar or a symbol, and texts that are struck through. ECMA-376 Part 1, 18.3.1.87 (showZeros), 18.3.1.18, 18.8.14;
 * https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema, 16.3 (style:map)
 */

import { posix } from 'node:path';
import { utils } from '@e965/xlsx';
import { type CellRange, type Files, type ShownOtherwise } from './cell-ranges.ts';
import { cellsOf } from './open-document-cells.ts';
import { recordsOfBinary } from './shown-otherwise-binary.ts';

/** Of each sheet of a packed workbook (XLSX, XLSB), in its order. */
export function shownOtherwise(files: Files): readonly ShownOtherwise[] {
  const workbook = [...files.keys()].find((name) => /(?:^|\/)workbook\d*\.(?:xml|bin)$/iu.test(name));
  if (workbook === undefined) return [];
  const folder = posix.dirname(workbook);
  const related = relationsOf(textOf(files, posix.join(folder, '_rels', `${posix.basename(workbook)}.rels`)));
  const partOf = (target: string) => (target.startsWith('/') ? target.slice(1) : posix.join(folder, target));
  const sheets = (ids: readonly string[]) =>
    ids.map((id) => {
      const name = partOf(related.get(id) ?? '');
      // Sheets of charts and dialogs are not unpacked. Of a table that is not there, the library says that it is empty.
      if (/(?:^|\/)worksheets\//iu.test(name) && partIn(files, name) === undefined)
        throw new Error(`${name} is missing`);
      return name;
    });
  if (/\.bin$/iu.test(workbook)) return recordsOfBinary(files, workbook, sheets);
  const ids = [...textOf(files, workbook).matchAll(/<(?:\w+:)?sheet(?=\s)([^<>]*)>/gu)].map(([, sheet = '']) =>
    attribute(sheet, String.raw`\w+:id`),
  );
  const styles = [...files.keys()].find((name) => /(?:^|\/)styles\.xml$/iu.test(name));
  const styled = styles === undefined ? '' : textOf(files, styles);
  const strings = [...files.keys()].find((name) => /(?:^|\/)sharedStrings\.xml$/iu.test(name));
  const looks: Looks = {
    formats: withNumberFormat(styled),
    struck: struckFormats(styled),
    struckStrings: placesOf(strings === undefined ? '' : textOf(files, strings), 'si', strike),
  };
  return sheets(ids).map((name) => ofSheet(textOf(files, name), looks));
}

/** Of a workbook, by their places. */
interface Looks {
  /** Conditional formats that bring a number format. */
  readonly formats: ReadonlySet<number>;
  /** Formats of cells, and shared strings, that are struck through. */
  readonly struck: ReadonlySet<number>;
  readonly struckStrings: ReadonlySet<number>;
}

const partIn = (files: Files, name: string): Buffer | undefined =>
  files.get(name) ?? [...files].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

const textOf = (files: Files, name: string): string => partIn(files, name)?.toString('utf8') ?? '';

const attribute = (tag: string, name: string): string =>
  new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'u').exec(tag)?.slice(1).find(Boolean) ?? '';

function relationsOf(xml: string): ReadonlyMap<string, string> {
  const tags = [...xml.matchAll(/<(?:\w+:)?Relationship(?=\s)([^<>]*)>/gu)].map(([, tag = '']) => tag);
  return new Map(tags.map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target')]));
}

const strike = /<(?:\w+:)?strike(?:\s+val\s*=\s*["'](?:1|true)["'])?\s*\/?>/u;

/** Of the elements of this name, the places of those that hold what is looked for. */
function placesOf(xml: string, name: string, wanted: RegExp): ReadonlySet<number> {
  if (!wanted.test(xml)) return new Set();
  const elements = xml.split(new RegExp(String.raw`<(?:\w+:)?${name}(?=[\s/>])`, 'u')).slice(1);
  return new Set([...elements.keys()].filter((at) => wanted.test(elements[at]!)));
}

const withNumberFormat = (styles: string): ReadonlySet<number> =>
  placesOf(partOfStyles(styles, 'dxfs'), 'dxf', /<(?:\w+:)?numFmt\b/u);

const partOfStyles = (styles: string, name: string): string =>
  new RegExp(String.raw`<(?:\w+:)?${name}(?=[\s>])([\s\S]*?)</(?:\w+:)?${name}>`, 'u').exec(styles)?.[1] ?? '';

function struckFormats(styles: string): ReadonlySet<number> {
  const fonts = placesOf(partOfStyles(styles, 'fonts'), 'font', strike);
  if (fonts.size === 0) return fonts;
  const formats = [...partOfStyles(styles, 'cellXfs').matchAll(/<(?:\w+:)?xf(?=[\s/>])([^<>]*)>/gu)];
  return new Set([...formats.keys()].filter((at) => fonts.has(Number(attribute(formats[at]![1]!, 'fontId')))));
}

const yes = String.raw`=\s*["'](?:0|false)["']`;
const zerosHidden = new RegExp(String.raw`<(?:\w+:)?sheetView\b[^<>]*\bshowZeros\s*${yes}`, 'u');
const valueHidden = new RegExp(String.raw`<(?:\w+:)?(?:dataBar|iconSet)\b[^<>]*\bshowValue\s*${yes}`, 'u');

function ofSheet(xml: string, { formats, ...looks }: Looks): ShownOtherwise {
  const blocks = xml.split(/<(?:\w+:)?conditionalFormatting(?=[\s>])/u).slice(1);
  const byCondition = blocks.flatMap((rest) => {
    const [block = ''] = rest.split(/<\/(?:\w+:)?conditionalFormatting>/u, 1);
    const rules = [...block.matchAll(/<(?:\w+:)?cfRule\b([^<>]*)>/gu)].map(([, rule = '']) => attribute(rule, 'dxfId'));
    const counts = rules.some((id) => id !== '' && formats.has(Number(id)));
    if (!counts && !valueHidden.test(block) && !/<(?:\w+:)?numFmt\b/u.test(block)) return [];
    const within = /<(?:\w+:)?sqref>([^<]*)</u.exec(block)?.[1];
    return rangesOf(attribute(block.slice(0, block.indexOf('>')), 'sqref') || (within ?? ''));
  });
  return {
    hidesZeros: zerosHidden.test(xml),
    byCondition,
    struck: struckCells(xml, looks),
    disordered: isDisordered(xml),
  };
}

function isDisordered(xml: string): boolean {
  let [lastRow, lastColumn] = [0, ''];
  for (const [, column = '', line] of xml.matchAll(/<(?:\w+:)?c(?=\s)[^<>]*?\sr="([A-Z]+)(\d+)"/gu)) {
    const row = Number(line);
    const isLater = column.length === lastColumn.length ? column > lastColumn : column.length > lastColumn.length;
    if (row < lastRow || (row === lastRow && !isLater)) return true;
    [lastRow, lastColumn] = [row, column];
  }
  return false;
}

const cellTags = /<(?:\w+:)?c(?=\s)([^<>]*)>(?:<(?:\w+:)?v>(\d*)<|<(?:\w+:)?is>((?:(?!<\/(?:\w+:)?is>)[\s\S])*))?/gu;

function struckCells(xml: string, { struck, struckStrings }: Omit<Looks, 'formats'>): readonly CellRange[] {
  if (struck.size + struckStrings.size === 0 && !strike.test(xml)) return [];
  return [...xml.matchAll(cellTags)].flatMap(([, cell = '', value = '', inline = '']) => {
    const shared = attribute(cell, 't') === 's' && struckStrings.has(Number(value));
    if (!shared && !struck.has(Number(attribute(cell, 's') || 0)) && !strike.test(inline)) return [];
    return rangesOf(attribute(cell, 'r'));
  });
}

/** As `B2:B9 D4`, each part perhaps behind the name of its sheet and a point. */
function rangesOf(addresses: string): readonly CellRange[] {
  const range = /(?:^|[\s.])\$?([A-Z]{1,3})\$?(\d{1,7})(?::(?:[^\s:]*\.)?\$?([A-Z]{1,3})\$?(\d{1,7}))?(?=\s|$)/gu;
  return [...addresses.matchAll(range)].map(([, left = '', top = '', right = left, bottom = top]) => ({
    top: Number(top) - 1,
    left: utils.decode_col(left),
    bottom: Number(bottom) - 1,
    right: utils.decode_col(right),
  }));
}

/** Of each sheet of OpenDocument; `files` with `content.xml`, `styles.xml` and `settings.xml`. */
export function shownOtherwiseInOpenDocument(files: Files): readonly ShownOtherwise[] {
  const content = textOf(files, 'content.xml');
  const hidesZeros = /config:name="ShowZeroValues"[^<>]*>false</u.test(textOf(files, 'settings.xml'));
  const written = stylesOf([textOf(files, 'styles.xml'), content]);
  const [changing, lines] = [conditionalStyles(written), struckStyles(written)];
  const shown = cellsOf(content, (style) => changing.has(style));
  const struck = cellsOf(content, (style) => lines.has(style));
  const bars = content
    .split(/<table:table(?=\s)/u)
    .slice(1)
    .map(valuesLeftOut);
  return shown.map((byCondition, at) => ({
    hidesZeros,
    byCondition: [...byCondition, ...(bars[at] ?? [])],
    struck: struck[at] ?? [],
    disordered: false,
  }));
}

/** Each style as its own text. */
const stylesOf = (parts: readonly string[]): readonly string[] =>
  parts.flatMap((xml) =>
    xml
      .split(/<style:style(?=\s)/u)
      .slice(1)
      .map((style) => style.split('</style:style>', 1)[0]!),
  );
const nameOf = (style: string): string => attribute(style.slice(0, style.indexOf('>')), 'style:name');

/** Names of styles that change to one with a number format where a condition holds. */
function conditionalStyles(styles: readonly string[]): ReadonlySet<string> {
  const formatted = new Set(styles.filter((style) => /^[^>]*\sstyle:data-style-name=/u.test(style)).map(nameOf));
  const changing = styles.filter((style) =>
    [...style.matchAll(/<style:map\b([^<>]*)>/gu)].some(([, map = '']) =>
      formatted.has(attribute(map, 'style:apply-style-name')),
    ),
  );
  return new Set(changing.map(nameOf));
}

/** Names of styles of cells and of words in them. */
const struckStyles = (styles: readonly string[]): ReadonlySet<string> =>
  new Set(
    styles.filter((style) => /\sstyle:text-line-through-(?:style|type)="(?!none")[^"]+"/u.test(style)).map(nameOf),
  );

/** Bars and symbols without the number, as LibreOffice keeps them. */
function valuesLeftOut(sheet: string): readonly CellRange[] {
  const blocks = sheet.split(/<calcext:conditional-format(?=\s)/u).slice(1);
  return blocks.flatMap((rest) => {
    const [block = ''] = rest.split('</calcext:conditional-format>', 1);
    if (!/<calcext:(?:data-bar|icon-set)\b[^<>]*\bcalcext:show-value="false"/u.test(block)) return [];
    return rangesOf(attribute(block.slice(0, block.indexOf('>')), 'calcext:target-range-address'));
  });
}
