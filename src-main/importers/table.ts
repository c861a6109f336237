/** What every importer produces: columns, and rows that remember where they stood in the file. */

export interface TableRow {
  /** As a spreadsheet counts it, from 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly encoding: string;
  /** The character, or what stood in for it: `Q/A`, `xlsx`, `jsonl`. */
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Rows whose cells are all blank are nothing to anybody. */
export function withoutEmptyRows(rows: readonly (readonly string[])[]): readonly TableRow[] {
  return rows
    .map((cells, index) => ({ row: index + 1, cells: cells.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}
