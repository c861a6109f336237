/** From JSON objects to a grid: keys are columns, conversations become question and answer. */

import type { ImportNotice, RowError } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { chatExample, hasSystem } from './chats.ts';
import type { JsonObject, JsonRecords } from './json.ts';
import { TableBudget } from './limits.ts';
import { type CellFault, type Grid, markBroken, shorten, type TableRow } from './table.ts';

/** What says of an answer whether it is one to learn: TRL's unpaired preferences, LLaMA-Factory's. */
const badMarks = ['label', 'kto_tag'] as const;

/** @throws OfficeError import-json-damaged or import-rows-invalid where no object can be used; import-too-many-rows, -columns, -cells, import-cell-too-long */
export function gridOfRecords({ delimiter, records, problems }: JsonRecords, encoding: string): Grid {
  const places = new Map<string, number>();
  const budget = new TableBudget();
  const rows: TableRow[] = [];
  const faulty: RowError[] = [...problems];
  let systems = 0;
  let thoughts = 0;
  for (const { row, object } of records) {
    const mark = badMarks.find((key) => object[key] === false);
    if (mark !== undefined) {
      faulty.push({ row, column: mark, code: 'marked-bad', value: 'false' });
      continue;
    }
    const chat = chatExample(object);
    if (chat && 'code' in chat) {
      faulty.push({ row, ...chat });
      continue;
    }
    if (chat?.hasSystem || (chat === null && hasSystem(object))) systems += 1;
    if (chat?.hasThought) thoughts += 1;
    const read = readRecord(row, chat ? withoutChat(object, chat) : object, places, budget);
    if (read) rows.push(read);
  }
  const [first] = faulty;
  if (rows.length === 0 && first) {
    const { row, column, code: reason } = first;
    if (reason === 'json-damaged') throw new OfficeError('import-json-damaged', { line: row, column: 1 });
    throw new OfficeError('import-rows-invalid', { count: faulty.length, row, column, reason });
  }
  const counted = [
    { code: 'system-left-out', values: { count: systems } },
    { code: 'thoughts-left-out', values: { count: thoughts } },
  ] as const;
  const notices: readonly ImportNotice[] = counted.filter(({ values }) => values.count > 0);
  return { encoding, delimiter, keys: [...places.keys()], rows, problems: faulty, notices, sheets: [], sheet: null };
}

function withoutChat(
  object: JsonObject,
  { question, answer, keys }: { readonly question: string; readonly answer: string; readonly keys: readonly string[] },
): JsonObject {
  const rest = Object.entries(object).filter(([key]) => ![...keys, 'system', 'question', 'answer'].includes(key));
  return { question, answer, ...Object.fromEntries(rest) };
}

function readRecord(
  row: number,
  object: JsonObject,
  places: Map<string, number>,
  budget: TableBudget,
): TableRow | null {
  const cells: string[] = [];
  const faults: CellFault[] = [];
  for (const [key, value] of Object.entries(object)) {
    const column = places.get(key) ?? places.size;
    places.set(key, column);
    const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    budget.cell(row, column, text.length);
    if (typeof value === 'object' && value !== null) faults.push({ column, code: 'not-text', value: shorten(text) });
    while (cells.length < column) {
      budget.cell(row, cells.length, 0);
      cells.push('');
    }
    cells[column] = text;
  }
  if (cells.every((cell) => cell.trim() === '')) return null;
  budget.row();
  return markBroken({ row, cells, faults });
}
