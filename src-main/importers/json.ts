/** JSON in the two ways that tables are kept in it: one object a line (JSON Lines), or one array of objects. */

import type { RowError } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';
import { jsonFault, repeatedKeys } from './json-fault.ts';
import { shorten } from './table.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonRecords {
  readonly delimiter: 'jsonl' | 'json';
  /** `row` is the line in JSON Lines, and the element (from 1) of an array. */
  readonly records: readonly { readonly row: number; readonly object: JsonObject }[];
  readonly problems: readonly RowError[];
}

/** An object or an array of objects at the very beginning, in whatever comes after it. */
const beginning = /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[{["\]]|$))/u;
const firstLines = 50;

/** Whether a text means to be JSON, even where it is damaged. */
export function looksLikeJson(text: string, fileName: string): boolean {
  if (/\.(?:json|jsonl|ndjson)$/iu.test(fileName) || beginning.test(text.slice(0, 2_000))) return true;
  const lines = text
    .slice(0, 200_000)
    .split('\n', firstLines)
    .filter((line) => line.trim() !== '');
  return lines.filter((line) => /^\s{0,100}\{\s{0,100}"/u.test(line)).length > lines.length / 2;
}

/** @throws OfficeError import-too-many-rows; import-json-damaged with the place, where nothing at all can be read */
export function readJson(text: string): JsonRecords {
  if (/^\s*\[/u.test(text)) return readArray(text);
  const lines = text.split('\n');
  requireFew(lines.reduce((count, line) => count + Number(line.trim() !== ''), 0));
  const found = lines.flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]));
  const read = parted(found);
  // One object over several lines is damaged in its first one.
  if (read.records.length === 0 && read.problems.some(({ code }) => code === 'json-damaged')) return readSingle(text);
  return { delimiter: 'jsonl', ...read };
}

/** Rows that cannot be used count as well: to say of each what is wrong with it takes as long. */
function requireFew(rows: number): void {
  if (rows > importLimits.rows) throw new OfficeError('import-too-many-rows', { most: importLimits.rows });
}

type Found = JsonRecords['records'][number] | RowError;

const parted = (found: readonly Found[]): Pick<JsonRecords, 'records' | 'problems'> => ({
  records: found.flatMap((each) => ('object' in each ? [each] : [])),
  problems: found.flatMap((each) => ('code' in each ? [each] : [])),
});

function readLine(line: string, row: number): { readonly row: number; readonly object: JsonObject } | RowError {
  let value: unknown;
  try {
    value = parse(line);
  } catch {
    return { row, column: '', code: 'json-damaged', value: shorten(line.trim()) };
  }
  if (!isObject(value)) return { row, column: '', code: 'not-an-object', value: shorten(line.trim()) };
  const [repeated] = repeatedKeys(line);
  return repeated
    ? { row, column: repeated.key, code: 'repeated-key', value: shorten(line.trim()) }
    : { row, object: value };
}

function readArray(text: string): JsonRecords {
  const values = parseWhole(text) as readonly unknown[];
  requireFew(values.length);
  const repeated = new Map([...repeatedKeys(text)].map(({ item, key }) => [item, key]));
  const found = values.map((value, index) => {
    const row = index + 1;
    const key = repeated.get(row);
    if (isObject(value) && key === undefined) return { row, object: value };
    const code = isObject(value) ? 'repeated-key' : 'not-an-object';
    return { row, column: key ?? '', code, value: shorten(JSON.stringify(value)) } satisfies RowError;
  });
  return { delimiter: 'json', ...parted(found) };
}

/** One object over several lines. */
function readSingle(text: string): JsonRecords {
  const value = parseWhole(text);
  const [repeated] = repeatedKeys(text);
  if (!isObject(value) || repeated) {
    const reason = repeated ? 'repeated-key' : 'not-an-object';
    throw new OfficeError('import-rows-invalid', { count: 1, row: 1, column: repeated?.key ?? '', reason });
  }
  return { delimiter: 'json', records: [{ row: 1, object: value }], problems: [] };
}

function parseWhole(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new OfficeError('import-json-damaged', jsonFault(text) ?? { line: 1, column: 1 }, { cause });
  }
}

/** Numbers stay as they are written: 1.0 is not 1, and long part numbers keep all their digits. */
function parse(text: string): unknown {
  return JSON.parse(text, asWritten as (key: string, value: unknown) => unknown);
}

/** https://github.com/tc39/proposal-json-parse-with-source */
const asWritten = (_: string, value: unknown, { source }: { readonly source?: string }): unknown =>
  typeof value === 'number' ? source : value;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
