/** The database opens for one owner, survives kill -9, refuses what is newer or damaged, and climbs the ladder of schemas. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src-main/store/index.ts';
import { usualSettings } from '../../../src-main/contract/rules/project-settings.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { openDatabase } from '../../../src-main/store/open.ts';
import { namingFile } from '../../../src-main/store/statements.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const writer = fileURLToPath(new URL('../../fixtures/endless-writer.ts', import.meta.url));
const fileOf = (directory: string) => join(directory, 'usumaku.sqlite');

/** A process that writes, and the numbers it has committed so far. */
function startWriter(directory: string) {
  const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  return {
    child,
    committed: () => said.split('\n').slice(0, -1).length,
    async until(count: number) {
      while (said.split('\n').length - 1 < count) await once(child.stdout, 'data');
    },
  };
}

describe('open', () => {
  test('sets what a power cut demands', () => {
    const database = openDatabase(fileOf(temporaryDirectory()));
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('fullfsync', { simple: true })).toBe(1);
    expect(database.pragma('checkpoint_fullfsync', { simple: true })).toBe(1);
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    database.close();
  });

  test('a second owner is refused while the first lives, and let in after kill -9 with every committed row', async () => {
    const directory = temporaryDirectory();
    const writing = startWriter(directory);
    const { child } = writing;
    await writing.until(5);
    expect(() => openStore(directory)).toThrow(expect.objectContaining({ code: 'database-locked' }));
    await writing.until(40);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = openStore(directory);
    const rows = [...store.examples.all()];
    const whole = rows.filter(({ id }) => id.startsWith('a')).map(({ id }) => id.slice(1));
    expect(rows.filter(({ id }) => id.startsWith('b')).map(({ id }) => id.slice(1))).toEqual(whole);
    // The last one may have been committed without having been said.
    expect(whole.length - writing.committed()).toBeOneOf([0, 1]);
    expect(whole).toEqual(whole.map((_, index) => String(index)));
    store.close();
  });

  test('a newer database is refused and left byte for byte', () => {
    const directory = temporaryDirectory();
    const database = openDatabase(fileOf(directory));
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(fileOf(directory));
    expect(() => openStore(directory)).toThrow(
      expect.objectContaining({ code: 'database-newer', message: expect.stringMatching(/schema 99/) as string }),
    );
    expect(readFileSync(fileOf(directory)).equals(before)).toBe(true);
  });

  test.each([
    ['no database at all', (file: string) => writeFileSync(file, 'this is a text file, not a database. '.repeat(200))],
    ['cut off in the middle', (file: string) => truncateSync(file, 3 * 4096 + 100)],
    [
      'overwritten in the middle',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 4096, 5 * 4096);
        writeFileSync(file, bytes);
      },
    ],
  ])('a damaged database is refused: %s', (_, damage) => {
    const directory = temporaryDirectory();
    openStore(directory).close();
    damage(fileOf(directory));
    const before = readFileSync(fileOf(directory));
    expect(() => openStore(directory)).toThrow(expect.objectContaining({ code: 'database-damaged' }));
    expect(readFileSync(fileOf(directory)).equals(before)).toBe(true);
  });

  test.each([
    ['a folder in its place', '', mkdirSync, 'file-is-a-folder'],
    ['a folder in the place of its log', '-wal', mkdirSync, 'file-is-a-folder'],
    ['a folder in the place of its journal', '-journal', mkdirSync, 'file-is-a-folder'],
    ['a link to itself', '', (path: string) => symlinkSync(path, path), 'file-unreadable'],
    ['a link to a device', '', (path: string) => symlinkSync('/dev/zero', path), 'file-not-ordinary'],
  ])('%s is named', (what, behind, make, code) => {
    if (process.platform === 'win32' && what.startsWith('a link')) return;
    const directory = temporaryDirectory();
    mkdirSync(directory);
    const path = fileOf(directory) + behind;
    make(path);
    expect(() => openDatabase(fileOf(directory))).toThrow(
      expect.objectContaining({ code, values: expect.objectContaining({ path }) as unknown }) as Error,
    );
  });

  test('a folder that cannot be made says so', () => {
    const directory = temporaryDirectory('file');
    mkdirSync(join(directory, '..'), { recursive: true });
    writeFileSync(directory, '');
    expect(() => openStore(join(directory, 'data'))).toThrow(expect.objectContaining({ code: 'file-unwritable' }));
  });
});

