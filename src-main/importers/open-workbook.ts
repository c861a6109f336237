/** Opens a workbook no further than needed: only its tables are unpacked, counted, and only one sheet is read at a time. */

import type { ParsingOptions, WorkBook, WorkSheet } from '@e965/xlsx';
import type { ImportSheet } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';
import { requireWholeBinary } from './binary-records.ts';
import { type HiddenPlaces, hiddenPlaces } from './hidden-places.ts';
import { localFormats } from './local-formats.ts';
import { plainXml } from './plain-xml.ts';
import { repeatedCells } from './repeated-cells.ts';
import { nothingOtherwise, type ShownOtherwise } from './cell-ranges.ts';
import { shownOtherwise, shownOtherwiseInOpenDocument } from './shown-otherwise.ts';
import { shownOtherwiseInStream } from './shown-otherwise-binary.ts';
import { containers } from './untyped-parts.ts';
import { requireWhole } from './whole-xml.ts';
import { unzip } from './zip.ts';

export interface OpenWorkbook {
  readonly kind: 'xlsx' | 'xls' | 'ods';
  /** In the order of the workbook. */
  sheets(): readonly ImportSheet[];
  /** Names of those in which any cell is; all of them are read at once. */
  filled(): ReadonlySet<string>;
  /** One sheet, its cells as rows of cells. */
  sheet(name: string): OpenSheet;
}

export interface OpenSheet {
  readonly book: WorkBook;
  readonly sheet: WorkSheet;
  /** Whether nobody sees the row or the column at this place, from 0. */
  readonly isHidden: (what: 'rows' | 'columns', place: number) => boolean;
  /** Where something other than the formats of the cells says what people see. */
  readonly otherwise: ShownOtherwise;
}

/** What a formula of OpenDocument without its result is marked with: no XML can hold it. */
export const uncomputedMark = '\u0001';

/** By the first bytes, because names lie: a ZIP archive, or the container of old Office files. */
export function spreadsheetKind(bytes: Uint8Array): 'zip' | 'container' | null {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (magic === '504b0304') return 'zip';
  return magic === 'd0cf11e0' ? 'container' : null;
}

/** @throws OfficeError import-archive-damaged, import-not-a-workbook, import-unreadable, import-encrypted, import-unpacks-too-large, import-too-many-cells, import-too-many-sheets */
export async function openWorkbook(bytes: Uint8Array, fileName: string): Promise<OpenWorkbook> {
  // Loaded with the first workbook.
  const library = await import('@e965/xlsx');
  const zipped = spreadsheetKind(bytes) === 'zip';
  if (!zipped) library.set_cptable(await import('@e965/xlsx/dist/cpexcel.full.mjs'));
  const content = guarded(fileName, 'import-archive-damaged', () =>
    zipped ? unpack(Buffer.from(bytes)) : openContainer(bytes),
  );
  const open = (options: ParsingOptions): WorkBook =>
    guarded(fileName, 'import-unreadable', () => library.read(content.bytes, { ...asShown, ...options }));
  return {
    kind: content.kind,
    sheets: () => {
      const { SheetNames, Workbook } = open({ sheetRows: 1 });
      const isHidden = (at: number) => content.hidden?.[at]?.isWhole ?? (Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0;
      return SheetNames.map((name, at) => ({ name, hidden: isHidden(at) }));
    },
    filled: () => {
      const { SheetNames, Sheets } = open({ cellFormula: content.hasUncomputed });
      return new Set(SheetNames.filter((name) => Sheets[name]?.['!data']?.some((line) => line?.some(Boolean))));
    },
    sheet: (name) => {
      // With styles, because they say which rows and columns are hidden.
      const book = open({ sheets: name, cellStyles: true, cellFormula: content.hasUncomputed });
      const sheet = book.Sheets[name];
      const at = book.SheetNames.indexOf(name);
      const ofSheet = content.hidden?.[at];
      const otherwise = content.otherwise[at] ?? nothingOtherwise;
      if (otherwise.disordered) throw new OfficeError('import-unreadable', { file: fileName });
      const styles = { rows: sheet?.['!rows'], columns: sheet?.['!cols'] };
      const isHidden: OpenSheet['isHidden'] = (what, place) =>
        ofSheet?.[what].has(place) ?? isFlat(styles[what]?.[place], content.kind);
      if (sheet) return { book, sheet, isHidden, otherwise };
      // The library leaves out a sheet that it fails to read; asked again, it says why. One of charts has no file here.
      guarded(fileName, 'import-unreadable', () => {
        try {
          library.read(content.bytes, { ...asShown, sheets: name, WTF: true });
        } catch (cause) {
          if (!/^Cannot find file/u.test((cause as Error).message)) throw cause;
        }
      });
      return { book, sheet: {}, isHidden, otherwise };
    },
  };
}

interface PlaceStyle {
  readonly hidden?: boolean;
  readonly hpt?: number;
  readonly width?: number;
}

/** Hidden, or drawn so small that nothing of it is left; old files keep no widths of their own there. */
const isFlat = (place: PlaceStyle | undefined, kind: OpenWorkbook['kind']): boolean =>
  place?.hidden === true || (kind === 'xlsx' && (place?.hpt === 0 || place?.width === 0));

/** Cells in rows, with their formats, and without what nobody looks at. */
const asShown = { type: 'buffer', dense: true, cellNF: true, cellHTML: false, cellFormula: false } as const;

/**
 * What the library throws becomes a sentence of ours, by what it was doing: its own words are for the log alone. What was refused
 * before stays as it is, with the name of the file.
 */
function guarded<Result>(file: string, failure: 'import-archive-damaged' | 'import-unreadable', work: () => Result) {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof OfficeError && !ofFile.has(cause.code)) throw cause;
    if (cause instanceof OfficeError) throw new OfficeError(cause.code, { file }, { cause });
    const isLocked = /password|encrypt/iu.test(cause instanceof Error ? cause.message : String(cause));
    throw new OfficeError(isLocked ? 'import-encrypted' : failure, { file }, { cause });
  }
}

