/** Frozen dataset versions with their examples. */

import type { Database } from 'better-sqlite3';
import type { DatasetVersion } from '../contract/entities.ts';
import type { FrozenExample } from '../domain/dataset.ts';
import { insertInto, nextNumber } from './rows.ts';

export interface DatasetStore {
  /** Newest first. */
  list(): readonly DatasetVersion[];
  get(id: string): DatasetVersion | null;
  newest(): DatasetVersion | null;
  nextNumber(): number;
  add(version: DatasetVersion, examples: readonly FrozenExample[]): void;
  /** In frozen order. */
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
  const examples = database.prepare<[string], FrozenExample>(
    'SELECT exampleId AS id, question, answer, category, split FROM datasetExamples WHERE versionId = ? ORDER BY position',
  );
  return {
    list: () => list.all(),
    get: (id) => byId.get(id) ?? null,
    newest: () => list.get() ?? null,
    nextNumber: () => nextNumber(database, 'datasetVersions'),
    add(version, frozen) {
      insert.run(version);
      frozen.forEach(({ id, ...example }, position) =>
        insertExample.run({ ...example, exampleId: id, versionId: version.id, position }),
      );
    },
    examples: (versionId) => examples.all(versionId),
  };
}
