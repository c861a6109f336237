/** What SQLite does for each statement of the store: no table that grows is read as a whole, but where that is the question. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../src-main/store/index.ts';
import { registerSeals } from '../../../src-main/store/seals.ts';
import { databaseName } from '../../../src-main/store/project-folders.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const growing =
  /^SCAN (?:examples|datasetExamples|answers|routeEvents|log|logTexts|evaluationAnswers|runMetrics|runValidation|votes)\b/;

/** Statements that read more than they find, and why that is right. */
const allowed = [
  // A page, from the newest on: as many as are asked for.
  /FROM examples ORDER BY position DESC LIMIT/,
  // Over the index alone.
  /^SELECT COUNT\(\*\) AS n FROM examples$/,
  // Whether a personal name is written down: until the first that holds it.
  /^SELECT 1 FROM examples WHERE instr\(folded, \?\) > 0 LIMIT 1$/,
  // Only after an import that failed.
  /^DELETE FROM examples WHERE importId = \?$/,
  // The first row.
  /^SELECT at FROM answers ORDER BY position LIMIT 1$/,
  // Choices of the log's filter; the screen asks once.
  /^SELECT DISTINCT "(?:kind|by)" FROM log ORDER BY 1$/,
  // The log, newest first, as many as are asked for.
  /FROM log LEFT JOIN logTexts/,
  // The newest answers, as many as are asked for.
  /^SELECT \* FROM answers WHERE shadowOf IS NULL AND .* ORDER BY position DESC LIMIT/,
  // Once, at the start: whether rows are what was written.
  /\bsealOf\(/,
  /^SELECT COUNT\(\*\) FROM /,
];

test('hot paths find their rows by an index', () => {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const directory = temporaryDirectory();
  openStore(directory).close();
  const statements = [...new Set(prepare.mock.calls.map(([sql]) => sql))];
  prepare.mockRestore();
  const database = new Database(join(directory, databaseName), { readonly: true });
  onTestFinished(() => void database.close());
  registerSeals(database);

  const scanning = statements.flatMap((sql) => {
    if (!/^\s*(?:SELECT|UPDATE|DELETE|WITH)/i.test(sql)) return [];
    const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
    const places = [...sql.matchAll(/\?/g)].map(() => null);
    const explain = database.prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const plan = (names.length > 0 ? explain.all(Object.fromEntries(names)) : explain.all(...places)) as {
      detail: string;
    }[];
    return plan.some(({ detail }) => growing.test(detail)) ? [sql.replace(/\s+/g, ' ').trim()] : [];
  });
  expect(scanning.filter((sql) => !allowed.some((each) => each.test(sql)))).toEqual([]);
  // Otherwise nothing was looked at.
  expect(scanning).toContain('SELECT COUNT(*) AS n FROM examples');
  expect(statements.length).toBeGreaterThan(100);
});
