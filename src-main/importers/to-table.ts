/** From a grid to a table: which row names the columns, what stands above it, and rows with more cells than columns. */

import type { ImportNotice, RowError } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { alikeColumns, findHeading, foldHeading } from './headings.ts';
import { columnLetter } from './limits.ts';
import { type Grid, shorten, type Table, type TableRow } from './table.ts';
import { withoutThoughts } from './thoughts.ts';

/** Rows shown to choose the headings from. */
const shownRows = 12;

/**
 * @param chosen the row that names the columns, null for none; undefined finds it.
 * @throws OfficeError import-empty, import-one-column
 */
export function toTable(grid: Grid, chosen?: number | null): Table {
  const { keys, letters = [], ...found } = grid;
  const { rows, count } = withoutThoughts(found.rows);
  const rest = { ...found, notices: withCount(found.notices, count) };
  if (keys) return finish(combineAlpaca({ ...rest, columns: keys, hasHeading: true, headingRow: null, top: [], rows }));
  const heading = chosen === undefined ? findHeading(rows) : (rows.find(({ row }) => row === chosen) ?? null);
  const below = heading ? rows.filter(({ row }) => row > heading.row) : rows;
  // Files put together from several have their headings once for each.
  const isAgain = ({ cells }: TableRow) =>
    heading !== null && cells.length === heading.cells.length && cells.every((cell, at) => cell === heading.cells[at]);
  const again = below.filter(isAgain);
  const data = again.length === 0 ? below : below.filter((row) => !isAgain(row));
  const above = heading ? rows.filter(({ row }) => row < heading.row).length : 0;
  const width = heading ? widthOf(heading) : usualWidth(rows);
  const letterOf = (column: number): string => letters[column] ?? columnLetter(column);
  const columns = distinct(
    Array.from({ length: width }, (_, index) => nameOf(heading, index, letterOf)),
    letterOf,
  );
  const surplus = data.filter((row) => widthOf(row) > width);
  const notices: readonly ImportNotice[] =
    above > 0
      ? [...rest.notices, { code: 'rows-above-heading', values: { count: above, row: heading!.row } }]
      : rest.notices;
  return finish(
    combineAlpaca({
      ...rest,
      notices,
      columns,
      hasHeading: heading !== null,
      headingRow: heading?.row ?? null,
      top: rows.slice(0, shownRows),
      rows: surplus.length === 0 ? data : data.filter((row) => widthOf(row) <= width),
      problems: [
        ...rest.problems,
        ...again.map(({ row, cells }) => headingsAgain(row, cells)),
        ...surplus.map((row) => surplusOf(row, width, letterOf(width))),
      ],
    }),
    chosen,
  );
}

function finish(table: Table, chosen?: number | null): Table {
  if (table.rows.length === 0 && table.problems.length === 0) throw new OfficeError('import-empty');
  if (table.columns.length < 2) throw new OfficeError('import-one-column', { delimiter: table.delimiter });
  const alike = table.hasHeading ? alikeColumns(table.columns) : [];
  const named = alike.map(({ role, columns }): ImportNotice => ({
    code: 'columns-alike',
    values: { role, columns: columns.join(', ') },
  }));
  // What a person chose needs no notice.
  const byOrder: readonly ImportNotice[] =
    table.hasHeading || chosen !== undefined ? [] : [{ code: 'no-headings', values: {} }];
  return {
    ...table,
    notices: [...table.notices, ...named, ...byOrder],
    problems: table.problems.toSorted((one, other) => one.row - other.row),
  };
}

/** Thoughts that stood in front of answers are counted with those that stood beside them. */
function withCount(notices: readonly ImportNotice[], count: number): readonly ImportNotice[] {
  if (count === 0) return notices;
  const beside = notices.find(({ code }) => code === 'thoughts-left-out');
  const values = { count: count + Number(beside?.values['count'] ?? 0) };
  return [...notices.filter((each) => each !== beside), { code: 'thoughts-left-out', values }];
}

type LetterOf = (column: number) => string;

/** By its letter where nothing names it; in brackets beside other names, because letters are names, too (`A` for answers). */
function nameOf(heading: TableRow | null, column: number, letterOf: LetterOf): string {
  if (!heading) return letterOf(column);
  return heading.cells[column] || `(${letterOf(column)})`;
}

/** A heading that stands twice is told apart by the letter of its column. */
function distinct(columns: readonly string[], letterOf: LetterOf): readonly string[] {
  const counts = Map.groupBy(columns, (name) => name);
  return columns.map((name, index) => (counts.get(name)!.length > 1 ? `${name} (${letterOf(index)})` : name));
}

/** Cells up to the last one with content. */
function widthOf({ cells }: TableRow): number {
  return cells.findLastIndex((cell) => cell !== '') + 1;
}

/** Without headings: as many cells as most rows have; the smaller number of a tie leaves nothing out unseen. */
function usualWidth(rows: readonly TableRow[]): number {
  const counts = [...Map.groupBy(rows, ({ cells }) => cells.length)].map(([width, members]) => ({
    width,
    count: members.length,
  }));
  return counts.reduce(
    (best, each) => (each.count > best.count || (each.count === best.count && each.width < best.width) ? each : best),
    { width: 0, count: 0 },
  ).width;
}

const headingsAgain = (row: number, cells: readonly string[]): RowError => ({
  row,
  column: '',
  code: 'headings-again',
  value: shorten(cells.join(' ')),
});

function surplusOf({ row, cells }: TableRow, width: number, column: string): RowError {
  return { row, column, code: 'surplus-cells', value: shorten(cells.slice(width).join(' ')) };
}

const alpacaNames: readonly (readonly string[])[] = [['instruction'], ['input', 'context'], ['output', 'response']];

/**
 * Instruction, input and output as Alpaca has them, or with the names of Dolly: what is asked is the instruction together with
 * its input.
 * https://github.com/tatsu-lab/stanford_alpaca#data-release
 */
function combineAlpaca(table: Table): Table {
  const folded = table.columns.map(foldHeading);
  const places = alpacaNames.map((names) => folded.flatMap((each, at) => (names.includes(each) ? [at] : [])));
  // One of each; of two that are called the same, a person chooses.
  if (places.some(({ length }) => length !== 1)) return table;
  const [instruction, input] = places.flat();
  const combine = (cells: readonly string[]): readonly string[] =>
    cells.map((cell, column) => {
      if (column !== instruction) return cell;
      return [cell, cells[input!] ?? ''].filter((part) => part.trim() !== '').join('\n');
    });
  const name = `${table.columns[instruction!]} + ${table.columns[input!]}`;
  return {
    ...table,
    columns: table.columns.map((column, index) => (index === instruction ? name : column)),
    rows: table.rows.map((row) => ({
      ...row,
      cells: combine(row.cells),
      ...(row.faults && {
        faults: row.faults.map((fault) => (fault.column === input ? { ...fault, column: instruction! } : fault)),
      }),
    })),
  };
}
