/** Where a reading process begins: it reads one file, says what it found, and is ended by whoever asked. */

import { flushCompileCache } from 'node:module';
import '../engine/low-priority.ts';
import { OfficeError } from '../contract/errors.ts';
import { openParentPort } from '../engine/parent-port.ts';
import type { FromReader, ToReader } from './messages.ts';
import { readSource } from './read.ts';

/** Some milliseconds of the host. */
const rowsAtOnce = 500;

const port = openParentPort<FromReader, ToReader>();

port.onMessage(({ source, choice }) => {
  readSource(source, choice).then(
    ({ rows, ...table }) => {
      // As in a model process: whoever asked ends this one once it has answered.
      flushCompileCache();
      for (let from = 0; from < rows.length; from += rowsAtOnce)
        port.send({ kind: 'rows', rows: rows.slice(from, from + rowsAtOnce) });
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
});
