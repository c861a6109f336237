/** What served when: the history of applied adapters and reverts, kept forever. */

import type { Database } from 'better-sqlite3';
import type { Release } from '../contract/entities.ts';
import { insertInto, nextNumber, updateOf } from './rows.ts';

export interface ReleaseStore {
  /** Newest first. */
  list(): readonly Release[];
  /** What serves now, or null before the first release. */
  current(): Release | null;
  nextNumber(): number;
  add(release: Release): void;
  /** Adds the proof measured after a revert, once. */
  addProof(release: Pick<Release, 'id' | 'baseProbe' | 'baseIdentical' | 'milliseconds'>): void;
}

type ReleaseRow = Omit<Release, 'baseIdentical'> & { readonly baseIdentical: number | null };
type ProofRow = Pick<ReleaseRow, 'id' | 'baseProbe' | 'baseIdentical' | 'milliseconds'>;

export function createReleaseStore(database: Database): ReleaseStore {
  const list = database.prepare<[], ReleaseRow>('SELECT * FROM releases ORDER BY number DESC');
  const insert = insertInto<ReleaseRow>(database, 'releases', [
    'id',
    'number',
    'kind',
    'adapterId',
    'adapterName',
    'modelId',
    'precision',
    'device',
    'by',
    'at',
    'baseProbe',
    'baseIdentical',
    'milliseconds',
  ]);
  const proof = updateOf<ProofRow>(database, 'releases', 'id', ['baseProbe', 'baseIdentical', 'milliseconds']);
  return {
    list: () => list.all().map(toRelease),
    current() {
      const row = list.get();
      return row ? toRelease(row) : null;
    },
    nextNumber: () => nextNumber(database, 'releases'),
    add: (release) => void insert.run({ ...release, baseIdentical: toFlag(release.baseIdentical) }),
    addProof: ({ id, baseProbe, baseIdentical, milliseconds }) =>
      void proof.run({ id, baseProbe, milliseconds, baseIdentical: toFlag(baseIdentical) }),
  };
}

function toFlag(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

function toRelease(row: ReleaseRow): Release {
  return { ...row, baseIdentical: row.baseIdentical === null ? null : row.baseIdentical === 1 };
}
