/** Opens a workbook no further than needed: only its tables are unpacked, counted, and only one sheet is read at a time. */

import type { ParsingOptions, WorkBook, WorkSheet } from '@e965/xlsx';
import { OfficeError } from '../contract/errors.ts';
import { localFormats } from './local-formats.ts';
import { plainXml } from './plain-xml.ts';
import { repeatedCells } from './repeated-cells.ts';
import { containers } from './untyped-parts.ts';
import { unzip } from './zip.ts';

export interface OpenWorkbook {
  readonly kind: 'xlsx' | 'xls' | 'ods';
  /** The workbook with the names of its sheets and which are hidden. */
  names(): WorkBook;
  /** One sheet, its cells as rows of cells. */
  sheet(name: string): { readonly book: WorkBook; readonly sheet: WorkSheet };
}

/** By the first bytes, because names lie: a ZIP archive, or the container of old Office files. */
export function spreadsheetKind(bytes: Uint8Array): 'zip' | 'container' | null {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (magic === '504b0304') return 'zip';
  return magic === 'd0cf11e0' ? 'container' : null;
}

/** @throws OfficeError import-unreadable, import-encrypted, import-unpacks-too-large, import-too-many-cells */
export async function openWorkbook(bytes: Uint8Array, fileName: string): Promise<OpenWorkbook> {
  // Loaded with the first workbook.
  const library = await import('@e965/xlsx');
  const zipped = spreadsheetKind(bytes) === 'zip';
  if (!zipped) library.set_cptable(await import('@e965/xlsx/dist/cpexcel.full.mjs'));
  const content = guarded(fileName, () => (zipped ? unpack(Buffer.from(bytes)) : { kind: 'xls' as const, bytes }));
  const open = (options: ParsingOptions): WorkBook =>
    guarded(fileName, () => library.read(content.bytes, { ...asShown, ...options }));
  return {
    kind: content.kind,
    names: () => open({ sheetRows: 1 }),
    sheet: (name) => {
      const book = open({ sheets: name });
      const sheet = book.Sheets[name];
      if (sheet) return { book, sheet };
      // The library leaves out a sheet that it fails to read; asked again, it says why. One of charts has no file here.
      guarded(fileName, () => {
        try {
          library.read(content.bytes, { ...asShown, sheets: name, WTF: true });
        } catch (cause) {
          if (!/^Cannot find file/u.test((cause as Error).message)) throw cause;
        }
      });
      return { book, sheet: {} };
    },
  };
}

/** Cells in rows, with their formats, and without what nobody looks at. */
const asShown = { type: 'buffer', dense: true, cellNF: true, cellHTML: false, cellFormula: false } as const;

/** What the library throws becomes a sentence; what was refused before stays as it is. */
function guarded<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof OfficeError && cause.code !== 'import-encrypted') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof OfficeError || /password|encrypt/iu.test(reason))
      throw new OfficeError('import-encrypted', { file }, { cause });
    throw new OfficeError('import-unreadable', { file, reason }, { cause });
  }
}

const openDocument = 'content.xml';
/** Pictures, charts, pivot tables, macros and the like are never unpacked. */
const ofNoUse =
  /(?:^|\/)(?:media|embeddings|drawings|charts|chartsheets|diagrams|pivot\w*|customXml|printerSettings|ctrlProps|activeX|model|externalLinks|threadedComments|persons|theme|Pictures|Thumbnails|Configurations2|slicers|slicerCaches|tables|queryTables|comments\w*|vbaProject\w*|calcChain\w*|connections\w*|volatileDependencies\w*)(?:\/|\.|$)/iu;
const ofUse = /\.(?:xml|rels|bin)$/iu;

/** The files that matter, in an archive without packing. */
function unpack(bytes: Buffer): { readonly kind: 'xlsx' | 'ods'; readonly bytes: Buffer } {
  const files = unzip(bytes, (name) => ofUse.test(name) && !ofNoUse.test(name));
  if (files.size === 0) throw new Error('it holds no sheet');
  const archive = containers.utils.cfb_new({ root: 'R' });
  for (const [name, data] of files) containers.utils.cfb_add(archive, `/${name}`, adapted(name, data));
  const kind = files.has(openDocument) ? 'ods' : 'xlsx';
  return { kind, bytes: containers.write(archive, { fileType: 'zip', type: 'buffer', compression: false }) };
}

function adapted(name: string, packed: Buffer): Buffer {
  if (!/\.xml$/iu.test(name)) return packed;
  const data = plainXml(packed);
  if (name === openDocument) return openCells(data);
  return /(?:^|\/)styles\.xml$/u.test(name) && name !== 'styles.xml' ? localFormats(data) : data;
}

/** Cells with a value and no text beside it, which the library passes over; counted before. */
function openCells(data: Buffer): Buffer {
  const xml = data.toString('utf8');
  repeatedCells(xml);
  const closed = /<table:table-cell\b([^<>]*\boffice:(?:value|date-value|time-value|boolean-value)=[^<>]*)\/>/gu;
  return Buffer.from(xml.replace(closed, '<table:table-cell$1></table:table-cell>'));
}
