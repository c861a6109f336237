/** From bytes or pasted text to a table. Runs in a process of its own, because a file may take any time and memory. */

import type { RowError } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';
import { decodeText } from './encodings.ts';
import { looksLikeJson, readJson } from './json.ts';
import { columnLetter } from './limits.ts';
import { spreadsheetKind } from './open-workbook.ts';
import { readQuestionBlocks } from './question-blocks.ts';
import { gridOfRecords } from './records.ts';
import { findSeparator, separatedRows } from './separated.ts';
import { type Grid, markBroken, shorten, type Table, type TableRow, toRow } from './table.ts';
import { toTable } from './to-table.ts';

/** What is read. */
export type ImportSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly fileName: string; readonly bytes: Uint8Array };

/** What somebody chose; whatever is left out is found. */
export interface ImportChoice {
  readonly sheet?: string | undefined;
  /** As a spreadsheet counts rows, from 1; null: no row names the columns. */
  readonly headingRow?: number | null | undefined;
}

/**
 * One reader for each kind of file: which one is decided by the content and, for JSON, by the name, and one that fails never
 * hands over to another. @throws OfficeError with a code that begins with `import-`
 */
export async function readSource(source: ImportSource, { sheet, headingRow }: ImportChoice = {}): Promise<Table> {
  return toTable(
    source.kind === 'text' ? gridOfText(source.text, 'UTF-8', '') : await gridOfFile(source, sheet),
    headingRow,
  );
}

async function gridOfFile({ bytes, fileName }: ImportSource & { kind: 'file' }, sheet?: string): Promise<Grid> {
  if (bytes.length === 0) throw new OfficeError('import-empty');
  if (bytes.length > importLimits.megabytes * 1024 * 1024)
    throw new OfficeError('import-too-large', { megabytes: importLimits.megabytes });
  if (spreadsheetKind(bytes) !== null) {
    const { readSpreadsheet } = await import('./spreadsheet.ts');
    return readSpreadsheet(bytes, fileName, sheet);
  }
  const { text, encoding } = await decodeText(bytes, fileName);
  return gridOfText(text, encoding, fileName);
}

/** Texts that are no tables as they stand: XML and HTML, mail and web archives, RTF, SYLK, DIF, PDF. */
const otherFormats =
  /^\s*(?:<(?:!doctype|\?xml|html|table|meta)\b|MIME-Version:|\{\\rtf|ID;P|TABLE\s+0,1\s|socialcalc:|%PDF-)/iu;

function gridOfText(text: string, encoding: string, fileName: string): Grid {
  const content = text.replace(/^\uFEFF/u, '');
  if (content.trim() === '') throw new OfficeError('import-empty');
  if (otherFormats.test(content.slice(0, 1_000))) throw new OfficeError('import-not-text', { file: fileName });
  if (looksLikeJson(content, fileName)) return gridOfRecords(readJson(content), encoding);
  const blocks = readQuestionBlocks(content);
  const nothing = { problems: [], notices: [], sheets: [], sheet: null } as const;
  if (blocks)
    return { ...nothing, encoding, delimiter: 'Q/A', keys: ['question', 'answer'], rows: blocks.map(markBroken) };
  return { ...nothing, ...gridOfSeparated(content), encoding };
}

/** The line of dashes below the headings of a table in Markdown. */
const isRule = (cells: readonly string[]): boolean =>
  cells.some((cell) => cell.includes('---')) && cells.every((cell) => /^(?::?-{3,}:?)?$/u.test(cell.trim()));

/** `="0042"`: how tables are written so that Excel keeps the zeros; it shows the text alone. */
function withoutGuard(cell: string): string {
  const [, text] = /^="((?:[^"]|"")*)"$/u.exec(cell.trim()) ?? [];
  return text === undefined ? cell : text.replaceAll('""', '"');
}

function gridOfSeparated(content: string): Pick<Grid, 'delimiter' | 'keys' | 'rows' | 'problems'> {
  const { separator, body } = findSeparator(content);
  const rows: TableRow[] = [];
  const problems: RowError[] = [];
  for (const { row, cells, stray } of separatedRows(body, separator)) {
    if (separator === '|' && isRule(cells)) continue;
    const read = toRow(row, cells.map(withoutGuard));
    if (stray !== null)
      problems.push({ row, column: columnLetter(stray), code: 'stray-quote', value: shorten(cells[stray]!) });
    else if (read) rows.push(read);
  }
  return { delimiter: separator, keys: null, rows, problems };
}
