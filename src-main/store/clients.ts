/** Who may ask from outside. One that was revoked keeps its row, for what it asked. */

import type { Database } from 'better-sqlite3';
import type { ServingClient } from '../contract/entities.ts';
import { insertInto } from './rows.ts';

export interface ClientStore {
  /** Those that may ask, by name. */
  list(): readonly ServingClient[];
  get(id: string): ServingClient | null;
  /** Whose token has this hash; null: nobody's, or of one that was revoked. */
  byTokenHash(tokenHash: string): ServingClient | null;
  add(client: ServingClient, tokenHash: string): void;
  used(id: string, at: string): void;
  /** Its name is free again. */
  revoke(id: string, at: string): void;
}

export function createClientStore(database: Database): ClientStore {
  const select = `SELECT id, name, kind, stationId, createdBy, createdAt, lastUsedAt FROM clients WHERE revokedAt IS NULL`;
  const list = database.prepare<[], ServingClient>(`${select} ORDER BY name`);
  const byId = database.prepare<[string], ServingClient>(`${select} AND id = ?`);
  const byHash = database.prepare<[string], ServingClient>(`${select} AND tokenHash = ?`);
  const insert = insertInto<ServingClient & { readonly tokenHash: string }>(database, 'clients', [
    'id',
    'name',
    'kind',
    'stationId',
    'tokenHash',
    'createdBy',
    'createdAt',
    'lastUsedAt',
  ]);
  const used = database.prepare<[string, string]>('UPDATE clients SET lastUsedAt = ? WHERE id = ?');
  const revoke = database.prepare<[string, string]>('UPDATE clients SET revokedAt = ? WHERE id = ?');
  return {
    list: () => list.all(),
    get: (id) => byId.get(id) ?? null,
    byTokenHash: (tokenHash) => byHash.get(tokenHash) ?? null,
    add: (client, tokenHash) => void insert.run({ ...client, tokenHash }),
    used: (id, at) => void used.run(at, id),
    revoke: (id, at) => void revoke.run(at, id),
  };
}
