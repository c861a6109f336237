/** Where a reading process begins: it reads one file, says what it found, and is ended by whoever asked. */

import { flushCompileCache } from 'node:module';
import '../engine/low-priority.ts';
import { OfficeError } from '../contract/errors.ts';
import { openParentPort } from '../engine/parent-port.ts';
import type { FromReader, ToReader } from './messages.ts';
import { type ImportChoice, type ImportSource, readSource } from './read.ts';

/** Rows, and characters in them, that cost the host some milliseconds. */
const rowsAtOnce = 500;
const charactersAtOnce = 500_000;
/** What a cell takes beside its text, in characters. */
const cellTakes = 20;

const port = openParentPort<FromReader, ToReader>();
const texts: string[] = [];
const bytes: Uint8Array[] = [];

port.onMessage((message) => {
  if (message.kind === 'read') return void read(message);
  const { piece } = message;
  if (typeof piece === 'string') texts.push(piece);
  else bytes.push(piece);
});

function read({ fileName, choice }: { readonly fileName: string | null; readonly choice: ImportChoice }): void {
  const source: ImportSource =
    fileName === null
      ? { kind: 'text', text: texts.join('') }
      : { kind: 'file', fileName, bytes: Buffer.concat(bytes.splice(0)) };
  readSource(source, choice).then(
    ({ rows, problems, ...table }) => {
      // As in a model process: whoever asked ends this one once it has answered.
      flushCompileCache();
      for (const some of parted(rows, ({ cells }) => cells)) port.send({ kind: 'rows', rows: some });
      for (const some of parted(problems, ({ value }) => [value])) port.send({ kind: 'problems', problems: some });
      port.send({ kind: 'table', table });
    },
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      const { code, values } = error instanceof OfficeError ? error : { code: 'unexpected', values: { reason } };
      const cause = error instanceof OfficeError ? error.cause : error;
      const detail = cause instanceof Error ? (cause.stack ?? cause.message) : null;
      port.send({ kind: 'failed', error: { code, values }, detail });
    },
  );
}

function* parted<Row>(rows: readonly Row[], textsOf: (row: Row) => readonly string[]): Generator<readonly Row[]> {
  let some: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    some.push(row);
    for (const text of textsOf(row)) characters += text.length + cellTakes;
    if (some.length < rowsAtOnce && characters < charactersAtOnce) continue;
    yield some;
    [some, characters] = [[], 0];
  }
  if (some.length > 0) yield some;
}
