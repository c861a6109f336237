/**
 * What a model thought before it answered, kept in front of the answer as models that think write it. Examples have answers
 * alone: behind a prompt in which thinking is off, the thought would be trained as a part of the answer.
 */

import type { TableRow } from './table.ts';

const thought = /^<think>[\s\S]*?<\/think>\s*/u;

/** The rows without thoughts at the beginning of their cells, and in how many rows there was one. */
export function withoutThoughts(rows: readonly TableRow[]): {
  readonly rows: readonly TableRow[];
  readonly count: number;
} {
  const begins = (cell: string) => cell.startsWith('<think>') && thought.test(cell);
  const count = rows.filter(({ cells }) => cells.some(begins)).length;
  if (count === 0) return { rows, count };
  const answerOf = (cell: string) => (begins(cell) ? cell.replace(thought, '') : cell);
  return { rows: rows.map((row) => ({ ...row, cells: row.cells.map(answerOf) })), count };
}
