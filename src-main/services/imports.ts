/** Importing in two steps: a preview that keeps nothing, then all rows or none. */

import type { importRequests } from '../contract/areas/examples.ts';
import type { ColumnMapping, ImportPreview } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import {
  type CheckedRows,
  checkRows,
  type CompleteMapping,
  type ImportedTable,
  proposeMapping,
  readFile,
  readText,
} from '../importers/index.ts';
import type { Context } from './context.ts';
import { newExample } from './examples.ts';

/** Previews live in memory: as many, and as long, as people sensibly leave a dialog open. */
const previewLimit = 8;
const previewMilliseconds = 30 * 60 * 1000;
const sampleRows = 10;

interface HeldPreview {
  readonly table: ImportedTable;
  readonly fileName: string;
  readonly expiresAt: number;
}

export function createImports(context: Context): HandlersOf<typeof importRequests> {
  const { store } = context;
  const held = new Map<string, HeldPreview>();

  function hold(table: ImportedTable, fileName: string): string {
    const now = context.clock().getTime();
    for (const [id, { expiresAt }] of held) if (expiresAt <= now) held.delete(id);
    const [oldest] = held.keys();
    if (oldest !== undefined && held.size >= previewLimit) held.delete(oldest);
    const importId = context.ids();
    held.set(importId, { table, fileName, expiresAt: now + previewMilliseconds });
    return importId;
  }

  function heldPreview(importId: string): HeldPreview {
    const preview = held.get(importId);
    if (!preview || preview.expiresAt <= context.clock().getTime()) throw new OfficeError('import-expired');
    return preview;
  }

  function check(importId: string, mapping: ColumnMapping): CheckedRows {
    const { table } = heldPreview(importId);
    return checkRows(table, completeMapping(mapping, table.columns.length), store.examples.all());
  }

  return {
    'import.preview': async (input) => {
      const fileName = input.kind === 'file' ? input.fileName : '';
      const table =
        input.kind === 'file' ? await readFile(Buffer.from(input.base64, 'base64'), fileName) : readText(input.text);
      return toPreview(hold(table, fileName), fileName, table);
    },
    'import.check': async ({ importId, mapping }) => {
      const { examples, errors } = check(importId, mapping);
      return { valid: examples.length, errors };
    },
    'import.commit': async ({ importId, mapping, skipInvalid }) => {
      const { fileName } = heldPreview(importId);
      const { examples, errors } = check(importId, mapping);
      const [first] = errors;
      if (first && !skipInvalid)
        throw new OfficeError('import-rows-invalid', { count: errors.length, row: first.row, reason: first.code });
      const values = { added: examples.length, skipped: errors.length };
      context.change(['examples', 'status'], { kind: 'examples.imported', subject: fileName, values }, () => {
        for (const example of examples) store.examples.add(newExample(context, { ...example, split: 'auto' }));
      });
      held.delete(importId);
      return { ...values, errors };
    },
  };
}

function toPreview(importId: string, fileName: string, table: ImportedTable): ImportPreview {
  const { encoding, delimiter, columns, rows, hasHeading } = table;
  const sample = rows.slice(0, sampleRows).map(({ cells }) => columns.map((_, index) => cells[index] ?? ''));
  const mapping = proposeMapping(hasHeading ? columns : null, columns.length);
  return { importId, fileName, encoding, delimiter, columns, rows: rows.length, sample, mapping };
}

function completeMapping({ question, answer, category }: ColumnMapping, width: number): CompleteMapping {
  const exists = (column: number | null) => column === null || column < width;
  if (question === null || answer === null || question === answer || ![question, answer, category].every(exists))
    throw new OfficeError('import-mapping-incomplete');
  return { question, answer, category };
}
