/** Base models, identified by the fingerprint of their weights. */

import type { Database } from 'better-sqlite3';
import type { BaseModel } from '../contract/entities.ts';
import { insertInto, updateOf } from './rows.ts';

export interface ModelStore {
  list(): readonly BaseModel[];
  get(id: string): BaseModel | null;
  findByFingerprint(fingerprint: string): BaseModel | null;
  add(model: BaseModel): void;
  /** The same weights at another place, or no longer the bundled ones. */
  move(id: string, directory: string, bundled: boolean): void;
}

type ModelRow = Omit<BaseModel, 'bundled'> & { readonly bundled: number };

export function createModelStore(database: Database): ModelStore {
  const all = database.prepare<[], ModelRow>('SELECT * FROM models ORDER BY bundled DESC, addedAt, id');
  const byId = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE id = ?');
  const byFingerprint = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE fingerprint = ?');
  const insert = insertInto<ModelRow>(database, 'models', [
    'id',
    'directory',
    'name',
    'architecture',
    'parameters',
    'weightBytes',
    'dtype',
    'contextLength',
    'vocabularySize',
    'layers',
    'fingerprint',
    'bundled',
    'addedAt',
  ]);
  const update = updateOf<{ id: string; directory: string; bundled: number }>(database, 'models', 'id', [
    'directory',
    'bundled',
  ]);
  return {
    list: () => all.all().map(toModel),
    get: (id) => optional(byId.get(id)),
    findByFingerprint: (fingerprint) => optional(byFingerprint.get(fingerprint)),
    add: (model) => void insert.run({ ...model, bundled: Number(model.bundled) }),
    move: (id, directory, bundled) => void update.run({ id, directory, bundled: Number(bundled) }),
  };
}

function optional(row: ModelRow | undefined): BaseModel | null {
  return row ? toModel(row) : null;
}

function toModel(row: ModelRow): BaseModel {
  return { ...row, bundled: row.bundled === 1 };
}
