/** A little of each campaign, so that it still runs and still finds what it looks for. The long counts stand in README.md. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../fixtures/data-directory.ts';
import { runDamage } from './damage.ts';
import { runFailures } from './failures.ts';
import { runFuzz } from './fuzz.ts';
import { runCycles } from './cycles.ts';
import { runKills } from './kills.ts';
import { startKillable } from './killable.ts';
import { newLedger, verify } from './ledger.ts';
import { setUp } from './plant.ts';
import { runSoak } from './soak.ts';
import { mostByLuck, simulateVerdicts } from './verdicts.ts';
import { runWrites } from './writes.ts';

test('killed at random moments, the app has done what it said, and is in one state', async () => {
  const figures = await runKills({
    dataDirectory: temporaryDirectory(),
    engine: 'fake',
    seed: 4,
    goOn: (kills) => kills < 10,
  });
  expect(figures.hostKills + figures.engineKills).toBeGreaterThanOrEqual(10);
  expect(figures.requests).toBeGreaterThan(0);
  expect(figures.baseFilesIdentical).toBe(true);
  expect(figures.baseIdentical).not.toBe(false);
});

test('killed in the middle of what they write, app and model process leave nothing half written', async () => {
  const begun = performance.now();
  const figures = await runWrites({
    dataDirectory: join(temporaryDirectory(), 'plant'),
    seed: 2,
    // The model process in a training, in a merge, the app in an import; the others where the machine is not too busy.
    goOn: (kills) => kills < 3 || (kills < 6 && performance.now() - begun < 45_000),
  });
  const sum = (of: 'app' | 'engine' | 'cut' | 'done') =>
    Object.values(figures).reduce((all, each) => all + each[of], 0);
  expect(sum('engine')).toBeGreaterThanOrEqual(2);
  expect(sum('app')).toBeGreaterThanOrEqual(1);
  expect(sum('cut') + sum('done')).toBe(sum('app') + sum('engine'));
});

test('promoted and reverted over and over', async () => {
  const { cycles, ...figures } = await runCycles(temporaryDirectory(), 'fake', (done) => done < 10);
  expect(figures).toMatchObject({ baseIdentical: cycles, baseFilesIdentical: true });
});

test('a changed bit of the database or of an adapter is refused, changes nothing, or is counted by table', async () => {
  const { adapterFlips, refused, unread, unnoticed } = await runDamage(
    join(temporaryDirectory(), 'plant'),
    3,
    (flips) => flips < 15,
  );
  expect(adapterFlips).toBe(15);
  const named = Object.values(refused).reduce((sum, count) => sum + count, 0);
  expect(named).toBeGreaterThan(0);
  expect(named + unread + Object.keys(unnoticed).length).toBeGreaterThan(8);
});

test('whatever is put in is taken or refused by name', async () => {
  const figures = await runFuzz(temporaryDirectory(), 11, (rounds) => rounds < 6);
  expect(Object.values(figures).reduce((sum, count) => sum + count, 0)).toBe(6 * 7);
});

test('a call of the disk that fails loses nothing, and what it hindered can be done afterwards', async () => {
  const figures = await runFailures(join(temporaryDirectory(), 'plant'), (failed) => failed < 4, 13);
  for (const [work, { calls, failed, borne, refused }] of Object.entries(figures)) {
    expect(calls, work).toBeGreaterThan(20);
    expect(failed, work).toBeGreaterThan(1);
    expect(Object.values(refused).reduce((sum, count) => sum + count, borne)).toBe(failed);
  }
});

test.skipIf(process.platform !== 'linux')('days in a row: memory and open files stay what they are', async () => {
  const figures = await runSoak(join(temporaryDirectory(), 'plant'), 'fake', (rounds) => rounds < 8);
  expect(figures.rounds).toBe(8);
  expect(figures.app.files[0]).toBeGreaterThan(0);
});

test('a campaign would notice what is lost', async () => {
  const dataDirectory = temporaryDirectory();
  const app = await startKillable(dataDirectory, 'fake');
  await setUp(app);
  const { id } = await app.request('ask.ask', { question: '3号プレスの油は？' });
  await app.request('ask.grade', { answerId: id, grade: 'right' });
  await app.kill();
  const ledger = newLedger();
  ledger.answers.add(id).add('never given');
  expect(() => verify(dataDirectory, ledger)).toThrow('The answer never given is lost.');
  ledger.answers.delete('never given');
  ledger.grades.set(id, 'wrong');
  expect(() => verify(dataDirectory, ledger)).toThrow(`${id} was graded wrong, stored is right.`);
  ledger.grades.set(id, 'right');
  ledger.steps.set('apply', 1);
  expect(() => verify(dataDirectory, ledger)).toThrow('1 times apply was accepted, 0 are stored.');
  ledger.steps.clear();
  verify(dataDirectory, ledger);
});

test('a verdict is wrong by luck in at most one plant of twenty, looked at up to five times', () => {
  const plants = 400;
  for (const { passed, failed, different, ...where } of simulateVerdicts(plants, 5)) {
    expect(passed ?? 0, `passed: ${JSON.stringify(where)}`).toBeLessThan(mostByLuck(plants));
    expect(different ?? 0, `different: ${JSON.stringify(where)}`).toBeLessThan(mostByLuck(plants));
    // Two criteria on the line at once may each fail by luck.
    const criteria = where.nothing.startsWith('both') ? 2 : 1;
    expect(failed ?? 0, `failed: ${JSON.stringify(where)}`).toBeLessThan(criteria * mostByLuck(plants));
  }
});
