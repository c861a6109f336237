/** The places on the floor that ask. One that was taken away keeps its row, for the answers that name it. */

import type { Database } from 'better-sqlite3';
import type { Station } from '../contract/entities.ts';
import { insertInto } from './rows.ts';

export interface StationStore {
  /** Those in use, by line and name. */
  list(): readonly Station[];
  get(id: string): Station | null;
  add(station: Station, createdBy: string, createdAt: string): void;
  change(station: Station): void;
  remove(id: string, at: string): void;
}

interface NewRow extends Station {
  readonly createdBy: string;
  readonly createdAt: string;
}

export function createStationStore(database: Database): StationStore {
  const select = 'SELECT id, name, line FROM stations WHERE removedAt IS NULL';
  const list = database.prepare<[], Station>(`${select} ORDER BY line, name`);
  const byId = database.prepare<[string], Station>(`${select} AND id = ?`);
  const insert = insertInto<NewRow>(database, 'stations', ['id', 'name', 'line', 'createdBy', 'createdAt']);
  const update = database.prepare<[string, string, string]>('UPDATE stations SET name = ?, line = ? WHERE id = ?');
  // Its name is free again.
  const remove = database.prepare<[string, string]>(
    `UPDATE stations SET removedAt = ?, name = name || ' ' || id WHERE id = ?`,
  );
  return {
    list: () => list.all(),
    get: (id) => byId.get(id) ?? null,
    add: (station, createdBy, createdAt) => void insert.run({ ...station, createdBy, createdAt }),
    change: ({ id, name, line }) => void update.run(name, line, id),
    remove: (id, at) => void remove.run(at, id),
  };
}
