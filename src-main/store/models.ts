/** Base models, each known by its identity: weights, tokenizer, template and configuration. */

import type { Database } from 'better-sqlite3';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import type { BaseModel, Licence, ModelIdentity, Precision, PrecisionComparison } from '../contract/entities.ts';
import { fromJson, insertInto, toJson, updateOf } from './rows.ts';

/** A file as it was when the model was last verified. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970, whole. */
  readonly modifiedAt: number;
}

export interface StoredModel extends BaseModel {
  readonly licenceTexts: Licence['texts'];
  /** Empty where an older version of the app added the model. */
  readonly files: readonly ModelFile[];
}

export interface ModelStore {
  list(): readonly StoredModel[];
  get(id: string): StoredModel | null;
  findByFingerprint(fingerprint: string): StoredModel | null;
  /** Several may have the same weights; those whose parts are not known count with what is. */
  withWeights(weights: string): readonly StoredModel[];
  add(model: StoredModel): void;
  /** The same model at another place, verified anew, or no longer the bundled one. */
  place(id: string, place: Pick<StoredModel, 'directory' | 'bundled' | 'files' | 'fingerprint' | 'parts'>): void;
  choosePrecision(id: string, precision: Precision): void;
  keepComparison(id: string, comparison: PrecisionComparison): void;
  /** Names of the adapters made for it, deleted ones too: their rows stay and go on naming it. */
  adapterNames(id: string): readonly string[];
  /** The caller has made sure that nothing refers to it. */
  remove(id: string): void;
}

interface ModelRow extends Omit<StoredModel, 'bundled' | 'licenceTexts' | 'files' | 'comparison' | 'parts'> {
  readonly bundled: number;
  readonly comparison: string | null;
  readonly licenceTexts: string;
  readonly files: string;
  readonly parts: string | null;
}

export function createModelStore(database: Database): ModelStore {
  const all = database.prepare<[], ModelRow>('SELECT * FROM models ORDER BY bundled DESC, addedAt, id');
  const byId = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE id = ?');
  const byFingerprint = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE fingerprint = ?');
  const byWeights = database.prepare<{ weights: string }, ModelRow>(
    `SELECT * FROM models
     WHERE json_extract(parts, '$.weights') = @weights OR (parts IS NULL AND fingerprint = @weights)
     ORDER BY bundled DESC, addedAt, id`,
  );
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
    'largestTensorBytes',
    'fingerprint',
    'bundled',
    'addedAt',
    'addedBy',
    'licence',
    'licenceTexts',
    'files',
    'precision',
    'comparison',
    'parts',
  ]);
  const update = updateOf<Pick<ModelRow, 'id' | 'directory' | 'bundled' | 'files' | 'fingerprint' | 'parts'>>(
    database,
    'models',
    'id',
    ['directory', 'bundled', 'files', 'fingerprint', 'parts'],
  );
  const precision = updateOf<Pick<ModelRow, 'id' | 'precision'>>(database, 'models', 'id', ['precision']);
  const comparison = updateOf<Pick<ModelRow, 'id' | 'comparison'>>(database, 'models', 'id', ['comparison']);
  const adapterNames = database.prepare<[string], string>(
    'SELECT name FROM adapters WHERE modelId = ? ORDER BY createdAt, rowid',
  );
  const remove = database.prepare<[string]>('DELETE FROM models WHERE id = ?');
  return {
    list: () => all.all().map(toModel),
    get: (id) => optional(byId.get(id)),
    findByFingerprint: (fingerprint) => optional(byFingerprint.get(fingerprint)),
    withWeights: (weights) => byWeights.all({ weights }).map(toModel),
    add: (model) => void insert.run(toRow(model)),
    place: (id, { directory, bundled, files, fingerprint, parts }) =>
      void update.run({
        id,
        directory,
        bundled: Number(bundled),
        files: JSON.stringify(files),
        fingerprint,
        parts: toJson(parts),
      }),
    choosePrecision: (id, chosen) => void precision.run({ id, precision: chosen }),
    keepComparison: (id, measured) => void comparison.run({ id, comparison: toJson(measured) }),
    adapterNames: (id) => adapterNames.pluck().all(id),
    remove: (id) => void remove.run(id),
  };
}

function optional(row: ModelRow | undefined): StoredModel | null {
  return row ? toModel(row) : null;
}

function toRow(model: StoredModel): ModelRow {
  const [licenceTexts, files] = [JSON.stringify(model.licenceTexts), JSON.stringify(model.files)];
  const [comparison, parts] = [toJson(model.comparison), toJson(model.parts)];
  return { ...model, bundled: Number(model.bundled), licenceTexts, files, comparison, parts };
}

function toModel(row: ModelRow): StoredModel {
  return {
    ...row,
    bundled: row.bundled === 1,
    licenceTexts: JSON.parse(row.licenceTexts) as StoredModel['licenceTexts'],
    // Earlier versions noted what Finder had laid beside a model, too.
    files: (JSON.parse(row.files) as StoredModel['files']).filter(({ name }) => !isSystemFile(name)),
    comparison: fromJson<PrecisionComparison>(row.comparison),
    parts: fromJson<ModelIdentity['parts']>(row.parts),
  };
}
