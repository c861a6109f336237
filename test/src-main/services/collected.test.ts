/** With many examples a change costs what it changed, and what is written in pieces is there wholly or not at all. */

import { expect, test, vi } from 'vitest';
import { toItsEnd } from '../../../src-main/domain/to-its-end.ts';
import type { Example } from '../../../src-main/contract/entities.ts';
import { openStore } from '../../../src-main/store/index.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { openOffice, openSampleOffice } from '../../fixtures/office.ts';

const pair = (n: number) =>
  ({ question: `設備P-${n}の油は？`, answer: `VG ${Math.floor(n / 3)}`, category: '', split: 'auto' }) as const;
const example = (n: number): Example => ({ ...pair(n), id: `e${n}`, createdBy: 'x', createdAt: '', updatedAt: '' });

test('status and readiness read all examples once, and then what changed', async () => {
  const { ask, store, engine } = await openSampleOffice();
  const all = vi.spyOn(store.examples, 'all');
  const get = vi.spyOn(store.examples, 'get');
  await ask('app.status', {});
  const { total } = await ask('datasets.readiness', {});
  expect(all).toHaveBeenCalledTimes(1);
  const counted = vi.spyOn(engine, 'call');

  const { id } = await ask('examples.add', pair(1));
  expect((await ask('app.status', {})).exampleCount).toBe(total + 1);
  await ask('datasets.readiness', {});
  await ask('training.plan', { preset: 'quick' });
  await ask('datasets.readiness', {});

  expect(all).toHaveBeenCalledTimes(1);
  expect(get.mock.calls).toEqual([[id]]);
  const measured = counted.mock.calls.filter(([name]) => name === 'measureExamples');
  expect(measured.map(([, input]) => (input as { examples: readonly { id: string }[] }).examples)).toEqual([
    [expect.objectContaining({ id })],
  ]);
});

test('a plan looks at some of very many examples, and says what all would take', async () => {
  const { ask, store, engine } = await openSampleOffice();
  toItsEnd(
    store.examples.addMany(
      'many',
      Array.from({ length: 3000 }, (_, n) => example(n)),
    ),
  );
  store.examples.completed(
    'many',
    Array.from({ length: 3000 }, (_, n) => example(n)),
  );
  const started = vi.spyOn(engine, 'start');
  const { train, heldOut } = await ask('datasets.readiness', {});
  await ask('training.plan', { preset: 'quick' });
  const job = started.mock.calls[0]![1] as { examplesFile: string; sampleOf: object };
  expect(job.sampleOf).toEqual({ examples: train, validation: heldOut });
  const { readFileSync } = await import('node:fs');
  const lines = readFileSync(job.examplesFile, 'utf8').trim().split('\n').length;
  expect(lines).toBeGreaterThan(200);
  expect(lines).toBeLessThan(700);
});

/** Work in pieces, left where it was when a host was killed. */
function goOnUntil(work: Generator<void>, reached: () => boolean): void {
  while (!reached()) if (work.next().done) throw new Error('it ended before');
}

test('an import that a killed host left half written is gone at the next start; a complete one is not', async () => {
  const dataDirectory = temporaryDirectory();
  const store = openStore(dataDirectory);
  const many = Array.from({ length: 2500 }, (_, n) => example(n));
  const writing = store.examples.addMany('half', many);
  goOnUntil(writing, () => store.examples.count() === 1000);
  const whole = many.map((each) => ({ ...each, id: `whole ${each.id}` }));
  toItsEnd(store.examples.addMany('whole', whole));
  store.examples.completed('whole', whole);
  expect(store.examples.count()).toBe(3500);
  store.close();

  const office = await openOffice(dataDirectory);
  expect(office.store.examples.count()).toBe(2500);
  expect((await office.ask('app.status', {})).exampleCount).toBe(2500);
});

test('an import that cannot be written to its end leaves nothing behind, and can be tried again', async () => {
  const { ask, store, engine } = await openSampleOffice();
  const before = store.examples.count();
  const text = Array.from({ length: 450 }, (_, n) => `${pair(n).question}\t${pair(n).answer}`).join('\n');
  const { importId, mapping } = await ask('import.preview', { kind: 'text', text });
  const addMany = vi.spyOn(store.examples, 'addMany').mockImplementationOnce(function* (...given) {
    const writing = addMany.getMockImplementation() ? [] : store.examples.addMany(...given);
    for (const _ of writing) {
      yield;
      // As where the disk is full at the second piece.
      (writing as Generator<void>).throw(new Error('no room'));
    }
  });
  await expect(ask('import.commit', { importId, mapping, skipInvalid: true })).rejects.toThrow();
  expect(store.examples.count()).toBe(before);
  const { added } = await ask('import.commit', { importId, mapping, skipInvalid: true });
  expect(store.examples.count()).toBe(before + added);
  await engine.close();
});

test('a version that was not written to its end is none, and its rows go at the next start', async () => {
  const dataDirectory = temporaryDirectory();
  const store = openStore(dataDirectory);
  const frozen = Array.from({ length: 1500 }, (_, n) => ({ ...pair(n), id: `e${n}`, split: 'train' as const }));
  goOnUntil(store.datasets.stage('half', frozen), () => store.datasets.examples('half').length === 1000);
  expect(store.datasets.list()).toEqual([]);
  store.close();
  const { store: again } = await openOffice(dataDirectory);
  expect(again.datasets.examples('half')).toEqual([]);
  toItsEnd(again.datasets.stage('whole', frozen));
  const version = { id: 'whole', number: 1, hash: 'h', train: 1500, heldOut: 0, regression: 0 };
  again.datasets.add({ ...version, createdBy: 'x', createdAt: '' });
  expect([...again.datasets.reading('whole')]).toEqual(frozen);
  expect(() => toItsEnd(again.datasets.stage('whole', [{ ...frozen[0]!, id: 'more' }]))).toThrow('frozen');
  expect(again.datasets.examples('whole')).toHaveLength(1500);
});
