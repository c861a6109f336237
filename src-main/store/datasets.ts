/** Frozen dataset versions with their examples. */

import type { Database } from 'better-sqlite3';
import type { DatasetVersion } from '../contract/entities.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import { createParts } from './in-parts.ts';
import { insertInto, nextNumber } from './rows.ts';
import { damaged, requireWhole, wholeRow } from './seals.ts';

/** Rows read at once: some milliseconds. */
const pageRows = 1000;

export interface DatasetStore {
  /** Newest first. */
  list(): readonly DatasetVersion[];
  get(id: string): DatasetVersion | null;
  newest(): DatasetVersion | null;
  nextNumber(): number;
  /**
   * Writes the examples of a version that is not there yet, some at a time and each time on disk; nobody sees them before
   * `add`. What is left over from a host that was killed meanwhile is removed by `clearStaged`.
   * @throws OfficeError disk-full, in the generator: then nothing is left over
   */
  stage(versionId: string, examples: readonly FrozenExample[]): Generator<void>;
  unstage(versionId: string): void;
  clearStaged(): void;
  /** Makes a version of staged examples. */
  add(version: DatasetVersion): void;
  /**
   * In frozen order, a page at a time: other work may go on between two of them.
   * @throws OfficeError database-damaged, where a row is no longer what was frozen, or one is missing
   */
  reading(versionId: string): Iterable<FrozenExample>;
  /** In frozen order. @throws OfficeError as `reading` */
  examples(versionId: string): readonly FrozenExample[];
}

type FrozenRow = Omit<FrozenExample, 'id'> & {
  readonly versionId: string;
  readonly position: number;
  readonly exampleId: string;
};

export function createDatasetStore(database: Database): DatasetStore {
  const list = database.prepare<[], DatasetVersion>('SELECT * FROM datasetVersions ORDER BY number DESC');
  const byId = database.prepare<[string], DatasetVersion>('SELECT * FROM datasetVersions WHERE id = ?');
  const insert = insertInto<DatasetVersion>(database, 'datasetVersions', [
    'id',
    'number',
    'hash',
    'train',
    'heldOut',
    'regression',
    'createdBy',
    'createdAt',
  ]);
  const insertExample = insertInto<FrozenRow>(database, 'datasetExamples', [
    'versionId',
    'position',
    'exampleId',
    'question',
    'answer',
    'category',
    'split',
  ]);
  const selected = `exampleId AS id, question, answer, category, split, ${wholeRow(database, 'datasetExamples')} AS whole`;
  const some = database.prepare<[string, number, number], FrozenExample & { readonly whole: number }>(
    `SELECT ${selected} FROM datasetExamples
     WHERE versionId = ? AND position >= ? AND position < ? ORDER BY position`,
  );
  const insertSome = database.transaction((versionId: string, from: number, some: readonly FrozenExample[]) =>
    some.forEach(({ id, ...example }, place) =>
      insertExample.run({ ...example, exampleId: id, versionId, position: from + place }),
    ),
  );
  const staged = createParts(database, 'incompleteVersions', 'DELETE FROM datasetExamples WHERE versionId = ?');

  function* reading(versionId: string): Generator<FrozenExample> {
    let read = 0;
    for (let from = 0; ; from += pageRows) {
      const rows = some.all(versionId, from, from + pageRows);
      if (rows.length === 0) break;
      for (const row of rows) yield requireWhole(database, 'datasetExamples', row, row.id);
      read += rows.length;
    }
    const version = byId.get(versionId);
    if (version && read !== version.train + version.heldOut + version.regression)
      throw damaged(database, 'datasetExamples', versionId);
  }

  return {
    list: () => list.all(),
    get: (id) => byId.get(id) ?? null,
    newest: () => list.get() ?? null,
    nextNumber: () => nextNumber(database, 'datasetVersions'),
    stage: (versionId, frozen) =>
      staged.write(versionId, {
        rows: frozen,
        texts: ({ question, answer, category }) => [question, answer, category],
        write: (some, from) => insertSome(versionId, from, some),
      }),
    unstage: (versionId) => staged.remove(versionId),
    clearStaged: () => staged.removeIncomplete(),
    add(version) {
      insert.run(version);
      staged.completed(version.id);
    },
    reading: (versionId) => ({ [Symbol.iterator]: () => reading(versionId) }),
    examples: (versionId) => [...reading(versionId)],
  };
}
