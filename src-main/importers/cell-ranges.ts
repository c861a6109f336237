/** Ranges of cells, and what is told by them about a sheet. */

/** Rows and columns from 0, the last ones included. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Of one sheet. */
export interface ShownOtherwise {
  readonly hidesZeros: boolean;
  /** Numbers in here are shown by a condition. */
  readonly byCondition: readonly CellRange[];
  /** Cells of which at least a part is struck through: somebody took it back. */
  readonly struck: readonly CellRange[];
  /** Whether cells stand twice or behind later ones: what counts is not known, and Excel refuses it, too. */
  readonly disordered: boolean;
}

export const nothingOtherwise: ShownOtherwise = { hidesZeros: false, byCondition: [], struck: [], disordered: false };

/** Of an archive, by their names. */
export type Files = ReadonlyMap<string, Buffer>;

/** Which of the ranges hold a cell. Rows are asked in their order, so that many ranges cost no more than they are. */
export function finder(ranges: readonly CellRange[]): (row: number, column: number) => boolean {
  const waiting = ranges.toSorted((one, other) => other.top - one.top);
  let open: CellRange[] = [];
  let last = -1;
  return (row, column) => {
    if (row !== last) {
      while ((waiting.at(-1)?.top ?? Infinity) <= row) open.push(waiting.pop()!);
      open = open.filter(({ bottom }) => bottom >= row);
      last = row;
    }
    return open.some(({ left, right }) => column >= left && column <= right);
  };
}
