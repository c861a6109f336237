/** The guards at work on a real store: each event read once, and nothing believed that was undone. */

import { expect, test, vi } from 'vitest';
import { createContext } from '../../../src-main/services/context.ts';
import { createRouter } from '../../../src-main/services/router.ts';
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

test('after 200 transitions a question, its grade and the view read as much as after two', async () => {
  const { office, adapter } = await openTrained();
  const { ask, store } = office;
  await evaluateWell(office, adapter.id);
  const insistBecause = 'a test';
  const [routes, events] = [vi.spyOn(store.routes, 'steps'), vi.spyOn(store.routeEvents, 'ofRollout')];
  const readBy = async (work: () => Promise<unknown>) => {
    routes.mockClear();
    events.mockClear();
    await work();
    const results = [...routes.mock.results, ...events.mock.results];
    return { rows: results.reduce((sum, { value }) => sum + (value as readonly unknown[]).length, 0) };
  };
  const measure = async () => {
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    await ask('rollouts.start', { insistBecause });
    await ask('rollouts.promote', { insistBecause });
    let id = '';
    const asked = await readBy(async () => ({ id } = await ask('ask.ask', { question: '油は？' })));
    const graded = await readBy(() => ask('ask.grade', { answerId: id, grade: 'right' }));
    const viewed = await readBy(() => ask('rollouts.current', {}));
    await ask('releases.revert', {});
    return { asked, graded, viewed };
  };
  const first = await measure();
  const { step } = store.routes.steps('standard').at(-1)!;
  for (let n = 0; n < 200; n += 1) {
    store.routes.addStep('standard', { step, reason: '', by: 'tester', at: office.options.clock().toISOString() });
  }
  expect(await measure()).toEqual(first);
  // Decided, kept and judged: each looks at the newest row again.
  expect(first.asked.rows).toBeLessThan(12);
});

test('a transition that was undone after it had been read is forgotten', async () => {
  const { office } = await openTrained();
  const { store } = office;
  const router = createRouter(createContext(office.options));
  const route = store.routes.standard();
  const undone = () =>
    store.transaction(() => {
      router.move(route, { action: 'apply', target: 'never kept' });
      expect(router.position(route).present).toBe('never kept');
      throw new Error('undone');
    });
  expect(undone).toThrow('undone');
  expect(router.position(route).present).toBeNull();
  router.move(route, { action: 'apply', target: 'kept' });
  expect(undone).toThrow('undone');
  // Another one stands where the one that was undone stood.
  router.move(route, { action: 'apply', target: 'kept after all' });
  expect(router.history(route)).toEqual(createRouter(createContext(office.options)).history(route));
  expect(router.position(route).present).toBe('kept after all');
});

test('a view of 1,500 answers draws no more than one of 240', async () => {
  const { office, ask, answered } = await openCanary();
  const rollout = (await ask('rollouts.current', {}))!;
  const answerId = await answered(0);
  const [first] = office.store.routeEvents.ofRollout(rollout.id);
  const place = { routeId: 'standard', rolloutId: rollout.id, by: 'tester', at: '' };
  office.store.transaction(() => {
    for (let n = 1; n < 1500; n += 1) office.store.routeEvents.add({ ...first!, answerId }, place);
  });
  const view = await ask('rollouts.current', {});
  expect(view).toMatchObject({ stageAnswers: 1500, report: { answers: 1500 } });
  const curves = view!.report!.guards.map(({ curve }) => curve);
  expect(Math.max(...curves.map(({ length }) => length))).toBeLessThanOrEqual(241);
  expect(curves.find(({ length }) => length > 0)?.at(-1)?.count).toBe(1500);
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
