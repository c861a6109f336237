/** The places on the floor that ask. One that was taken away keeps its row, for the answers that name it. */

import type { Database } from 'better-sqlite3';
import type { Station } from '../contract/entities.ts';
import type { StationPlace } from '../domain/rollout/timeline.ts';
import { insertInto, updateOf } from './rows.ts';

export interface StationStore {
  /** Those in use, by line and name. */
  list(): readonly Station[];
  /** What each was when, those that were taken away too, in the order in which that came about. */
  places(): readonly StationPlace[];
  get(id: string): Station | null;
  add(station: Station, createdBy: string): void;
  change(station: Station): void;
  remove(id: string, at: string): void;
}

type PlaceRow = Omit<StationPlace, 'inUse'> & { readonly inUse: number };

interface NewRow extends Station {
  readonly createdBy: string;
  readonly createdAt: string;
}

export function createStationStore(database: Database): StationStore {
  const select = 'SELECT id, name, line, routeId, updatedAt FROM stations WHERE removedAt IS NULL';
  const list = database.prepare<[], Station>(`${select} ORDER BY line, name`);
  // Triggers write them, whoever changes a station.
  const places = database.prepare<[], PlaceRow>(
    `SELECT stationId AS id, name, line, routeId, inUse, afterSequence, at FROM stationPlaces
     ORDER BY afterSequence, position`,
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
    places: () => places.all().map((row) => ({ ...row, inUse: row.inUse === 1 })),
    get: (id) => byId.get(id) ?? null,
    add: (station, createdBy) => void insert.run({ ...station, createdBy, createdAt: station.updatedAt }),
    change: (station) => void update.run(station),
    remove: (id, at) => void remove.run(at, id),
  };
}
