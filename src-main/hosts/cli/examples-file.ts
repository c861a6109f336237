/** Examples that somebody names on the command line, read by the same reader as in the window. */

import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OfficeError } from '../../contract/errors.ts';
import { noticeSentence, rowsLeftOut } from '../../contract/import-words.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { checkRows, type CompleteMapping, createTableReader, foundMapping, type Table } from '../../importers/index.ts';
import { languageOf } from '../language.ts';
import { readInput } from './input-file.ts';

/** A question with its answer; `id` is the file's own, or the number of the row. */
interface NamedPair {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

const entry = fileURLToPath(new URL('../../importers/reading-process.ts', import.meta.url));
/** What a command has to say, it says itself. */
const log = { error: () => {} };

/** Help for every option that names such a file. */
export const examplesHelp = 'CSV, a workbook, JSON or JSON Lines with questions and answers';

/**
 * Texts as they stand in the file, repeated ones too. Whatever was decided while reading is told on standard error.
 * @throws OfficeError import-rows-invalid with the first row that cannot be used, unless those are left out (`skipInvalid`);
 * import-columns-alike, import-mapping-incomplete; whatever the reader refuses; file-is-a-folder, file-unreadable
 */
export async function readExamplesFile(path: string, skipInvalid = false): Promise<readonly NamedPair[]> {
  const reader = createTableReader({ entry, startProcess: forkProcess, log });
  const file = resolve(path);
  const table = await reader.read({ kind: 'file', fileName: basename(file), bytes: readInput(file) });
  const mapping = foundMapping(table);
  // No command has categories.
  const notices = table.notices.filter(({ values }) => values['role'] !== 'category');
  const left = leftOut(table, mapping);
  if (left.length > 0) notices.push({ code: 'columns-left-out', values: { columns: left.join(', ') } });
  for (const notice of notices) process.stderr.write(`${noticeSentence(notice, languageOf())}\n`);
  const { examples, errors } = checkRows(table, mapping, { present: null, limited: false });
  const [first] = errors;
  if (first && (!skipInvalid || examples.length === 0)) {
    const { row, column, code } = first;
    throw new OfficeError('import-rows-invalid', { count: errors.length, row, column, reason: code });
  }
  if (first) process.stderr.write(`${rowsLeftOut(errors, languageOf())}\n`);
  const column = table.columns.findIndex((name) => name.trim().toLowerCase() === 'id');
  const ids = new Map(table.rows.map(({ row, cells }) => [row, cells[column]?.trim() ?? '']));
  return examples.map(({ row, question, answer }) => ({ id: ids.get(row) || String(row), question, answer }));
}

/** Columns that nobody reads. An id is kept, and what stands in a combined question is in it. */
function leftOut({ columns }: Table, { question, answer }: CompleteMapping): readonly string[] {
  const combined = columns[question]!.split(' + ').slice(1);
  return columns.filter(
    (name, at) => ![question, answer].includes(at) && !combined.includes(name) && name.trim().toLowerCase() !== 'id',
  );
}

/** As the machine room reads them. */
export const linesOf = (pairs: readonly NamedPair[]): string =>
  pairs.map((pair) => `${JSON.stringify(pair)}\n`).join('');
