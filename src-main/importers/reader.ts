/** Reads tables in a process that can be ended: whatever a file does, the host goes on, and says what happened. */

import { type ErrorCode, OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';
import type { StartProcess } from '../engine/process.ts';
import type { FromReader, ToReader } from './messages.ts';
import type { ImportChoice, ImportSource } from './read.ts';
import type { Table, TableRow } from './table.ts';

export interface ReaderOptions {
  /** Absolute path of `reading-process.ts`, or of what it was bundled into. */
  readonly entry: string;
  readonly startProcess: StartProcess;
  readonly log: { error(fields: object, message: string): void };
  /** Longest time from the start of the process to its answer, in seconds; tests pass their own. */
  readonly seconds?: number;
}

export interface TableReader {
  /** @throws OfficeError with a code that begins with `import-`: what is wrong with the file, or which limit it passes */
  read(source: ImportSource, choice?: ImportChoice): Promise<Table>;
}

/** A process for each file, so that nothing of one is left over for the next. */
export function createTableReader({
  entry,
  startProcess,
  log,
  seconds = importLimits.seconds,
}: ReaderOptions): TableReader {
  return {
    read: async (source, choice = {}) => {
      const answer = Promise.withResolvers<Table>();
      const output: string[] = [];
      const rows: TableRow[] = [];
      const process = startProcess<ToReader, FromReader>(entry, (text) => output.push(text));
      process.onMessage((message) => {
        if (message.kind === 'rows') return void rows.push(...message.rows);
        if (message.kind === 'table') return answer.resolve({ ...message.table, rows });
        const { code, values } = message.error;
        // What a library said is no sentence for a person, but whoever looks for the cause needs it.
        if (message.detail !== null) log.error({ code, detail: message.detail }, 'a table could not be read');
        answer.reject(new OfficeError(code as ErrorCode, values));
      });
      process.onExit((reason) => {
        const died = new OfficeError('import-reader-ended', { reason });
        answer.reject(died);
      });
      const tooSlow = () => answer.reject(new OfficeError('import-too-slow', { seconds }));
      const timer = setTimeout(tooSlow, seconds * 1000);
      try {
        process.send({ source, choice });
        return await answer.promise;
      } catch (error) {
        if (error instanceof OfficeError && error.code === 'import-reader-ended')
          log.error({ output: output.join('').slice(-4_000) }, 'a reading process ended');
        throw error;
      } finally {
        clearTimeout(timer);
        process.kill();
      }
    },
  };
}
