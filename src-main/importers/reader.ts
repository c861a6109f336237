/** Reads tables in a process that can be ended: whatever a file does, the host goes on, and says what happened. */

import { setImmediate } from 'node:timers/promises';
import { type ErrorCode, OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';
import type { StartProcess } from '../engine/process.ts';
import type { FromReader, ToReader } from './messages.ts';
import type { ImportChoice, ImportSource } from './read.ts';
import type { Table } from './table.ts';

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

/** Bytes or characters sent at once: a millisecond of the host. */
const sentAtOnce = 1 << 20;

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
      const [rows, problems]: [Table['rows'][number][], Table['problems'][number][]] = [[], []];
      // It may end, or take too long, while there is still something to be sent to it.
      answer.promise.catch(() => {});
      const process = startProcess<ToReader, FromReader>(entry, (text) => output.push(text));
      process.onMessage((message) => {
        if (message.kind === 'rows') return void rows.push(...message.rows);
        if (message.kind === 'problems') return void problems.push(...message.problems);
        if (message.kind === 'table') return answer.resolve({ ...message.table, rows, problems });
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
        for (const piece of piecesOf(source)) {
          process.send({ kind: 'piece', piece });
          await setImmediate();
        }
        process.send({ kind: 'read', fileName: source.kind === 'file' ? source.fileName : null, choice });
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

function* piecesOf(source: ImportSource): Generator<string | Uint8Array> {
  const whole = source.kind === 'text' ? source.text : source.bytes;
  for (let from = 0; from < whole.length; from += sentAtOnce) {
    const to = from + sentAtOnce;
    // A copy of these bytes: of a part that shares its memory, Electron sends all that is shared.
    yield typeof whole === 'string' ? whole.slice(from, to) : new Uint8Array(whole.subarray(from, to));
  }
}
