/** What the host and a reading process say to each other: one request, one answer in pieces. */

import type { ErrorReport } from '../contract/entities.ts';
import type { ImportChoice, ImportSource } from './read.ts';
import type { Table } from './table.ts';

export interface ToReader {
  readonly source: ImportSource;
  readonly choice: ImportChoice;
}

export type FromReader =
  /** Some rows of the table that follows: a host that takes very many at once is held up by it. */
  | { readonly kind: 'rows'; readonly rows: Table['rows'] }
  | { readonly kind: 'table'; readonly table: Omit<Table, 'rows'> }
  /** `detail` is for the log alone: what a library said, or the stack of something unexpected; null where the error says all. */
  | { readonly kind: 'failed'; readonly error: ErrorReport; readonly detail: string | null };