describe('a copy from before an update', () => {
  /** A database of a former schema that holds a name. */
  function former(version: number, name = '佐藤'): string {
    const file = fileOf(temporaryDirectory());
    const old = openDatabase(file, migrations.slice(0, version));
    old.prepare("INSERT INTO settings VALUES ('operator', ?)").run(name);
    old.close();
    return file;
  }
  const copiesOf = (file: string): readonly string[] =>
    readdirSync(dirname(file))
      .filter((name) => name.includes('before-schema'))
      .sort();

  test('is made once, holds everything, and opens by the version that made it', () => {
    const file = former(5);
    openDatabase(file).close();
    openDatabase(file).close();
    expect(copiesOf(file)).toEqual(['usumaku.sqlite.before-schema-0006']);
    const copy = new Database(join(dirname(file), 'usumaku.sqlite.before-schema-0006'), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(5);
    expect(copy.prepare('SELECT value FROM settings').pluck().all()).toContain('佐藤');
    copy.close();
  });

  test('is not made of a new database', () => {
    const file = fileOf(temporaryDirectory());
    openDatabase(file).close();
    expect(copiesOf(file)).toEqual([]);
  });

  test('is named where the database is damaged later, the newest whole one of several', () => {
    const file = former(3);
    openDatabase(file, migrations.slice(0, 8)).close();
    openDatabase(file).close();
    expect(copiesOf(file)).toHaveLength(2);
    writeFileSync(file, 'no database. '.repeat(900));
    const [older, newest] = copiesOf(file).map((name) => join(dirname(file), name));
    const told = (copy: string) =>
      expect.objectContaining({
        code: 'database-damaged-copy-intact',
        values: expect.objectContaining({ copy }) as object,
      });
    expect(() => openDatabase(file)).toThrow(told(newest!));
    writeFileSync(newest!, readFileSync(newest!).fill(0xa5, 4096));
    expect(() => openDatabase(file)).toThrow(told(older!));
    writeFileSync(older!, '');
    truncateSync(older!, 10);
    expect(() => openDatabase(file)).toThrow(expect.objectContaining({ code: 'database-damaged' }));
  });

  test('put in the place of the damaged one it goes on from there', () => {
    const file = former(5, '田中');
    openDatabase(file).close();
    writeFileSync(file, readFileSync(`${file}.before-schema-0006`));
    const database = openDatabase(file);
    expect(database.prepare('SELECT value FROM settings').pluck().all()).toContain('田中');
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    database.close();
  });

  test('of more than three updates the newest three are kept', () => {
    const file = former(1);
    for (const version of [3, 5, 7, 9, 11]) openDatabase(file, migrations.slice(0, version)).close();
    expect(copiesOf(file).map((name) => name.slice(-4))).toEqual(['0006', '0008', '0010']);
  });
});

describe('ladder', () => {
  test('every former schema reaches the newest with its rows', () => {
    for (let version = 0; version <= migrations.length; version += 1) {
      const file = fileOf(temporaryDirectory());
      const old = openDatabase(file, migrations.slice(0, version));
      if (version > 0) old.exec(`INSERT INTO settings VALUES ('operator', '佐藤')`);
      old.close();
      const database = openDatabase(file);
      expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
      const kept = database.prepare('SELECT value FROM settings').pluck().all();
      expect(kept).toEqual(version > 0 ? ['佐藤'] : []);
      database.close();
    }
  });

  test('settings of a project keep what they were told; one that it was saved without is the usual one', () => {
    const file = fileOf(temporaryDirectory());
    const first = openDatabase(file, migrations.slice(0, 1));
    first.exec(`INSERT INTO models VALUES ('m', '/m', 'starter', 'llama', 1, 1, 'F16', 256, 4096, 4, 'f', 1, 't')`);
    first.close();
    const old = openDatabase(file, migrations.slice(0, 26));
    old.exec(`
      INSERT INTO project (single, site, department, purpose, targetScore, largestRegression, largestInvention, questionsPerDay, minutesPerQuestion, hourlyCost, currency, modelId, updatedAt)
        VALUES (1, 's', 'd', '', 0.8, 0.02, 0.05, 1, 2, 3, 'JPY', 'm', 't');
    `);
    old.close();
    const store = openStore(dirname(file));
    expect(store.project.get()).toMatchObject({ site: 's', largestInvention: 0.05 });
    store.close();
    const database = openDatabase(file);
    database.exec(`UPDATE project SET settings = '{}'`);
    database.close();
    const again = openStore(dirname(file));
    onTestFinished(() => again.close());
    expect(again.project.get()).toMatchObject({ site: 's', ...usualSettings });
  });

  test('an adapter of the first schema keeps its lineage, and the rows that name it still do', () => {
    const file = fileOf(temporaryDirectory());
    const old = openDatabase(file, migrations.slice(0, 1));
    old.exec(`
      INSERT INTO models VALUES ('m', '/m', 'starter', 'llama', 1, 1, 'F16', 256, 4096, 4, 'f', 1, 't');
      INSERT INTO datasetVersions VALUES ('v', 1, 'h', 1, 1, 0, 'x', 't');
      INSERT INTO runs (id, number, datasetVersionId, modelId, preset, settings, state, step, steps, checkpointStep, device, startedBy, createdAt)
        VALUES ('r', 1, 'v', 'm', 'quick', '{}', 'completed', 1, 1, 1, 'cpu', '佐藤', 't'), ('s', 2, 'v', 'm', 'quick', '{}', 'completed', 1, 1, 1, 'cpu', '鈴木', 't');
      INSERT INTO adapters VALUES
        ('a', 'press 1', 'r', 'm', 'f', 'h', '{"method":"lora","rank":16,"alpha":32,"targetModules":"all-linear"}', '0.1.0', 's', 1, 1, 1, 'folder', 't'),
        ('b', 'press 2', 's', 'm', 'f', 'h', '{"method":"dora","rank":4,"alpha":8,"targetModules":["q_proj","v_proj"]}', '0.1.0', 's', 1, 1, 1, 'folder', 't');
      UPDATE runs SET adapterId = 'a' WHERE id = 'r';
      INSERT INTO releases VALUES ('rel', 1, 'apply', 'a', 'press 1', 'm', 'x', 't', 'p', NULL, 1);
    `);
    old.close();
    const store = openStore(dirname(file));
    onTestFinished(() => store.close());
    expect(store.adapters.list()).toMatchObject([
      {
        id: 'b',
        origin: 'trained',
        createdBy: '鈴木',
        configuration: { method: 'dora', ranks: [4], alpha: 8, targetModules: ['q_proj', 'v_proj'] },
      },
      {
        id: 'a',
        runId: 'r',
        baseVerified: true,
        createdBy: '佐藤',
        settings: { rank: 16 },
        configuration: { method: 'lora', ranks: [16], alpha: 32, targetModules: ['all-linear'] },
        proof: null,
      },
    ]);
    expect(store.releases.get('rel')).toMatchObject({ adapterId: 'a', routeId: 'standard', adapterProbe: '' });
    // What was released is the first route's history.
    expect(store.routes.standard()).toMatchObject({ id: 'standard', secondPerson: false });
    expect(store.routes.steps('standard')).toEqual([
      { sequence: 1, step: { action: 'apply', target: 'rel' }, reason: '', by: 'x', at: 't' },
    ]);
    expect(store.runs.get('r')?.adapterId).toBe('a');
  });

  test('a step that breaks a reference is refused', () => {
    const file = fileOf(temporaryDirectory());
    openDatabase(file).close();
    const careless = `INSERT INTO adapterProofs (adapterId, proof) VALUES ('nobody', '{}');`;
    expect(() => openDatabase(file, [...migrations, careless])).toThrow(
      /adapterProofs names a missing row of adapters/,
    );
  });

  test('the model library learns from the log who added a model', () => {
    const file = fileOf(temporaryDirectory());
    const old = openDatabase(file, migrations.slice(0, 2));
    const insert = old.prepare(
      `INSERT INTO models VALUES (?, '/m', 'm', 'llama', 1, 1, 'F32', 1, 1, 1, ?, 0, '2026-01-05T08:00:00.000Z')`,
    );
    insert.run('a', 'aaaa');
    insert.run('b', 'bbbb');
    const log = old.prepare(
      `INSERT INTO log (at, "by", kind, subject, "values") VALUES ('', ?, 'model.added', 'm', ?)`,
    );
    log.run('佐藤', '{"fingerprint":"aaaa"}');
    log.run('田中', '{"fingerprint":"aaaa"}');
    old.close();
    const database = openDatabase(file);
    const rows = database.prepare('SELECT id, addedBy, licence, licenceTexts, files FROM models ORDER BY id').all();
    const nothingKnown = { licence: null, licenceTexts: '[]', files: '[]' };
    expect(rows).toEqual([
      { id: 'a', addedBy: '佐藤', ...nothingKnown },
      { id: 'b', addedBy: '', ...nothingKnown },
    ]);
    database.close();
  });

  test('a step that fails leaves the schema before it', () => {
    const file = fileOf(temporaryDirectory());
    openDatabase(file).close();
    const broken = [...migrations, 'CREATE TABLE more (id TEXT) STRICT; INSERT INTO missing VALUES (1);'];
    expect(() => openDatabase(file, broken)).toThrow(/missing/);
    const database = new Database(file);
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(database.prepare(`SELECT name FROM sqlite_schema WHERE name = 'more'`).all()).toEqual([]);
    database.close();
  });
});

describe('full disk', () => {
  test('a transaction that does not fit is refused whole, and the next one works', () => {
    const directory = temporaryDirectory();
    openStore(directory).close();
    const database = openDatabase(fileOf(directory));
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${pages + 2}`);
    const insert = database.prepare('INSERT INTO settings VALUES (?, ?)');
    const many = database.transaction(() => {
      for (let n = 0; n < 100; n += 1) insert.run(`n${n}`, 'x'.repeat(4000));
    });
    expect(many).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
    expect(database.prepare('SELECT COUNT(*) FROM settings').pluck().get()).toBe(0);
    insert.run('fits', 'x');
    database.close();
  });
});

describe('an empty database', () => {
  const beside = (directory: string, path: string) => {
    mkdirSync(join(directory, path), { recursive: true });
    return join(directory, path.split('/')[0]!);
  };
  const code = (expected: string, values: object) =>
    expect.objectContaining({ code: expected, values: expect.objectContaining(values) as object }) as Error;

  test.each([
    ['missing', () => {}],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['without a single table', (file: string) => new Database(file).exec('VACUUM').close()],
  ])('beside adapters is no new plant: %s', (_, make) => {
    const looked = temporaryDirectory();
    beside(looked, 'adapters/.DS_Store');
    make(fileOf(looked));
    expect(() => openStore(looked).close()).not.toThrow();

    for (const path of ['adapters/0123', 'datasets/01', 'runs/r']) {
      const directory = temporaryDirectory();
      const found = beside(directory, path);
      make(fileOf(directory));
      const size = statSync(fileOf(directory), { throwIfNoEntry: false })?.size;
      expect(() => openStore(directory)).toThrow(code('database-lost', { path: fileOf(directory), beside: found }));
      expect(statSync(fileOf(directory), { throwIfNoEntry: false })?.size).toBe(size);
    }
  });

  test('beside a whole copy names that', () => {
    const directory = temporaryDirectory();
    openDatabase(fileOf(directory), migrations.slice(0, 12)).close();
    openStore(directory).close();
    truncateSync(fileOf(directory));
    const copy = `${fileOf(directory)}.before-schema-0013`;
    expect(() => openStore(directory)).toThrow(code('database-lost-copy-intact', { copy }));
  });

  test('beside nothing, and folders that hold nothing, is one', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'adapters'), { recursive: true });
    writeFileSync(fileOf(directory), '');
    openStore(directory).close();
  });
});

test.each([
  ['without a number', 'CREATE TABLE accounts (id TEXT);'],
  ['with a number of ours', 'CREATE TABLE accounts (id TEXT); PRAGMA user_version = 3;'],
])("another program's database is named, and left byte for byte: %s", (_, sql) => {
  const directory = temporaryDirectory();
  mkdirSync(directory);
  new Database(fileOf(directory)).exec(sql).close();
  const before = readFileSync(fileOf(directory));
  expect(() => openStore(directory)).toThrow(
    expect.objectContaining({ code: 'database-foreign', values: { path: fileOf(directory) } }),
  );
  expect(readFileSync(fileOf(directory)).equals(before)).toBe(true);
});

test.each(['PRAGMA user_version = 0', 'ALTER TABLE examples RENAME TO exbmples'])(
  'a database of ours in which a letter changed is damaged, not another program’s: %s',
  (sql) => {
    const directory = temporaryDirectory();
    openStore(directory).close();
    new Database(fileOf(directory)).exec(sql).close();
    expect(() => openStore(directory)).toThrow(
      expect.objectContaining({
        code: 'database-damaged',
        values: expect.objectContaining({ path: fileOf(directory) }) as object,
      }),
    );
  },
);

describe('what SQLite cannot read in the middle of a request', () => {
  function damagedLater(): { file: string; database: Database.Database } {
    const file = join(temporaryDirectory(), 'x.sqlite');
    mkdirSync(dirname(file), { recursive: true });
    const made = new Database(file).exec('CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT)');
    const insert = made.prepare('INSERT INTO t (word) VALUES (?)');
    made.transaction(() => {
      for (let n = 0; n < 2000; n += 1) insert.run('x'.repeat(50));
    })();
    made.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 3 * 4096, 6 * 4096);
    writeFileSync(file, bytes);
    return { file, database: namingFile(new Database(file)) };
  }
  const named = (path: string) =>
    expect.objectContaining({
      code: 'database-damaged',
      values: expect.objectContaining({ path }) as object,
    }) as Error;

  test('names the file, however it is read', () => {
    const { file, database } = damagedLater();
    const select = database.prepare('SELECT * FROM t');
    expect(() => select.all()).toThrow(named(file));
    expect(() => [...select.iterate()]).toThrow(named(file));
    expect(() => database.prepare('SELECT MAX(word) FROM t').pluck().get()).toThrow(named(file));
    expect(() => database.prepare(`UPDATE t SET word = 'y'`).run()).toThrow(named(file));
    database.close();
  });

  test('names it where a statement of the app does not fit', () => {
    const { file, database } = damagedLater();
    expect(() => database.prepare('SELECT missing FROM t')).toThrow(named(file));
    expect(database.prepare('SELECT word FROM t WHERE id = ?').get(1)).toEqual({ word: 'x'.repeat(50) });
    database.close();
  });
});
