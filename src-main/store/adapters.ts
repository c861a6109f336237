/** Trained adapters with their full lineage. Folders are kept relative, so that a data directory can be moved. */

import type { Database } from 'better-sqlite3';
import type { Adapter } from '../contract/entities.ts';
import type { Artefacts } from './artefacts.ts';
import { insertInto } from './rows.ts';

/** An adapter and the content-addressed folder that holds it. */
export type StoredAdapter = Adapter & { readonly folder: string };

export interface AdapterStore {
  /** Newest first. */
  list(): readonly StoredAdapter[];
  get(id: string): StoredAdapter | null;
  add(adapter: Omit<StoredAdapter, 'directory'>): StoredAdapter;
}

type AdapterRow = Omit<StoredAdapter, 'settings' | 'directory'> & { readonly settings: string };

export function createAdapterStore(database: Database, artefacts: Artefacts): AdapterStore {
  const list = database.prepare<[], AdapterRow>('SELECT * FROM adapters ORDER BY createdAt DESC, rowid DESC');
  const byId = database.prepare<[string], AdapterRow>('SELECT * FROM adapters WHERE id = ?');
  const insert = insertInto<AdapterRow>(database, 'adapters', [
    'id',
    'name',
    'runId',
    'modelId',
    'baseFingerprint',
    'datasetHash',
    'settings',
    'engineVersion',
    'sha256',
    'bytes',
    'parameters',
    'baseParameters',
    'folder',
    'createdAt',
  ]);
  const toAdapter = (row: AdapterRow): StoredAdapter => ({
    ...row,
    settings: JSON.parse(row.settings) as Adapter['settings'],
    directory: artefacts.adapterDirectory(row.folder),
  });
  return {
    list: () => list.all().map(toAdapter),
    get(id) {
      const row = byId.get(id);
      return row ? toAdapter(row) : null;
    },
    add(adapter) {
      const row = { ...adapter, settings: JSON.stringify(adapter.settings) };
      insert.run(row);
      return toAdapter(row);
    },
  };
}
