/** The places on the floor that ask. One that was taken away keeps its row, for the answers that name it. */

import type { Database } from 'better-sqlite3';
import type { Station } from '../contract/entities.ts';
import { insertInto, updateOf } from './rows.ts';

export interface StationStore {
  /** Those in use, by line and name. */
  list(): readonly Station[];
  /** Those that were taken away as well, under the name that they had. */
  everUsed(): readonly UsedStation[];
  get(id: string): Station | null;
  add(station: Station, createdBy: string): void;
  change(station: Station): void;
  remove(id: string, at: string): void;
}

export interface UsedStation extends Station {
  readonly createdAt: string;
  /** null: still in use. */
  readonly removedAt: string | null;
}

interface NewRow extends Station {
  readonly createdBy: string;
  readonly createdAt: string;
}

export function createStationStore(database: Database): StationStore {
  const select = 'SELECT id, name, line, routeId, updatedAt FROM stations WHERE removedAt IS NULL';
  const list = database.prepare<[], Station>(`${select} ORDER BY line, name`);
  const ever = database.prepare<[], UsedStation>(
    `SELECT id, CASE WHEN removedAt IS NULL THEN name ELSE substr(name, 1, length(name) - length(id) - 1) END AS name,
       line, routeId, updatedAt, createdAt, removedAt
     FROM stations ORDER BY line, name`,
  );
  const byId = database.prepare<[string], Station>(`${select} AND id = ?`);
  const insert = insertInto<NewRow>(database, 'stations', [
    'id',
    'name',
    'line',
    'routeId',
    'createdBy',
    'createdAt',
    'updatedAt',
  ]);
  const update = updateOf<Station>(database, 'stations', 'id', ['name', 'line', 'routeId', 'updatedAt']);
  // Its name is free again.
  const remove = database.prepare<[string, string]>(
    `UPDATE stations SET removedAt = ?, name = name || ' ' || id WHERE id = ?`,
  );
  return {
    list: () => list.all(),
    everUsed: () => ever.all(),
    get: (id) => byId.get(id) ?? null,
    add: (station, createdBy) => void insert.run({ ...station, createdBy, createdAt: station.updatedAt }),
    change: (station) => void update.run(station),
    remove: (id, at) => void remove.run(at, id),
  };
}
