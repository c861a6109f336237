/** Question and answer pairs, one by one or by the file. */

import * as v from 'valibot';
import type { Example, ImportCheck, ImportPreview, ImportResult } from '../entities.ts';
import { id, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

const exampleInput = v.strictObject({
  question: text(limits.question),
  answer: text(limits.question),
  category: v.optional(text(limits.name), ''),
  split: v.optional(v.picklist(['auto', 'train', 'heldOut', 'regression']), 'auto'),
});

/** So many are read or deleted within some milliseconds. */
const mostAtOnce = 1000;

export const exampleRequests = {
  'examples.list': query({
    input: v.strictObject({
      search: v.optional(text(500), ''),
      offset: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      limit: whole(1, mostAtOnce),
    }),
    output: gives<{ readonly total: number; readonly examples: readonly Example[] }>(),
    permission: 'read',
    staleAfter: ['examples'],
  }),
  'examples.add': command({ input: exampleInput, output: gives<Example>(), permission: 'collect' }),
  /** `basedOn`: the `updatedAt` of what was edited; refused with `changed-meanwhile` where somebody saved another since. */
  'examples.update': command({
    input: v.strictObject({ id, example: exampleInput, basedOn: v.optional(text(100)) }),
    output: gives<Example>(),
    permission: 'collect',
  }),
  'examples.delete': command({
    input: v.strictObject({ ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(mostAtOnce)) }),
    output: gives<{ readonly deleted: number }>(),
    permission: 'collect',
  }),
};

const column = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0)));
const mapping = v.strictObject({ question: column, answer: column, category: column });

export const importRequests = {
  /** Text from the clipboard (a table, JSON, or "Q:/A:" lines) or a whole file in base64: separated text, JSON or a workbook. */
  'import.preview': command({
    input: v.variant('kind', [
      v.strictObject({ kind: v.literal('text'), text: text(20_000_000) }),
      v.strictObject({ kind: v.literal('file'), fileName: text(1000), base64: text(80_000_000) }),
    ]),
    output: gives<ImportPreview>(),
    permission: 'collect',
  }),
  /** Reads a held file again: another sheet, or another row (null: none) that names the columns. What is left out is found. */
  'import.choose': command({
    input: v.strictObject({
      importId: id,
      sheet: v.optional(text(1000)),
      headingRow: v.optional(v.nullable(whole(1, 10_000_000))),
    }),
    output: gives<ImportPreview>(),
    permission: 'collect',
  }),
  /** Says which rows of a preview could be kept under this mapping; keeps nothing. */
  'import.check': query({
    input: v.strictObject({ importId: id, mapping }),
    output: gives<ImportCheck>(),
    permission: 'collect',
    staleAfter: [],
  }),
  /** Keeps the rows of a preview. With `skipInvalid` false one bad row refuses all; nothing is half kept. */
  'import.commit': command({
    input: v.strictObject({ importId: id, mapping, skipInvalid: v.boolean() }),
    output: gives<ImportResult>(),
    permission: 'collect',
  }),
};

export const exampleEvents = ['example.added', 'example.changed', 'examples.deleted', 'examples.imported'] as const;
