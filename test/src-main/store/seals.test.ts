/** Rows that a disk gave back changed are noticed, by table and row; whatever the app itself writes is whole. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../../src-main/store/index.ts';
import { checkSeals, registerSeals, requireWhole, type SealedTable, wholeRow } from '../../../src-main/store/seals.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { openDatabase } from '../../../src-main/store/open.ts';
import { databaseName } from '../../../src-main/store/project-folders.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { evaluateWell, openTrained } from '../../fixtures/trained-office.ts';

/** Not sealed: what only tells, what is made again, and what is being written. */
const open = [
  ...['log', 'logTexts', 'runMetrics', 'runValidation', 'answers', 'rejectedWordings'],
  ...['fileHashes', 'incompleteImports', 'incompleteVersions', 'seals', 'sqlite_sequence'],
];
/** Rows that are looked at where they are read. */
const readers: Readonly<Record<string, (store: Store) => unknown>> = {
  examples: (store) => [...store.examples.all()],
  datasetExamples: (store) => store.datasets.examples(store.datasets.newest()!.id),
};

interface Plant {
  readonly bytes: Uint8Array;
  /** Those that are not open, and hold something. */
  readonly tables: readonly string[];
}
let made: Promise<Plant> | undefined;
/** The database of a plant with a released adapter, closed. */
const plant = (): Promise<Plant> => (made ??= makePlant());

async function makePlant(): Promise<Plant> {
  const { office, adapter } = await openTrained();
  await evaluateWell(office, adapter.id);
  await office.ask('stations.add', { name: 'P1', line: 'L' });
  await office.ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
  const { examples } = await office.ask('examples.list', { search: '', offset: 0, limit: 1 });
  await office.ask('examples.delete', { ids: examples.map(({ id }) => id) });
  await office.close();
  office.store.close();
  const file = join(office.dataDirectory, databaseName);
  const bytes = readFileSync(file);
  const tables = asAnother(file, (raw) =>
    (raw.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[]).filter(
      (name) => !open.includes(name) && raw.prepare(`SELECT 1 FROM "${name}"`).get() !== undefined,
    ),
  );
  return { bytes, tables };
}

/** As another program opens it, which knows no seals and keeps no rules. */
function asAnother<Result>(file: string, work: (raw: Database.Database) => Result): Result {
  const raw = new Database(file);
  try {
    loosen(raw);
    return work(raw);
  } finally {
    raw.close();
  }
}

function loosen(raw: Database.Database): void {
  for (const name of raw.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all())
    raw.exec(`DROP TRIGGER "${String(name)}"`);
  raw.pragma('foreign_keys = OFF');
  raw.pragma('ignore_check_constraints = ON');
}

/** SQL of another value of a column, by its type. */
const others = {
  TEXT: (name: string) => `COALESCE("${name}", '') || ' '`,
  INTEGER: (name: string) => `COALESCE("${name}", 0) + 100003`,
  REAL: (name: string) => `COALESCE("${name}", 0) + 1e-6`,
};

/** A data folder with a copy of the plant in which something was changed behind the app. */
async function changed(sql = ''): Promise<string> {
  const { bytes } = await plant();
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, databaseName), bytes);
  asAnother(join(directory, databaseName), (raw) => void raw.exec(sql));
  return directory;
}

/** Opens and reads it. */
function read(directory: string, table: string): void {
  const store = openStore(directory);
  try {
    readers[table]?.(store);
  } finally {
    store.close();
  }
}

const damaged = (table: string) =>
  expect.objectContaining({
    code: 'database-damaged',
    values: expect.objectContaining({ reason: expect.stringContaining(table) as string }) as object,
  }) as Error;

describe('seals', () => {
  it('are on every table that decides something, and nowhere else', async () => {
    const { tables } = await plant();
    const file = join(await changed(), databaseName);
    expect(tables.length).toBeGreaterThan(12);
    const sealed = asAnother(file, (raw) => raw.prepare('SELECT DISTINCT "table" FROM seals').pluck().all());
    expect(new Set(sealed)).toEqual(new Set(tables));
  });

  it('hold for all that the app wrote, changed and deleted', async () => {
    const directory = await changed();
    for (const table of (await plant()).tables) read(directory, table);
  });

  it('name the table where one column of a row is another', async () => {
    const { tables } = await plant();
    const raw = new Database(join(await changed(), databaseName));
    raw.pragma('synchronous = OFF');
    registerSeals(raw);
    loosen(raw);
    for (const table of tables) {
      const columns = raw.pragma(`table_info("${table}")`) as readonly { name: string; type: keyof typeof others }[];
      for (const { name, type } of columns) {
        raw.exec(`BEGIN; UPDATE "${table}" SET "${name}" = ${others[type](name)} LIMIT 1`);
        const look = () => {
          checkSeals(raw, false);
          const row = raw.prepare(
            `SELECT *, ${wholeRow(raw, table as SealedTable)} AS whole FROM "${table}" ORDER BY whole LIMIT 1`,
          );
          requireWhole(raw, table as SealedTable, row.get() as { whole: number }, 'first');
        };
        expect(look, `${table}.${name}`).toThrow(damaged(table));
        raw.exec('ROLLBACK');
        expect(look, table).not.toThrow();
      }
    }
    raw.close();
  });

  it('name the table where a row went, or its first letter is another where it is read', async () => {
    for (const table of (await plant()).tables) {
      const directory = await changed(`DELETE FROM "${table}" LIMIT 1`);
      expect(() => read(directory, table), table).toThrow(damaged(table));
    }
    for (const table of Object.keys(readers)) {
      const directory = await changed(`UPDATE "${table}" SET answer = 'x' || substr(answer, 2) LIMIT 1`);
      expect(() => read(directory, table), table).toThrow(damaged(table));
    }
    const lost = await changed(`UPDATE datasetExamples SET versionId = 'x' || substr(versionId, 2) LIMIT 1`);
    expect(() => read(lost, 'datasetExamples')).toThrow(damaged('datasetExamples'));
  });

  it('are looked at in every row before a step of the ladder seals them anew', async () => {
    const ladder = [...migrations, 'CREATE TABLE later (id TEXT) STRICT;'];
    for (const table of Object.keys(readers)) {
      const directory = await changed(`UPDATE "${table}" SET answer = 'x' || substr(answer, 2) LIMIT 1`);
      expect(() => openDatabase(join(directory, databaseName), ladder), table).toThrow(damaged(table));
    }
    openDatabase(join(await changed(), databaseName), ladder).close();
  });

  it('are looked at in copies, too: the newest whole one is named', async () => {
    const directory = await changed(`UPDATE releases SET precision = 'int4'`);
    const copies = ['0007', '0008'].map((schema) => join(directory, `${databaseName}.before-schema-${schema}`));
    writeFileSync(copies[0]!, (await plant()).bytes);
    copyFileSync(join(directory, databaseName), copies[1]!);
    expect(() => openStore(directory)).toThrow(
      expect.objectContaining({
        code: 'database-damaged-copy-intact',
        values: expect.objectContaining({ copy: copies[0] }) as object,
      }) as Error,
    );
  });
});
