/** The collected examples, in the order in which they were written down. */

import type { Database } from 'better-sqlite3';
import type { Example } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';
import { createParts } from './in-parts.ts';
import { insertInto, updateOf } from './rows.ts';
import { requireWhole, wholeRow } from './seals.ts';

export interface ExampleStore {
  /** One page, newest first. */
  page(offset: number, limit: number): readonly Example[];
  /**
   * Positions of the examples that hold a text, newest first; case, width and spacing do not matter. Nothing keeps them in
   * order of their words, so all are read, some at a time.
   */
  search(text: string): Generator<void, readonly number[]>;
  at(positions: readonly number[]): readonly Example[];
  /** Whether any example holds a text, as `search` finds it. */
  holds(text: string): boolean;
  /**
   * All, oldest first: the order that a dataset version keeps. Read a page at a time, so that other work may go on between
   * two examples; what changes meanwhile is read as it is then.
   * @throws OfficeError database-damaged, where a row is no longer what was written
   */
  all(): Iterable<Example>;
  get(id: string): Example | null;
  count(): number;
  add(example: Example): void;
  /**
   * Writes examples some at a time and each time on disk; they are an import that is under way until `completed`. What a host
   * that was killed meanwhile left of one is removed by `removeIncomplete`.
   * @throws OfficeError disk-full, in the generator: then none of them is left
   */
  addMany(importId: string, examples: readonly Example[]): Generator<void>;
  /** They are examples as any other from now on. */
  completed(importId: string, examples: readonly Example[]): void;
  removeIncomplete(): void;
  update(example: Example): void;
  /** How many of them existed. */
  delete(ids: readonly string[]): number;
  /** Grows with every change, so that results computed from all examples can be kept until then. */
  revision(): number;
  /** Ids of examples that were added, changed or deleted after a revision, so that who follows looks at these alone. */
  changedSince(revision: number): readonly string[];
}

type ExampleRow = Example & { readonly folded: string; readonly importId: string | null };

const columns = ['id', 'question', 'answer', 'category', 'split', 'createdBy', 'createdAt', 'updatedAt'] as const;
const selected = columns.join(', ');
/** Rows in which a text is looked for at once: some milliseconds. */
const searchedAtOnce = 5000;
/** Rows read at once: some milliseconds. */
const pageRows = 1000;

export function createExampleStore(database: Database): ExampleStore {
  const after = database.prepare<[number, number], Example & { readonly position: number; readonly whole: number }>(
    `SELECT position, ${wholeRow(database, 'examples')} AS whole, ${selected}
     FROM examples WHERE position > ? ORDER BY position LIMIT ?`,
  );
  const page = database.prepare<[number, number], Example>(
    `SELECT ${selected} FROM examples ORDER BY position DESC LIMIT ? OFFSET ?`,
  );
  const matches = database
    .prepare<[number, number, string], number>(
      'SELECT position FROM examples WHERE position > ? AND position <= ? AND instr(folded, ?) > 0 ORDER BY position DESC',
    )
    .pluck();
  const any = database.prepare<[string], number>('SELECT 1 FROM examples WHERE instr(folded, ?) > 0 LIMIT 1').pluck();
  const last = database.prepare<[], { position: number }>('SELECT MAX(position) AS position FROM examples');
  const byPosition = database.prepare<[number], Example>(`SELECT ${selected} FROM examples WHERE position = ?`);
  const count = database.prepare<[], { n: number }>('SELECT COUNT(*) AS n FROM examples');
  const byId = database.prepare<[string], Example>(`SELECT ${selected} FROM examples WHERE id = ?`);
  const insert = insertInto<ExampleRow>(database, 'examples', [...columns, 'folded', 'importId']);
  const update = updateOf<ExampleRow>(database, 'examples', 'id', [
    'question',
    'answer',
    'category',
    'split',
    'updatedAt',
    'folded',
  ]);
  const remove = database.prepare<[string]>('DELETE FROM examples WHERE id = ?');
  const imports = createParts(database, 'incompleteImports', 'DELETE FROM examples WHERE importId = ?');
  const addSome = database.transaction((importId: string, some: readonly Example[]) =>
    some.forEach((example) => insert.run(toRow(example, importId))),
  );
  /** One a change: a revision is how many there were. Ids of changes that were undone may be among them. */
  const changes: string[] = [];
  return {
    *all() {
      for (let last = 0; ;) {
        const rows = after.all(last, pageRows);
        if (rows.length === 0) return;
        for (const row of rows) {
          const { position, ...example } = requireWhole(database, 'examples', row, row.position);
          last = position;
          yield example;
        }
      }
    },
    page: (offset, limit) => page.all(limit, offset),
    *search(text) {
      const folded = foldText(text);
      const positions: number[] = [];
      for (let from = last.get()?.position ?? 0; from > 0; from -= searchedAtOnce) {
        positions.push(...matches.all(from - searchedAtOnce, from, folded));
        yield;
      }
      return positions;
    },
    holds: (text) => any.get(foldText(text)) !== undefined,
    at: (positions) => positions.flatMap((position) => byPosition.get(position) ?? []),
    get: (id) => byId.get(id) ?? null,
    count: () => count.get()?.n ?? 0,
    add(example) {
      changes.push(example.id);
      insert.run(toRow(example, null));
    },
    addMany: (importId, examples) =>
      imports.write(importId, {
        rows: examples,
        // What is folded for the search is about as long as what it is folded from.
        texts: ({ question, answer, category }) => [question, answer, category, question, answer, category],
        write: (some) => addSome(importId, some),
      }),
    completed(importId, examples) {
      for (const { id } of examples) changes.push(id);
      imports.completed(importId);
    },
    removeIncomplete: () => imports.removeIncomplete(),
    update(example) {
      changes.push(example.id);
      update.run(toRow(example, null));
    },
    delete(ids) {
      for (const id of ids) changes.push(id);
      return ids.reduce((sum, id) => sum + remove.run(id).changes, 0);
    },
    revision: () => changes.length,
    changedSince: (revision) => changes.slice(revision),
  };
}

function toRow(example: Example, importId: string | null): ExampleRow {
  return { ...example, importId, folded: foldText(`${example.question}\n${example.answer}\n${example.category}`) };
}
