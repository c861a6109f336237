/**
 * Bytes that a disk gave back changed: of the database of a small plant, one at a time, and of the files of its adapter. What
 * opens must be what was written, or be refused by name; where SQLite reads a changed row without noticing, the table is named.
 */

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OfficeError } from '../../src-main/contract/errors.ts';
import { openStore } from '../../src-main/store/index.ts';
import { databaseName } from '../../src-main/store/project-folders.ts';
import { seeded } from '../src-main/domain/guards/simulate.ts';
import { startKillable } from './killable.ts';
import { setUp } from './plant.ts';

export interface DamageFigures {
  readonly databaseBytes: number;
  readonly adapterBytes: number;
  /** Of flipped bits of the database: refused at opening or reading, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Nothing that is read is another: free pages, and what SQLite does not use. */
  readonly unread: number;
  /** Read as something else without a word, by table. */
  readonly unnoticed: Readonly<Record<string, number>>;
  /** Flipped bits of adapter files: all of them must be refused. */
  readonly adapterFlips: number;
}

/** @param goOn asked before each further bit @throws Error where something other than a named refusal comes, or an adapter passes */
export async function runDamage(
  dataDirectory: string,
  seed: number,
  goOn: (flips: number) => boolean,
): Promise<DamageFigures> {
  const random = seeded(seed);
  const app = await startKillable(dataDirectory, 'fake');
  await setUp(app);
  for (let n = 0; n < 5; n += 1) await app.request('ask.ask', { question: `${n}号プレスの油は？` });
  await app.close();
  const whole = settled(join(dataDirectory, databaseName));
  const before = tablesOf(join(dataDirectory, databaseName));
  const store = openStore(dataDirectory);
  const [adapter] = store.adapters.list();
  const files = readdirSync(adapter!.directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  const parts = files.map(({ name }) => ({ path: join(adapter!.directory, name), name }));
  const adapterBytes = parts.reduce((sum, { path }) => sum + readFileSync(path).length, 0);

  const refused: Record<string, number> = {};
  const unnoticed: Record<string, number> = {};
  let [unread, adapterFlips, flips] = [0, 0, 0];
  const folder = join(dataDirectory, '..', 'damaged');
  const count = (of: Record<string, number>, what: string) => (of[what] = (of[what] ?? 0) + 1);
  for (; goOn(flips); flips += 1) {
    const outcome = flippedDatabase(folder, whole, Math.floor(random() * whole.length * 8), before);
    if (outcome.refused !== undefined) count(refused, outcome.refused);
    else if (outcome.changed.length === 0) unread += 1;
    else for (const table of outcome.changed) count(unnoticed, table);

    const { path } = parts[Math.floor(random() * parts.length)]!;
    const intact = readFileSync(path);
    if (intact.length === 0) continue;
    writeFileSync(path, flipped(intact, Math.floor(random() * intact.length * 8)));
    try {
      requireRefused(() => store.artefacts.verifyAdapter(adapter!.folder, adapter!.sha256), path);
      adapterFlips += 1;
    } finally {
      writeFileSync(path, intact);
    }
  }
  store.artefacts.verifyAdapter(adapter!.folder, adapter!.sha256);
  store.close();
  rmSync(folder, { recursive: true, force: true });
  return { databaseBytes: whole.length, adapterBytes, refused, unread, unnoticed, adapterFlips };
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** The bytes of a database whose journal was written back into it. */
function settled(path: string): Uint8Array {
  const database = new Database(path);
  database.pragma('journal_mode = DELETE');
  database.close();
  return readFileSync(path);
}

function flippedDatabase(
  folder: string,
  whole: Uint8Array,
  bit: number,
  before: ReadonlyMap<string, string>,
): { readonly refused?: string; readonly changed: readonly string[] } {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const path = join(folder, databaseName);
  writeFileSync(path, flipped(whole, bit));
  try {
    readAll(folder);
    const after = tablesOf(path);
    return { changed: [...before.keys()].filter((table) => after.get(table) !== before.get(table)) };
  } catch (error) {
    if (error instanceof OfficeError) return { refused: error.code, changed: [] };
    copyFileSync(path, join(folder, '..', `unexpected-${bit}.sqlite`));
    throw new Error(`Bit ${bit} of the database: ${String(error)}`, { cause: error });
  }
}

/** Opens it as the app does, and reads what is looked at only where it is read. */
function readAll(folder: string): void {
  const store = openStore(folder);
  try {
    for (const _ of store.examples.all());
    for (const { id } of store.datasets.list()) store.datasets.examples(id);
    for (const { id } of store.routes.list()) {
      const rollouts = store.routes.steps(id).flatMap((step) => ('rolloutId' in step ? [step.rolloutId] : []));
      for (const rolloutId of new Set(rollouts)) store.routeEvents.ofRollout(String(rolloutId));
    }
  } finally {
    store.close();
  }
}

/** All rows of each table, as one text. */
function tablesOf(path: string): ReadonlyMap<string, string> {
  const database = new Database(path, { readonly: true });
  try {
    const names = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
    return new Map(
      names.map((name) => [name, JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).raw().all())] as const),
    );
  } finally {
    database.close();
  }
}

function requireRefused(verify: () => void, path: string): void {
  try {
    verify();
  } catch (error) {
    if (error instanceof OfficeError && error.code === 'adapter-damaged') return;
    throw error;
  }
  throw new Error(`A changed ${path} was taken for whole.`);
}
