/** The importers' door for the host: starts the reading, proposes what the columns are, and checks the rows. */

export { proposeMapping } from './headings.ts';
export type { ImportChoice, ImportSource } from './read.ts';
export { createTableReader, type TableReader } from './reader.ts';
export {
  checkingRows,
  checkRows,
  type CheckedRows,
  type CompleteMapping,
  completeMapping,
  foundMapping,
} from './rows.ts';
export type { Table } from './table.ts';
