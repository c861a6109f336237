/** Counts how much of a file is read, so that no file can hold up the app. */

import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';

/** Counts what a table takes while it is read. Rows are numbered as a spreadsheet numbers them, from 1. */
export interface Budget {
  /** Before another cell is kept in column `column` (from 0). @throws OfficeError import-too-many-columns, import-too-many-cells, import-cell-too-long */
  cell(row: number, column: number, characters: number): void;
  /** Before another row with content is kept. @throws OfficeError import-too-many-rows */
  row(): void;
}

/** Holds a table to `importLimits`. */
export class TableBudget implements Budget {
  private rows = 0;
  private cells = 0;

  cell(row: number, column: number, characters: number): void {
    if (column >= importLimits.columns)
      throw new OfficeError('import-too-many-columns', { row, most: importLimits.columns });
    if (++this.cells > importLimits.cells) throw new OfficeError('import-too-many-cells', { most: importLimits.cells });
    if (characters > importLimits.cellCharacters) {
      const values = { row, column: columnLetter(column), most: importLimits.cellCharacters };
      throw new OfficeError('import-cell-too-long', values);
    }
  }

  row(): void {
    if (++this.rows > importLimits.rows) throw new OfficeError('import-too-many-rows', { most: importLimits.rows });
  }
}

/** Names of columns as a spreadsheet has them: A, B, … Z, AA. `index` from 0. */
export function columnLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnLetter(Math.floor(index / 26) - 1) + letter;
}
