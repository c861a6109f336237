/** What was proven to answer, and every revert: kept forever. What answers now follows from a route's transitions. */

import type { Database } from 'better-sqlite3';
import type { Release } from '../contract/entities.ts';
import { insertInto, nextNumber, updateOf } from './rows.ts';

type Proof = Pick<Release, 'id' | 'baseProbe' | 'adapterProbe' | 'setup' | 'baseIdentical' | 'anew' | 'milliseconds'>;

export interface ReleaseStore {
  /** Of all routes, newest first. */
  list(): readonly Release[];
  get(id: string): Release | null;
  /** The newest revert of a route; null: there was none. */
  newestRevert(routeId: string): Release | null;
  nextNumber(): number;
  add(release: Release): void;
  /** Adds the proof measured after a revert, once. */
  addProof(proof: Proof): void;
}

type ReleaseRow = Omit<Release, 'baseIdentical' | 'setup' | 'anew'> & {
  readonly baseIdentical: number | null;
  readonly setup: string | null;
  readonly anew: string;
};
type ProofRow = Pick<ReleaseRow, keyof Proof>;

const columns = [
  'id',
  'number',
  'routeId',
  'kind',
  'adapterId',
  'adapterName',
  'modelId',
  'precision',
  'device',
  'by',
  'at',
  'baseProbe',
  'adapterProbe',
  'baseIdentical',
  'milliseconds',
  'setup',
  'anew',
] as const;
const proofColumns = ['baseProbe', 'adapterProbe', 'setup', 'baseIdentical', 'anew', 'milliseconds'] as const;

export function createReleaseStore(database: Database): ReleaseStore {
  const list = database.prepare<[], ReleaseRow>('SELECT * FROM releases ORDER BY number DESC');
  const byId = database.prepare<[string], ReleaseRow>('SELECT * FROM releases WHERE id = ?');
  const revert = database.prepare<[string], ReleaseRow>(
    `SELECT * FROM releases WHERE kind = 'revert' AND routeId = ? ORDER BY number DESC LIMIT 1`,
  );
  const insert = insertInto<ReleaseRow>(database, 'releases', columns);
  const proof = updateOf<ProofRow>(database, 'releases', 'id', proofColumns);
  const orNull = (row: ReleaseRow | undefined) => (row ? toRelease(row) : null);
  return {
    list: () => list.all().map(toRelease),
    get: (id) => orNull(byId.get(id)),
    newestRevert: (routeId) => orNull(revert.get(routeId)),
    nextNumber: () => nextNumber(database, 'releases'),
    add: (release) => void insert.run({ ...release, ...written(release) }),
    addProof: ({ id, baseProbe, adapterProbe, milliseconds, ...proven }) =>
      void proof.run({ id, baseProbe, adapterProbe, milliseconds, ...written(proven) }),
  };
}

function written({ baseIdentical, setup, anew }: Pick<Release, 'baseIdentical' | 'setup' | 'anew'>) {
  return {
    baseIdentical: toFlag(baseIdentical),
    setup: setup && JSON.stringify(setup),
    anew: JSON.stringify(anew),
  };
}

function toFlag(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

function toRelease(row: ReleaseRow): Release {
  return {
    ...row,
    baseIdentical: row.baseIdentical === null ? null : row.baseIdentical === 1,
    setup: row.setup === null ? null : (JSON.parse(row.setup) as Release['setup']),
    anew: JSON.parse(row.anew) as Release['anew'],
  };
}
