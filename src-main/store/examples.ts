/** The collected examples, in the order in which they were written down. */

import type { Database } from 'better-sqlite3';
import type { Example } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';
import { insertInto, updateOf } from './rows.ts';

export interface ExampleStore {
  /** All, oldest first: the order that a dataset version keeps. */
  all(): readonly Example[];
  /** One page, newest first. `search` ignores case, width and spacing. */
  page(
    search: string,
    offset: number,
    limit: number,
  ): { readonly total: number; readonly examples: readonly Example[] };
  get(id: string): Example | null;
  count(): number;
  add(example: Example): void;
  update(example: Example): void;
  /** How many of them existed. */
  delete(ids: readonly string[]): number;
  /** Grows with every change, so that results computed from all examples can be kept until then. */
  revision(): number;
  /** Ids of examples that were added, changed or deleted after a revision, so that who follows looks at these alone. */
  changedSince(revision: number): readonly string[];
}

type ExampleRow = Example & { readonly folded: string };

const columns = ['id', 'question', 'answer', 'category', 'split', 'createdBy', 'createdAt', 'updatedAt'] as const;
const selected = columns.join(', ');

export function createExampleStore(database: Database): ExampleStore {
  const all = database.prepare<[], Example>(`SELECT ${selected} FROM examples ORDER BY position`);
  const page = database.prepare<[string, number, number], Example>(
    `SELECT ${selected} FROM examples WHERE instr(folded, ?) > 0 ORDER BY position DESC LIMIT ? OFFSET ?`,
  );
  const matches = database.prepare<[string], { n: number }>(
    'SELECT COUNT(*) AS n FROM examples WHERE instr(folded, ?) > 0',
  );
  const count = database.prepare<[], { n: number }>('SELECT COUNT(*) AS n FROM examples');
  const byId = database.prepare<[string], Example>(`SELECT ${selected} FROM examples WHERE id = ?`);
  const insert = insertInto<ExampleRow>(database, 'examples', [...columns, 'folded']);
  const update = updateOf<ExampleRow>(database, 'examples', 'id', [
    'question',
    'answer',
    'category',
    'split',
    'updatedAt',
    'folded',
  ]);
  const remove = database.prepare<[string]>('DELETE FROM examples WHERE id = ?');
  /** One a change: a revision is how many there were. Ids of changes that were undone may be among them. */
  const changes: string[] = [];
  return {
    all: () => all.all(),
    page(search, offset, limit) {
      const folded = foldText(search);
      return { total: matches.get(folded)?.n ?? 0, examples: page.all(folded, limit, offset) };
    },
    get: (id) => byId.get(id) ?? null,
    count: () => count.get()?.n ?? 0,
    add(example) {
      changes.push(example.id);
      insert.run(withFolded(example));
    },
    update(example) {
      changes.push(example.id);
      update.run(withFolded(example));
    },
    delete(ids) {
      for (const id of ids) changes.push(id);
      return ids.reduce((sum, id) => sum + remove.run(id).changes, 0);
    },
    revision: () => changes.length,
    changedSince: (revision) => changes.slice(revision),
  };
}

function withFolded(example: Example): ExampleRow {
  return { ...example, folded: foldText(`${example.question}\n${example.answer}\n${example.category}`) };
}
