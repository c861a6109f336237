/** Adapters with their full lineage and proofs. Folders are kept relative, so that a data directory can be moved. */

import type { Database } from 'better-sqlite3';
import type { Adapter, AdapterProof } from '../contract/entities.ts';
import type { Artefacts } from './artefacts.ts';
import { fromJson, insertInto, toJson } from './rows.ts';

/** An adapter and the content-addressed folder that holds it. */
export type StoredAdapter = Adapter & { readonly folder: string };

export interface AdapterStore {
  /** Newest first, without those that were deleted. */
  list(): readonly StoredAdapter[];
  /** null where it never was or was deleted. */
  get(id: string): StoredAdapter | null;
  add(adapter: Omit<StoredAdapter, 'directory' | 'proof'>): StoredAdapter;
  rename(id: string, name: string): void;
  /** The row stays, for what refers to it. */
  remove(id: string, at: string): void;
  /** Proofs are only ever added; the newest one is the adapter's. */
  addProof(id: string, proof: AdapterProof): void;
}

type Fields = Omit<StoredAdapter, 'settings' | 'configuration' | 'baseVerified' | 'directory' | 'proof'>;
type AdapterRow = Fields & {
  readonly settings: string | null;
  readonly configuration: string;
  readonly baseVerified: number;
};

const columns = [
  'id',
  'name',
  'origin',
  'runId',
  'modelId',
  'baseFingerprint',
  'baseVerified',
  'datasetHash',
  'settings',
  'configuration',
  'engineVersion',
  'sha256',
  'bytes',
  'parameters',
  'baseParameters',
  'folder',
  'sourceDirectory',
  'createdBy',
  'createdAt',
] as const;

/** Before precisions could be chosen, all proofs were made in float32. */
function proofIn(text: string | null): AdapterProof | null {
  const proof = fromJson<AdapterProof>(text);
  return proof && { ...proof, precision: proof.precision ?? 'f32' };
}

export function createAdapterStore(database: Database, artefacts: Artefacts): AdapterStore {
  const newestProof =
    '(SELECT proof FROM adapterProofs WHERE adapterId = adapters.id ORDER BY adapterProofs.id DESC LIMIT 1)';
  const select = `SELECT ${columns.join(', ')}, ${newestProof} AS proof FROM adapters WHERE deletedAt IS NULL`;
  type ProvenRow = AdapterRow & { readonly proof: string | null };
  const list = database.prepare<[], ProvenRow>(`${select} ORDER BY createdAt DESC, rowid DESC`);
  const byId = database.prepare<[string], ProvenRow>(`${select} AND id = ?`);
  const insert = insertInto<AdapterRow>(database, 'adapters', columns);
  const insertProof = insertInto<{ adapterId: string; proof: string }>(database, 'adapterProofs', [
    'adapterId',
    'proof',
  ]);
  const rename = database.prepare<[string, string]>('UPDATE adapters SET name = ? WHERE id = ?');
  const remove = database.prepare<[string, string]>('UPDATE adapters SET deletedAt = ? WHERE id = ?');
  const toAdapter = (row: ProvenRow): StoredAdapter => ({
    ...row,
    settings: fromJson<NonNullable<Adapter['settings']>>(row.settings),
    configuration: JSON.parse(row.configuration) as Adapter['configuration'],
    baseVerified: row.baseVerified === 1,
    directory: artefacts.adapterDirectory(row.folder),
    proof: proofIn(row.proof),
  });
  return {
    list: () => list.all().map(toAdapter),
    get(id) {
      const row = byId.get(id);
      return row ? toAdapter(row) : null;
    },
    add({ settings, configuration, baseVerified, ...fields }) {
      const row = {
        ...fields,
        settings: toJson(settings),
        configuration: JSON.stringify(configuration),
        baseVerified: Number(baseVerified),
      };
      insert.run(row);
      return toAdapter({ ...row, proof: null });
    },
    rename: (id, name) => void rename.run(name, id),
    remove: (id, at) => void remove.run(at, id),
    addProof: (adapterId, proof) => void insertProof.run({ adapterId, proof: JSON.stringify(proof) }),
  };
}
