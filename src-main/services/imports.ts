/** Importing in two steps: a preview that keeps nothing, then all rows or none. */

import type { importRequests } from '../contract/areas/examples.ts';
import type { ColumnMapping, Example, ImportPreview, RowError, RowErrors } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import {
  type CheckedRows,
  checkingRows,
  completeMapping,
  type ImportChoice,
  type ImportSource,
  proposeMapping,
  type Table,
} from '../importers/index.ts';
import type { Collected } from './collected.ts';
import type { Context } from './context.ts';
import { exampleMaker } from './examples.ts';
import { each, inTurns } from './in-turns.ts';

/** Previews live in memory: as many, and as long, as people sensibly leave a dialog open. */
const previewLimit = 8;
const previewMilliseconds = 30 * 60 * 1000;
const sampleRows = 10;

/** Rows by which running numbers are told from texts. */
const lookedAt = 50;

/** Errors that are told one by one. */
const mostErrors = 200;

interface HeldPreview {
  readonly source: ImportSource;
  readonly table: Table;
  readonly fileName: string;
  readonly expiresAt: number;
}

export function createImports(context: Context, collected: Collected): HandlersOf<typeof importRequests> {
  const { store, tables } = context;
  const held = new Map<string, HeldPreview>();

  function makeRoom(): void {
    const now = context.clock().getTime();
    for (const [id, { expiresAt }] of held) if (expiresAt <= now) held.delete(id);
    const [oldest] = held.keys();
    if (oldest !== undefined && held.size >= previewLimit) held.delete(oldest);
  }

  async function read(importId: string, source: ImportSource, choice?: ImportChoice): Promise<ImportPreview> {
    const table = await tables.read(source, choice);
    const fileName = source.kind === 'file' ? source.fileName : '';
    if (!held.has(importId)) makeRoom();
    const expiresAt = context.clock().getTime() + previewMilliseconds;
    held.set(importId, { source, table, fileName, expiresAt });
    return toPreview(importId, fileName, table);
  }

  function heldPreview(importId: string): HeldPreview {
    const preview = held.get(importId);
    if (!preview || preview.expiresAt <= context.clock().getTime()) throw new OfficeError('import-expired');
    return preview;
  }

  async function check({ table }: HeldPreview, mapping: ColumnMapping): Promise<CheckedRows> {
    const complete = completeMapping(mapping, table.columns.length);
    await collected.read(() => {});
    return inTurns(checkingRows(table, complete, { present: (pair) => collected.has(pair), limited: true }));
  }

  /** All or none: whoever looks meanwhile may see some of them already, and none where it fails. */
  async function keep(preview: HeldPreview, { examples, errors }: CheckedRows) {
    const importId = context.ids();
    const added: Example[] = [];
    const make = exampleMaker(context);
    await inTurns(each(examples, (example) => void added.push(make({ ...example, split: 'auto' }))));
    const values = { added: added.length, skipped: errors.length };
    await inTurns(store.examples.addMany(importId, added));
    const happening = { kind: 'examples.imported', subject: preview.fileName, values } as const;
    context.change(['examples', 'status'], happening, () => store.examples.completed(importId, added));
    return values;
  }

  return {
    'import.preview': async (input) => {
      const source: ImportSource =
        input.kind === 'file'
          ? { kind: 'file', fileName: input.fileName, bytes: await inTurns(decoding(input.base64)) }
          : input;
      return read(context.ids(), source);
    },
    'import.choose': async ({ importId, ...choice }) => read(importId, heldPreview(importId).source, choice),
    'import.check': async ({ importId, mapping }) => {
      const { examples, errors } = await check(heldPreview(importId), mapping);
      return { valid: examples.length, ...told(errors) };
    },
    'import.commit': async ({ importId, mapping, skipInvalid }) => {
      const preview = heldPreview(importId);
      // Two clicks keep nothing twice.
      held.delete(importId);
      try {
        const checked = await check(preview, mapping);
        const { errors } = checked;
        const [first] = errors;
        if (first && !skipInvalid)
          throw new OfficeError('import-rows-invalid', {
            count: errors.length,
            row: first.row,
            column: first.column,
            reason: first.code,
          });
        return { ...(await keep(preview, checked)), ...told(errors) };
      } catch (error) {
        held.set(importId, preview);
        throw error;
      }
    },
  };
}

function told(errors: readonly RowError[]): RowErrors {
  const errorRows = new Set(errors.map(({ row }) => row)).size;
  return { errors: errors.slice(0, mostErrors), errorCount: errors.length, errorRows };
}

/** Characters decoded at once: a millisecond. Four of them are three bytes. */
const decodedAtOnce = 1 << 20;

const base64Characters = /^[\w+/-]*={0,2}$/;

/** Node passes over what is no base64, or takes other letters for it: a file that was sent in another way would be another one. */
function* decoding(base64: string): Generator<void, Buffer> {
  const padding = /=*$/.exec(base64.slice(-2))![0].length;
  const bytes = Buffer.alloc(base64.length % 4 === 0 ? (base64.length / 4) * 3 - padding : 0);
  let written = 0;
  for (let from = 0; from < base64.length; from += decodedAtOnce) {
    const some = base64.slice(from, from + decodedAtOnce);
    if (base64Characters.test(some)) written += bytes.write(some, written, 'base64');
    yield;
  }
  if (base64.length % 4 !== 0 || written !== bytes.length)
    throw new OfficeError('request-invalid', { field: 'base64', fault: 'wrong-form', bound: '' });
  return bytes;
}

function toPreview(importId: string, fileName: string, table: Table): ImportPreview {
  const { encoding, delimiter, columns, rows, hasHeading, sheets, sheet, headingRow, top, notices } = table;
  const sample = rows.slice(0, sampleRows).map(({ cells }) => columns.map((_, index) => cells[index] ?? ''));
  const mapping = proposeMapping(hasHeading ? columns : null, columns.length, rows.slice(0, lookedAt));
  const read = { encoding, delimiter, columns, sheets, sheet, headingRow, notices };
  return {
    importId,
    fileName,
    ...read,
    rows: rows.length,
    sample,
    mapping,
    top: top.map(({ row, cells }) => ({ row, cells })),
  };
}