/** Refusals that name the file, which is not known where they arise. */
const ofFile: ReadonlySet<string> = new Set(['import-encrypted', 'import-not-a-workbook']);

const openDocument = 'content.xml';
/** Pictures, charts, pivot tables, macros, what sheets are related to and the like are never unpacked. */
const ofNoUse =
  /(?:^|\/)(?:worksheets\/(?:_rels|binaryIndex\d*)|media|embeddings|drawings|charts|chartsheets|diagrams|pivot\w*|customXml|printerSettings|ctrlProps|activeX|model|externalLinks|threadedComments|persons|theme|Pictures|Thumbnails|Configurations2|slicers|slicerCaches|tables|queryTables|comments\w*|vbaProject\w*|calcChain\w*|connections\w*|volatileDependencies\w*)(?:\/|\.|$)/iu;
/** The end of a cell with a formula and no value. ECMA-376 Part 1, 18.3.1.4 */
const uncomputed =
  /(?:<\/(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*\/>)\s*(?:(?:<(?:\w+:)?v\s*\/>|<(?:\w+:)?v><\/(?:\w+:)?v>)\s*)?<\/(?:\w+:)?c>/u;
/** The library looks through all of them for each sheet. */
const mostParts = 3_000;
const ofUse = /\.(?:xml|rels|bin)$/iu;

interface Content {
  readonly kind: OpenWorkbook['kind'];
  readonly bytes: Uint8Array;
  /** Whether a formula stands somewhere without its result; otherwise nobody needs formulas. */
  readonly hasUncomputed: boolean;
  /** null where the library tells. */
  readonly hidden: readonly HiddenPlaces[] | null;
  /** Of each sheet. */
  readonly otherwise: readonly ShownOtherwise[];
}

/** The files that matter, in an archive without packing. */
function unpack(bytes: Buffer): Content {
  const unpacked = unzip(bytes, (name) => ofUse.test(name) && !ofNoUse.test(name));
  if (!isWorkbook(unpacked)) throw new OfficeError('import-not-a-workbook');
  if (unpacked.size > mostParts) throw new OfficeError('import-too-many-sheets', { most: mostParts });
  const files = new Map<string, Buffer>();
  const archive = containers.utils.cfb_new({ root: 'R' });
  let hidden: Content['hidden'] = null;
  let hasUncomputed = false;
  for (const [name, packed] of unpacked) {
    const part = /\.(?:xml|rels)$/iu.test(name) ? requireWhole(name, packed) : packed;
    files.set(name, part);
    requireWholeBinary(name, part);
    const data = adapted(name, part);
    containers.utils.cfb_add(archive, `/${name}`, data);
    hasUncomputed ||= /worksheets\/[^/]+\.xml$/iu.test(name) && uncomputed.test(data.toString('latin1'));
    if (name === openDocument) hidden = hiddenPlaces(data.toString('utf8'));
  }
  return {
    kind: hidden ? 'ods' : 'xlsx',
    hidden,
    hasUncomputed,
    otherwise: hidden ? shownOtherwiseInOpenDocument(files) : shownOtherwise(files),
    bytes: containers.write(archive, { fileType: 'zip', type: 'buffer', compression: false }),
  };
}

/** Documents, presentations and other archives are packed in the same way. ECMA-376 Part 2, 10.1.2; OpenDocument 1.3 Part 2, 3 */
function isWorkbook(files: ReadonlyMap<string, Buffer>): boolean {
  const [name = ''] = [...files.keys()].filter((each) => each.toLowerCase() === '[content_types].xml');
  const types = files.get(name)?.toString('utf8') ?? '';
  if (/spreadsheetml|ms-excel/iu.test(types)) return true;
  return files.get(openDocument)?.includes('<office:spreadsheet') === true;
}

/** Old Office files: a file system of its own, with the workbook as one of its files. [MS-XLS] 2.1.2; [MS-OFFCRYPTO] 2.3.2 */
function openContainer(bytes: Uint8Array): Content {
  const container = containers.read(Buffer.from(bytes), { type: 'buffer' });
  if (containers.find(container, '/EncryptedPackage')) throw new OfficeError('import-encrypted');
  const stream = containers.find(container, '/Workbook') ?? containers.find(container, '/Book');
  if (!stream) throw new OfficeError('import-not-a-workbook');
  const otherwise = shownOtherwiseInStream(Buffer.from(stream.content));
  return { kind: 'xls', bytes, hidden: null, hasUncomputed: false, otherwise };
}

function adapted(name: string, packed: Buffer): Buffer {
  if (!/\.xml$/iu.test(name)) return packed;
  const data = plainXml(packed);
  if (name === openDocument) return openCells(data);
  const isStyles = /(?:^|\/)styles\.xml$/u.test(name) && name !== 'styles.xml';
  // A sheet may lie in any folder.
  return isStyles ? localFormats(data) : withoutLinks(data);
}

/** Nobody asks for links; the library would put one into each cell of its range, be that the whole sheet. */
function withoutLinks(sheet: Buffer): Buffer {
  if (!sheet.includes('hyperlink')) return sheet;
  const text = sheet.toString('utf8');
  return Buffer.from(text.replace(/<\/?(?:\w+:)?hyperlink\b[^<>]*>/gu, ''));
}

/** Of OpenDocument: a cell with nothing in it. */
const emptyCell =
  /<table:table-cell\b([^<>]*?)(?:\/>|>\s*(?:(?:<text:p\s*\/>|<text:p><\/text:p>)\s*)?<\/table:table-cell>)/gu;
const withFormula = /\btable:formula="/u;
/** No value, and no empty text that is the result. */
const withoutResult =
  /^(?![\s\S]*\boffice:(?:value|string-value|date-value|time-value|boolean-value)=)(?![\s\S]*\boffice:value-type="string")/u;

/** Spaces that are written as their number; unpacked, they may be any amount. */
const spaces = /<text:s\b[^<>]*\btext:c="(\d+)"/gu;

/** @throws OfficeError import-unpacks-too-large */
function requireFewSpaces(content: string): void {
  let count = 0;
  for (const [, some] of content.matchAll(spaces)) count += Number(some);
  const { unpackedMegabytes: megabytes } = importLimits;
  if (count > megabytes * 2 ** 20) throw new OfficeError('import-unpacks-too-large', { megabytes });
}

const closedCell = /<table:table-cell\b([^<>]*)\/>/gu;
const withResult = /\boffice:(?:value|date-value|time-value|boolean-value)=/u;

/** Cells with a value and no text beside it, which the library passes over, and formulas without their results; counted before. */
function openCells(data: Buffer): Buffer {
  const xml = data.toString('utf8');
  repeatedCells(xml);
  requireFewSpaces(xml);
  // Readings above words are no part of them.
  const read = xml.replace(/<text:ruby-text\b[^<>]*>[^<>]*<\/text:ruby-text>/gu, '');
  const plain = read.replace(emptyCell, (cell, attributes: string) =>
    withFormula.test(attributes) && withoutResult.test(attributes)
      ? `<table:table-cell${attributes.replace(/\boffice:value-type="[^"]*"/u, '')} office:value-type="string"><text:p>${uncomputedMark}${/\btable:formula="(?:\w+:)?=?([^"]*)"/u.exec(attributes)?.[1] ?? ''}</text:p></table:table-cell>`
      : cell,
  );
  const withValue = plain.replace(closedCell, (cell, attributes: string) =>
    withResult.test(attributes) ? `<table:table-cell${attributes}></table:table-cell>` : cell,
  );
  return Buffer.from(withValue);
}
