/**
 * A checksum of each row that decides what serves, what is trained or what was proven. SQLite keeps none of its pages, so a
 * disk that gives back a changed letter would go unnoticed: it is found at the start, or where the row is read.
 * Triggers write them, so no statement can forget to.
 */

import { crc32 } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import { OfficeError } from '../contract/errors.ts';

/** When the rows of a table are looked at: which of them at the start, as a condition, or each only where it is read. */
type Looked = { readonly atStart: string } | 'where-read';

const atStart: Looked = { atStart: 'TRUE' };
const sealed = {
  settings: atStart,
  project: atStart,
  models: atStart,
  datasetVersions: atStart,
  runs: atStart,
  adapters: atStart,
  adapterProofs: atStart,
  evaluations: atStart,
  evaluationAnswers: atStart,
  votes: atStart,
  safetyQuestions: atStart,
  releases: atStart,
  provenFiles: atStart,
  routes: atStart,
  stations: atStart,
  stationPlaces: atStart,
  clients: atStart,
  // Steps say what serves. Answers and grades grow with every question, and are looked at where guards replay them.
  routeEvents: { atStart: `kind = 'step'` },
  examples: 'where-read',
  datasetExamples: 'where-read',
} as const satisfies Readonly<Record<string, Looked>>;

export type SealedTable = keyof typeof sealed;

/** What is sealed of the tables that a database has: those of an older schema are fewer. */
function tablesOf(database: Database): readonly (readonly [SealedTable, Looked])[] {
  const found = new Set(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all());
  if (!found.has('seals')) return [];
  return (Object.entries(sealed) as (readonly [SealedTable, Looked])[]).filter(([table]) => found.has(table));
}

/** The 32 bits that a row comes to: any one changed bit changes them. */
function sealOf(...values: readonly unknown[]): number {
  return crc32(JSON.stringify(values));
}

/** SQL that is 1 where the row at hand is what was written, as a column of a SELECT from the table alone. */
export function wholeRow(database: Database, table: SealedTable): string {
  const { seal, key } = expressionsOf(database, table, '');
  return `(${seal} IS (SELECT seal FROM seals WHERE seals."table" = '${table}' AND seals.key = ${key}))`;
}

/**
 * Lets a row through that was read together with `wholeRow` as `whole`.
 * @param key says which one it is
 * @throws OfficeError database-damaged
 */
export function requireWhole<Row>(
  database: Database,
  table: SealedTable,
  { whole, ...row }: Row & { readonly whole: number },
  key: string | number,
): Omit<Row & { readonly whole: number }, 'whole'> {
  if (!whole) throw damaged(database, table, key);
  return row;
}

/** What is said of a table that is no longer what was written. @param row its key, or what does not fit */
export function damaged(database: Database, table: SealedTable, row: string | number): OfficeError {
  return new OfficeError('database-damaged', { path: database.name, reason: `${table} ${row}` });
}

/** Makes the function that seals and checks rows known to SQLite. To be called before any of the others. */
export function registerSeals(database: Database): void {
  database.function('sealOf', { deterministic: true, varargs: true }, sealOf);
}

/**
 * Looks at what is looked at at the start. A database from before there were seals is taken as it is.
 * @param older the ladder has steps for it: all rows are looked at, since they are sealed anew, and a table without any seal
 *   is one that is sealed from now on
 * @throws OfficeError database-damaged with table and key of the row
 */
export function checkSeals(database: Database, older: boolean): void {
  for (const [table, looked] of tablesOf(database)) {
    const seals = countOf(database, `seals WHERE "table" = '${table}'`);
    if (older && seals === 0) continue;
    const rows = countOf(database, `"${table}"`);
    if (rows !== seals) throw damaged(database, table, `${rows} / ${seals}`);
    const condition = older ? 'TRUE' : looked === 'where-read' ? null : looked.atStart;
    if (condition === null) continue;
    const { key } = expressionsOf(database, table, '');
    const changed = database
      .prepare(`SELECT ${key} FROM "${table}" WHERE ${condition} AND NOT ${wholeRow(database, table)} LIMIT 1`)
      .pluck()
      .get() as string | undefined;
    if (changed !== undefined) throw damaged(database, table, changed);
  }
}

/** Seals all rows anew, after a step of the ladder has changed some. Belongs into its transaction. */
export function sealAll(database: Database): void {
  for (const [table] of tablesOf(database)) {
    database.exec(`DELETE FROM seals WHERE "table" = '${table}'`);
    const { seal, key } = expressionsOf(database, table, '');
    database.exec(`INSERT INTO seals SELECT '${table}', ${key}, ${seal} FROM "${table}"`);
  }
}

/** Every change of a sealed row seals it, by triggers of this connection: they know the columns of today's schema. */
export function keepSealed(database: Database): void {
  for (const [table] of tablesOf(database)) {
    const after = expressionsOf(database, table, 'NEW.');
    const before = expressionsOf(database, table, 'OLD.');
    const remove = (key: string) => `DELETE FROM seals WHERE "table" = '${table}' AND key = ${key};`;
    const write = `INSERT INTO seals VALUES ('${table}', ${after.key}, ${after.seal});`;
    database.exec(`
      CREATE TEMP TRIGGER "${table}SealedInsert" AFTER INSERT ON main."${table}" BEGIN ${remove(after.key)} ${write} END;
      CREATE TEMP TRIGGER "${table}SealedUpdate" AFTER UPDATE ON main."${table}" BEGIN ${remove(before.key)} ${write} END;
      CREATE TEMP TRIGGER "${table}SealedDelete" AFTER DELETE ON main."${table}" BEGIN ${remove(before.key)} END;
    `);
  }
}

const countOf = (database: Database, from: string): number =>
  Number(database.prepare(`SELECT COUNT(*) FROM ${from}`).pluck().get());

interface Column {
  readonly name: string;
  /** Place in the primary key, from 1; 0: not in it. */
  readonly pk: number;
}

/** Key and seal of a row in SQL. @param of what stands before a column: nothing, `NEW.` or `OLD.` */
function expressionsOf(database: Database, table: SealedTable, of: string) {
  const columns = database.pragma(`table_info("${table}")`) as readonly Column[];
  const written = (some: readonly Column[]): string => some.map(({ name }) => `${of}"${name}"`).join(', ');
  return {
    key: `json_array(${written(columns.filter(({ pk }) => pk > 0))})`,
    seal: `sealOf(${written(columns)})`,
  };
}
