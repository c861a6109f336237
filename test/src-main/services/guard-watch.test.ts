/** The guards at work on a real store: each event read once, and nothing believed that was undone. */

import { expect, test, vi } from 'vitest';
import { openOffice } from '../../fixtures/office.ts';
import { evaluateWell, openTrained } from '../../fixtures/trained-office.ts';

async function openCanary() {
  const { office, adapter } = await openTrained();
  await evaluateWell(office, adapter.id);
  const station = await office.ask('stations.add', { name: 'プレス1' });
  await office.ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', stations: [station.id] });
  await office.ask('rollouts.start', {});
  const answered = async (n: number) =>
    (await office.ask('ask.ask', { question: `問い${n}`, stationId: station.id })).id;
  return { office, ask: office.ask, answered };
}

test('the thirtieth answer reads as many events as the second', async () => {
  const { office, ask, answered } = await openCanary();
  const read = vi.spyOn(office.store.routeEvents, 'ofRollout');
  for (let n = 0; n < 30; n += 1) await ask('ask.grade', { answerId: await answered(n), grade: 'right' });
  const lengths = read.mock.results.map(({ value }) => (value as readonly unknown[]).length);
  expect(lengths).toHaveLength(60);
  // The event before, looked at again, and the new one.
  expect(Math.max(...lengths)).toBe(2);
  expect((await ask('rollouts.current', {}))?.report).toMatchObject({ answers: 30, ungraded: 0 });
});

test('what a failed change undid is not judged, and the verdict is that of the stored events', async () => {
  const { office, ask, answered } = await openCanary();
  const ids = [];
  for (let n = 0; n < 4; n += 1) ids.push(await answered(n));
  await ask('ask.grade', { answerId: ids[0]!, grade: 'right' });
  const append = vi.spyOn(office.store.log, 'append');
  for (const answerId of ids.slice(1)) {
    append.mockImplementationOnce(() => {
      throw new Error('the log failed');
    });
    await expect(ask('ask.grade', { answerId, grade: 'wrong' })).rejects.toMatchObject({ code: 'unexpected' });
  }
  append.mockRestore();
  expect((await ask('rollouts.current', {}))?.report).toMatchObject({ answers: 4, ungraded: 3, verdict: 'hold' });
  await ask('ask.grade', { answerId: ids[1]!, grade: 'right' });
  const judged = await ask('rollouts.current', {});
  expect(judged?.report).toMatchObject({ answers: 4, ungraded: 2 });
  office.store.close();
  const again = await openOffice(office.dataDirectory, office.engine);
  expect((await again.ask('rollouts.current', {}))?.report).toEqual(judged?.report);
});
