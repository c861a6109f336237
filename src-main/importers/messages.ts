/**
 * What the host and a reading process say to each other: one request, one answer, each in pieces. Whoever takes or gives very
 * much at once is held up by it, and a host has others to serve.
 */

import type { ErrorReport } from '../contract/entities.ts';
import type { ImportChoice } from './read.ts';
import type { Table } from './table.ts';

export type ToReader =
  /** The next piece of what is to be read. */
  | { readonly kind: 'piece'; readonly piece: string | Uint8Array }
  /** All pieces are there. @param fileName null: they are a text */
  | { readonly kind: 'read'; readonly fileName: string | null; readonly choice: ImportChoice };

export type FromReader =
  /** Some rows of the table that follows. */
  | { readonly kind: 'rows'; readonly rows: Table['rows'] }
  /** Some of its rows that could not be read. */
  | { readonly kind: 'problems'; readonly problems: Table['problems'] }
  | { readonly kind: 'table'; readonly table: Omit<Table, 'rows' | 'problems'> }
  /** `detail` is for the log alone: what a library said, or the stack of something unexpected; null where the error says all. */
  | { readonly kind: 'failed'; readonly error: ErrorReport; readonly detail: string | null };
