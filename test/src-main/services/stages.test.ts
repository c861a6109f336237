/** A rollout as people run it: drafted, started, promoted, halted and reverted, on a real database. */

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atThisPc } from '../../../src-main/contract/caller.ts';
import type { GuardPlan } from '../../../src-main/contract/entities.ts';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import type { RequestInput } from '../../../src-main/contract/requests.ts';
import { evidenceOf } from '../../fixtures/fake-engine.ts';
import { type Office, openOffice } from '../../fixtures/office.ts';
import { aim, evaluateWell, openTrained } from '../../fixtures/trained-office.ts';

type Declared = NonNullable<RequestInput<'rollouts.edit'>['guards']>;

const reason = 'a test';

async function openEvaluated() {
  const { office, adapter } = await openTrained();
  await evaluateWell(office, adapter.id);
  return { office, adapter, ask: office.ask };
}

/** Two stations, one of which the canary reaches. */
async function openStaged(preset: 'careful' | 'usual' | 'quick' = 'usual') {
  const { office, adapter, ask } = await openEvaluated();
  const first = await ask('stations.add', { name: 'プレス1', line: 'A' });
  const second = await ask('stations.add', { name: 'プレス2', line: 'B' });
  await ask('rollouts.draft', { adapterId: adapter.id, preset, stations: [first.id] });
  return { office, adapter, ask, first, second };
}

async function askMany({ ask }: Pick<Office, 'ask'>, count: number, stationId: string | null = null) {
  const asked = [];
  for (let n = 0; n < count; n += 1) asked.push(await ask('ask.ask', { question: `設備${n}の油は？`, stationId }));
  return asked;
}

/** What an edit may say of guards, with other limits. */
function declared(
  { forbidden: _, ...guards }: Omit<GuardPlan, 'forbidden'> & { readonly forbidden?: unknown },
  limits: Partial<Declared['limits']> = {},
): Declared {
  const { bad, ...others } = { ...guards.limits, ...limits };
  return { ...guards, limits: { ...others, bad: bad! } };
}

describe('stages', () => {
  test('shadow answers silently, the canary one station, full everybody; and all of it stands in the timeline', async () => {
    const { office, adapter, ask, first, second } = await openStaged();
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'draft', next: 'start', reasons: [] });
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();

    expect(await ask('rollouts.start', {})).toMatchObject({ state: 'shadow', stage: 0, next: 'advance' });
    const [shadowed] = await askMany(office, 1);
    expect(shadowed).toMatchObject({ adapter: null, base: { text: 'base: 設備0の油は？', stamp: { release: null } } });
    const pairs = await ask('rollouts.pairs', {});
    expect(pairs).toMatchObject([{ question: '設備0の油は？' }]);
    expect([pairs[0]!.left, pairs[0]!.right].toSorted()).toEqual(['adapter: 設備0の油は？', 'base: 設備0の油は？']);
    expect(await ask('rollouts.gradePair', { pairId: pairs[0]!.id, grade: 'same' })).toEqual({ left: 0 });

    await expect(ask('rollouts.promote', {})).rejects.toMatchObject({ code: 'rollout-waits' });
    const waiting = await ask('rollouts.current', {});
    expect(waiting?.reasons).toEqual([
      { kind: 'answers', missing: 29 },
      { kind: 'guards-hold', needed: expect.any(Number) as number },
    ]);
    await ask('rollouts.promote', { insistBecause: reason });
    const canary = await ask('ask.ask', { question: '油は？', stationId: first.id });
    expect(canary.adapter).toMatchObject({ text: 'adapter: 油は？', stamp: { adapter: adapter.name, release: 1 } });
    expect((await ask('ask.ask', { question: '油は？', stationId: second.id })).adapter).toBeNull();
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();

    expect(await ask('rollouts.promote', { insistBecause: reason })).toMatchObject({ state: 'full', next: 'finish' });
    expect((await ask('ask.ask', { question: '油は？', stationId: second.id })).adapter).not.toBeNull();
    expect(await ask('rollouts.promote', { insistBecause: reason })).toMatchObject({ state: 'finished', next: null });
    expect((await ask('app.status', {})).release).toMatchObject({ kind: 'candidate', adapterId: adapter.id });

    expect(await ask('releases.revert', {})).toMatchObject({ kind: 'revert', baseIdentical: true });
    expect((await ask('ask.ask', { question: '油は？', stationId: first.id })).adapter).toBeNull();
    const timeline = await ask('routes.timeline', { limit: 100 });
    expect(timeline.map(({ action, state, stations }) => [action, state, stations.join()])).toEqual([
      ['revert', 'superseded', ''],
      ['finish', 'finished', ''],
      ['advance', 'full', ''],
      ['advance', 'canary', 'プレス1'],
      ['start', 'shadow', ''],
      ['draft', 'draft', ''],
    ]);
    // From “everybody” on the candidate is what everybody reads.
    expect(timeline.map(({ servesName }) => servesName)).toEqual([null, adapter.name, adapter.name, null, null, null]);
    const { fileName, base64 } = await ask('routes.export', {});
    expect(fileName).toBe('timeline-standard.csv');
    expect(Buffer.from(base64, 'base64').toString().split('\r\n')).toHaveLength(timeline.length + 2);
    expect(timeline[1]).toMatchObject({ servesName: adapter.name, servesNumber: 1, reason, by: 'tester' });
    // A station that was taken away has tried it all the same.
    await ask('stations.remove', { stationId: first.id });
    const canaries = (await ask('routes.timeline', { limit: 100 })).filter(({ state }) => state === 'canary');
    expect(canaries).toMatchObject([{ stations: ['プレス1'], candidateNumber: 1 }]);
  });

  test('a station that comes to a line in the middle of its canary stands in the timeline from then on', async () => {
    const { office, ask, adapter } = await openStaged('quick');
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', lines: ['A'] });
    await ask('rollouts.start', {});
    office.clock.milliseconds += 60_000;
    const late = await ask('stations.add', { name: 'プレス3', line: 'A' });
    expect((await ask('ask.ask', { question: '油は？', stationId: late.id })).adapter).not.toBeNull();
    const read = async () =>
      (await ask('routes.timeline', { limit: 2 })).map(({ action, stations, reason: why }) => [
        action,
        stations.join(),
        why,
      ]);
    expect(await read()).toEqual([
      ['station-added', 'プレス1,プレス3', 'プレス3'],
      ['start', 'プレス1', ''],
    ]);
    office.clock.milliseconds += 60_000;
    await ask('stations.remove', { stationId: late.id });
    expect((await read())[0]).toEqual(['station-removed', 'プレス1', 'プレス3']);
    // What came before it stays what it was, and nothing stands behind the end of the canary.
    office.clock.milliseconds += 60_000;
    await ask('releases.revert', {});
    await ask('stations.add', { name: 'プレス4', line: 'A' });
    expect((await ask('routes.timeline', { limit: 9 })).map(({ action }) => action).slice(0, 4)).toEqual([
      'revert',
      'station-removed',
      'station-added',
      'start',
    ]);
  });

  test('a station that changes its line or its name stands in past rows as it was then', async () => {
    // No clock moves: the order of what happened is enough.
    const { ask, adapter, first, second } = await openStaged('quick');
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', lines: ['A'] });
    await ask('rollouts.start', {});
    const moved = { name: first.name, line: 'B' };
    await ask('stations.change', { stationId: first.id, ...moved });
    expect((await ask('ask.ask', { question: '油は？', stationId: first.id })).adapter).toBeNull();
    await ask('stations.change', { stationId: second.id, name: second.name, line: 'A' });
    // Another name alone brings nobody to the canary, and takes nobody away.
    await ask('stations.change', { stationId: second.id, name: 'プレス2（新）', line: 'A' });
    await ask('rollouts.halt', { because: reason });
    await ask('rollouts.resume', { because: reason });
    const told = (await ask('routes.timeline', { limit: 9 })).map(({ action, stations }) => [action, stations.join()]);
    expect(told.slice(0, 5)).toEqual([
      ['resume', 'プレス2（新）'],
      ['halt', ''],
      ['station-added', 'プレス2'],
      ['station-removed', ''],
      ['start', 'プレス1'],
    ]);
  });

  test('a station whose route is retired comes to the canary of the standard one, and the timeline says when', async () => {
    const { ask, adapter } = await openStaged('quick');
    await ask('routes.add', { name: 'night-shift' });
    await ask('stations.add', { name: 'プレス3', line: 'A', route: 'night-shift' });
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', lines: ['A'] });
    await ask('rollouts.start', {});
    await ask('routes.retire', { route: 'night-shift' });
    const told = (await ask('routes.timeline', { limit: 2 })).map(({ action, stations }) => [action, stations.join()]);
    expect(told).toEqual([
      ['station-added', 'プレス1,プレス3'],
      ['start', 'プレス1'],
    ]);
  });

  test('a start asks today’s criteria, and a reason does not make up for a second person', async () => {
    const { office, ask } = await openEvaluated();
    const [adapter] = await ask('adapters.list', {});
    await ask('routes.requireSecondPerson', { secondPerson: true });
    await ask('rollouts.draft', { adapterId: adapter!.id, preset: 'quick' });
    await expect(ask('rollouts.start', { insistBecause: reason })).rejects.toMatchObject({ code: 'rollout-waits' });
    await expect(ask('rollouts.approve', {})).rejects.toMatchObject({ code: 'rollout-own-approval' });
    const other = { ...atThisPc('browser'), operator: '佐藤' };
    expect(await office.dispatch('rollouts.approve', {}, other)).toMatchObject({
      ok: true,
      value: { approvedBy: '佐藤' },
    });
    // An edit is another plan.
    expect(await ask('rollouts.draft', { adapterId: adapter!.id, preset: 'usual' })).toMatchObject({
      approvedBy: null,
    });
    expect(office.store.log.newest(1)[0]).toMatchObject({
      kind: 'rollout.edited',
      changes: [
        { field: 'stagePercents', before: '50, 100', after: '0, 20, 100' },
        { field: 'stageAnswers', before: '20, 0', after: '30, 20, 0' },
      ],
    });
    expect(await office.dispatch('rollouts.approve', {}, other)).toMatchObject({ ok: true });
    await aim(office, 1);
    expect((await ask('rollouts.current', {}))?.reasons).toEqual([{ kind: 'criteria-unmet' }]);
    await expect(ask('rollouts.start', {})).rejects.toMatchObject({ code: 'rollout-waits' });
    await aim(office, 0.4);
    expect(await ask('rollouts.start', {})).toMatchObject({ state: 'shadow' });
  });

  test('what a start would wait for is told before anything is measured, and nothing is written down', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    const start = { adapterId: adapter.id, preset: 'quick', starts: {} } as const;
    const proofs = () => office.engine.proofs.length;
    const before = proofs();
    await expect(ask('rollouts.draft', start)).rejects.toMatchObject({
      code: 'rollout-waits',
      values: { reasons: JSON.stringify([{ kind: 'not-evaluated' }]) },
    });
    expect([proofs(), await ask('rollouts.current', {})]).toEqual([before, null]);
    // Whoever gives a reason, or lets somebody else approve first, waits for the proof alone.
    expect(await ask('rollouts.draft', { ...start, starts: { insistBecause: reason } })).toMatchObject({
      state: 'draft',
      reasons: [{ kind: 'not-evaluated' }],
    });
    expect(proofs()).toBeGreaterThan(before);
    await ask('routes.requireSecondPerson', { secondPerson: true });
    expect(await ask('rollouts.draft', start)).toMatchObject({ next: 'approve' });
  });

  test('bad answers halt by themselves; the next question has the present release, and only a reason goes on', async () => {
    const { office, adapter, ask } = await openEvaluated();
    const station = await ask('stations.add', { name: 'プレス1' });
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', stations: [station.id] });
    await ask('rollouts.start', {});
    let graded = 0;
    // Guards that never halt fail below, and do not go on for ever.
    while (graded < 200 && (await ask('rollouts.current', {}))?.state === 'canary') {
      const answer = await ask('ask.ask', { question: `問い${graded}`, stationId: station.id });
      await ask('ask.grade', { answerId: answer.id, grade: graded % 2 === 0 ? 'wrong' : 'andon' });
      graded += 1;
    }
    expect(graded).toBeLessThan(10);
    const halted = await ask('rollouts.current', {});
    expect(halted).toMatchObject({
      state: 'halted',
      halt: { guard: 'bad', by: 'guards' },
      next: 'resume',
      report: { verdict: 'halt' },
    });
    expect(office.events.find(({ kind }) => kind === 'halted')).toMatchObject({
      guard: 'bad',
      candidate: adapter.name,
    });
    expect((await ask('ask.ask', { question: '油は？', stationId: station.id })).adapter).toBeNull();
    expect((await ask('ask.andons', { limit: 10 })).map(({ grade }) => grade)).toContain('andon');
    // The same verdict follows from the stored events alone.
    office.store.close();
    const again = await openOffice(office.dataDirectory, office.engine);
    expect((await again.ask('rollouts.current', {}))?.report).toEqual(halted?.report);
    await expect(again.ask('rollouts.resume', { because: ' ' })).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await again.ask('rollouts.resume', { because: reason })).toMatchObject({ state: 'canary' });
  });

  test('a shift tries the candidate first, with the hours that it had when it was planned', async () => {
    const { office, ask, adapter, first, second } = await openStaged('quick');
    const night = { name: '夜勤', from: '22:00', to: '06:00' };
    const day = { name: '日勤', from: '08:00', to: '17:00' };
    const { updatedAt } = await ask('site.setWorkShifts', { workShifts: [day, night], basedOn: '' });
    expect(office.store.log.newest(1)[0]).toMatchObject({
      kind: 'site.work-shifts',
      changes: [{ field: 'workShifts', after: '日勤 08:00–17:00, 夜勤 22:00–06:00' }],
    });
    const twice = ask('site.setWorkShifts', { workShifts: [day, day] });
    await expect(twice).rejects.toMatchObject({ code: 'name-taken' });
    const late = ask('site.setWorkShifts', { workShifts: [], basedOn: '' });
    await expect(late).rejects.toMatchObject({ code: 'changed-meanwhile' });
    const empty = ask('site.setWorkShifts', { workShifts: [{ ...day, to: day.from }] });
    await expect(empty).rejects.toMatchObject({ code: 'request-invalid' });
    const plan = { adapterId: adapter.id, preset: 'quick' } as const;
    const unknown = ask('rollouts.draft', { ...plan, during: ['遅番'] });
    await expect(unknown).rejects.toMatchObject({ code: 'name-unknown', values: { known: '日勤, 夜勤' } });

    await ask('rollouts.draft', { ...plan, stations: [first.id], during: [night.name] });
    // Whoever changes the list later changes no plan that somebody has read.
    await ask('site.setWorkShifts', { workShifts: [day], basedOn: updatedAt });
    await ask('rollouts.start', {});
    const goTo = (hour: number) => {
      const now = new Date(office.clock.milliseconds);
      office.clock.milliseconds += (((hour - now.getHours() + 24) % 24) * 60 - now.getMinutes()) * 60_000;
      if (new Date(office.clock.milliseconds) < now) office.clock.milliseconds += 24 * 3_600_000;
    };
    const answersAt = async (hour: number, stationId: string | null) => {
      goTo(hour);
      return (await ask('ask.ask', { question: '油は？', stationId })).adapter?.stamp.adapter ?? null;
    };
    expect(await answersAt(12, first.id)).toBeNull();
    expect(await answersAt(23, first.id)).toBe(adapter.name);
    expect(await answersAt(23, second.id)).toBeNull();
    expect(await answersAt(5, first.id)).toBe(adapter.name);
    expect(await answersAt(6, first.id)).toBeNull();
    expect(await ask('rollouts.current', {})).toMatchObject({ stageAnswers: 2 });
    expect((await ask('routes.timeline', { limit: 1 }))[0]).toMatchObject({ stations: ['プレス1'], during: [night] });
    const { base64 } = await ask('routes.export', {});
    expect(Buffer.from(base64, 'base64').toString()).toContain('夜勤 22:00–06:00');

    // Edited, it keeps the shift that is no longer listed, or takes one that is.
    const { plan: planned } = (await ask('rollouts.current', {}))!;
    const calendar = { startAt: null, shifts: [], blackouts: [] };
    const edit = (during: string[]) => {
      const stage = { leastAnswers: 1, leastHours: 0, percent: 0, stations: [first.id], lines: [] };
      return ask('rollouts.edit', {
        stages: planned.stages.map(() => ({ ...stage, during })),
        forbidden: [],
        calendar,
      });
    };
    expect((await edit([night.name])).plan.stages[0]).toMatchObject({ audience: { during: [night] } });
    expect((await edit([day.name])).plan.stages[0]).toMatchObject({ audience: { during: [day] } });
    expect(office.store.log.newest(1)[0]).toMatchObject({
      changes: [{ field: 'during', before: '夜勤 22:00–06:00', after: '日勤 08:00–17:00' }],
    });
    expect(await answersAt(12, first.id)).toBe(adapter.name);
  });

  test('what ended a rollout stays with it until another one is planned, with the halt before it', async () => {
    const { ask, adapter } = await openStaged('usual');
    const endOf = async () => (await ask('rollouts.current', {}))?.end;
    await ask('rollouts.start', {});
    expect(await endOf()).toBeNull();
    await ask('rollouts.halt', { because: reason });
    await ask('releases.revert', {});
    expect(await ask('rollouts.current', {})).toMatchObject({
      ...{ state: 'reverted', stage: 0, next: null, report: { answers: 0 } },
      halt: { guard: null, reason, by: 'tester' },
      end: { action: 'revert', by: 'tester', answers: null, finished: false },
    });
    // Whatever happens on the route later did not end it.
    const applied = await ask('releases.apply', { adapterId: adapter.id });
    expect(await endOf()).toMatchObject({ action: 'revert' });

    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'draft', end: null, halt: null });
    await ask('rollouts.start', {});
    await ask('rollouts.halt', { because: reason });
    await ask('rollouts.resume', { because: reason });
    await ask('rollouts.promote', { insistBecause: reason });
    await ask('rollouts.promote', { insistBecause: reason });
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'finished', end: null, halt: null });
    await ask('releases.revert', { releaseId: applied.id });
    expect(await ask('rollouts.current', {})).toMatchObject({
      ...{ state: 'superseded', halt: null },
      end: { action: 'revert', answers: adapter.name, finished: true },
    });

    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    await ask('rollouts.withdraw', {});
    expect(await endOf()).toMatchObject({ action: 'withdraw', answers: adapter.name, finished: false });
    expect(await ask('routes.list', {})).toMatchObject([{ state: 'superseded', endedBy: 'withdraw' }]);
    // What happens later is no end of what is over.
    await ask('releases.apply', { adapterId: adapter.id });
    const endings = (await ask('routes.timeline', { limit: 4 })).map(({ action, endedBy }) => [action, endedBy]);
    expect(endings).toEqual([
      ['apply', 'withdraw'],
      ['withdraw', 'withdraw'],
      ['draft', null],
      ['revert', 'revert'],
    ]);
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    await ask('releases.apply', { adapterId: adapter.id });
    expect(await endOf()).toMatchObject({ action: 'apply', answers: adapter.name });
  });

  test('an engine that ends with the candidate halts it, and the person is answered all the same', async () => {
    const { office, ask } = await openStaged();
    await ask('rollouts.start', {});
    const { generate } = office.engine.calls;
    office.engine.calls.generate = (input) => {
      if (input.rows.length > 1) throw new OfficeError('engine-crashed', { reason: 'SIGSEGV', step: 0 });
      return generate(input);
    };
    expect(await ask('ask.ask', { question: '油は？' })).toMatchObject({ base: { text: 'base: 油は？' } });
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'halted', halt: { guard: 'crash' } });
  });

  test('a base that gives other bits than at the draft is not put in front of people', async () => {
    const { office, ask } = await openStaged();
    office.engine.prove = (input) => evidenceOf(input, { baseProbe: 'another base' });
    const start = ask('rollouts.start', { insistBecause: reason });
    await expect(start).rejects.toMatchObject({ code: 'release-base-changed', values: { number: 1 } });
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'draft' });
  });

  test('a revert goes to any earlier release too, each on a route of its own', async () => {
    const { adapter, ask } = await openEvaluated();
    const applied = await ask('releases.apply', { adapterId: adapter.id });
    await ask('routes.add', { name: 'night-shift' });
    await expect(ask('routes.add', { name: 'night-shift' })).rejects.toMatchObject({ code: 'name-taken' });
    expect((await ask('ask.ask', { question: '油は？', route: 'night-shift' })).adapter).toBeNull();
    await ask('releases.revert', {});
    const back = await ask('releases.revert', { releaseId: applied.id });
    expect(back).toMatchObject({
      kind: 'revert',
      adapterId: adapter.id,
      adapterProbe: 'with adapter',
      baseIdentical: true,
    });
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toMatchObject({
      stamp: { release: applied.number },
    });
    const foreign = ask('releases.revert', { route: 'night-shift', releaseId: applied.id });
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a file that is not the proven one stops the answers of its route, and a revert goes on', async () => {
    const { office, adapter, ask } = await openEvaluated();
    await ask('releases.apply', { adapterId: adapter.id });
    await ask('ask.ask', { question: '油は？' });
    appendFileSync(join(adapter.directory, 'adapter_config.json'), ' ');
    const refused = ask('ask.ask', { question: '油は？' });
    await expect(refused).rejects.toMatchObject({ code: 'release-files-changed', values: { route: 'standard' } });
    const stopped = { route: 'standard', release: 1, error: { code: 'release-files-changed' } };
    expect(await ask('routes.mismatches', {})).toMatchObject([stopped]);
    // Windows are told, and the log once, however often somebody asks.
    await expect(ask('ask.ask', { question: '油は？' })).rejects.toMatchObject({ code: 'release-files-changed' });
    expect(office.store.log.newest(20).filter(({ kind }) => kind === 'release.files-changed')).toHaveLength(1);
    await ask('releases.revert', {});
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();
    expect(await ask('routes.mismatches', {})).toEqual([]);
  });

  test('a question under way at a revert is finished by what it was asked of, and its stamp says so', async () => {
    const { office, adapter, ask } = await openEvaluated();
    const applied = await ask('releases.apply', { adapterId: adapter.id });
    const { engine } = office;
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const start = engine.start.bind(engine);
    engine.start = (name, input, onEvent) => {
      const running = start(name, input, onEvent);
      if (name !== 'generate') return running;
      begun.resolve();
      return { ...running, result: goOn.promise.then(() => running.result) };
    };
    const underWay = ask('ask.ask', { question: '油は？' });
    await begun.promise;
    expect(await ask('releases.revert', {})).toMatchObject({ kind: 'revert' });
    engine.start = start;
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();
    goOn.resolve();
    expect(await underWay).toMatchObject({
      adapter: { text: 'adapter: 油は？', stamp: { adapter: adapter.name, release: applied.number } },
    });
  });

  test('a plan is edited in the canary, by who stands for it, and its approval is gone', async () => {
    const { office, ask, second } = await openStaged('usual');
    await ask('rollouts.start', { insistBecause: reason });
    await ask('rollouts.promote', { insistBecause: reason });
    const { plan } = (await ask('rollouts.current', {}))!;
    const stages = plan.stages.map(({ gate }) => {
      const { answers: leastAnswers, hours: leastHours } = gate;
      return { leastAnswers, leastHours, percent: 0, stations: [second.id], lines: [] };
    });
    const calendar = { startAt: null, shifts: [{ from: '00:00', to: '23:59' }], blackouts: [] };
    const edited = await ask('rollouts.edit', { stages, forbidden: ['極秘'], calendar });
    expect(edited).toMatchObject({ state: 'canary', stage: 1, plan: { guards: { forbidden: ['極秘'] } } });
    expect(edited.reasons).toContainEqual({ kind: 'shift', until: '23:59' });
    // Nobody who has seen answers chooses what they are measured against.
    const looser = declared(plan.guards, { empty: { tolerated: 0.2, unacceptable: 0.4 } });
    const late = ask('rollouts.edit', { stages, forbidden: ['極秘'], calendar, guards: looser });
    await expect(late).rejects.toMatchObject({ code: 'rollout-wrong-state' });
    expect(office.store.log.newest(1)[0]).toMatchObject({
      kind: 'rollout.edited',
      changes: [
        { field: 'stations', before: 'プレス1', after: 'プレス2' },
        { field: 'forbidden', after: '極秘' },
        { field: 'shifts', after: '00:00–23:59' },
      ],
    });
    expect((await ask('ask.ask', { question: '油は？', stationId: second.id })).adapter).not.toBeNull();
    await expect(ask('rollouts.promote', {})).rejects.toMatchObject({ code: 'rollout-waits' });
    const wrong = { ...calendar, shifts: [{ from: '8:00', to: '25:00' }] };
    const refused = ask('rollouts.edit', { stages, forbidden: [], calendar: wrong });
    await expect(refused).rejects.toMatchObject({ code: 'request-invalid' });
  });

  test('a person declares what every guard tolerates before it begins; approval goes with an edit of it', async () => {
    const { office, ask, adapter } = await openStaged('quick');
    await ask('routes.requireSecondPerson', { secondPerson: true });
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    const { plan } = (await ask('rollouts.current', {}))!;
    const stages = plan.stages.map(({ gate }) => {
      return { leastAnswers: gate.answers, leastHours: gate.hours, percent: 100, stations: [], lines: [] };
    });
    const calendar = { startAt: null, shifts: [], blackouts: [] };
    const other = { ...atThisPc('browser'), operator: '佐藤' };
    expect(await office.dispatch('rollouts.approve', {}, other)).toMatchObject({ ok: true });
    const guards = {
      ...declared(plan.guards, { bad: { tolerated: 0.05, unacceptable: 0.2 }, latency: null }),
      baseline: 'present',
      alpha: 0.02,
      slowSeconds: 5,
    } as const;
    const edited = await ask('rollouts.edit', { stages, forbidden: [], calendar, guards });
    expect(edited).toMatchObject({ approvedBy: null, plan: { guards } });
    // Seven guards are left to share α; switched off, one says nothing.
    expect(office.store.log.newest(1)[0]?.changes).toEqual(
      expect.arrayContaining([
        { field: 'guardBad', before: '2 % – 10 %', after: '5 % – 20 %' },
        { field: 'guardLatency', before: '10 % – 30 %', after: null },
        { field: 'alpha', before: 0.01, after: 0.02 },
      ]),
    );
    const backward = declared(guards, { empty: { tolerated: 0.2, unacceptable: 0.2 } });
    const refused = ask('rollouts.edit', { stages, forbidden: [], calendar, guards: backward });
    await expect(refused).rejects.toMatchObject({
      code: 'request-invalid',
      values: { field: 'guards.limits.empty.unacceptable', fault: 'contradictory' },
    });
    const never = declared(guards, { bad: null } as never);
    await expect(ask('rollouts.edit', { stages, forbidden: [], calendar, guards: never })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    const kept = await ask('rollouts.edit', { stages, forbidden: [], calendar });
    expect(kept.plan.guards).toEqual(edited.plan.guards);
    expect(await office.dispatch('rollouts.approve', {}, other)).toMatchObject({ ok: true });
    await ask('rollouts.start', {});
    const { report } = (await ask('rollouts.current', {}))!;
    expect(report?.guards.find(({ name }) => name === 'latency')).toBeUndefined();
    expect(report?.guards.find(({ name }) => name === 'empty')?.line).toBeCloseTo(-Math.log10(0.02 / 6));
  });

  test('what guards tolerate is declared with the draft too, and forecasts follow it', async () => {
    const { adapter, ask } = await openEvaluated();
    const [usual] = await ask('rollouts.presets', {});
    const guards = declared(usual!.plan.guards, { bad: { tolerated: 0.05, unacceptable: 0.5 } });
    await ask('ask.ask', { question: '油は？' });
    const days = async (input: object) => (await ask('rollouts.presets', input))[0]!.stages.at(-1)!.daysToDecide!;
    expect(await days({ guards })).toBeLessThan(await days({}));
    const drafted = await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick', guards });
    expect(drafted.plan.guards).toMatchObject(guards);
  });

  test('a planned start begins by itself at its time, once, and not before', async () => {
    const { office, adapter, ask } = await openEvaluated();
    const startAt = new Date(office.clock.milliseconds + 3_600_000).toISOString();
    const calendar = { startAt, shifts: [], blackouts: [] };
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'usual', calendar });
    expect((await ask('rollouts.current', {}))?.reasons).toEqual([{ kind: 'too-early', at: startAt }]);
    expect(await office.services.startDue()).toEqual([]);
    office.clock.milliseconds += 3_600_000;
    await aim(office, 1);
    expect(await office.services.startDue()).toEqual([]);
    await aim(office, 0.4);
    // What was refused once waits for a person.
    expect(await office.services.startDue()).toEqual([]);
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'usual', calendar });
    expect(await office.services.startDue()).toEqual(['standard']);
    expect(await ask('rollouts.current', {})).toMatchObject({ state: 'shadow' });
    expect((await ask('routes.timeline', { limit: 1 }))[0]).toMatchObject({ action: 'start', by: 'schedule' });
  });

  test('a drill measures a revert, and everybody is answered as before', async () => {
    const { office, adapter, ask } = await openEvaluated();
    await expect(ask('releases.drill', {})).rejects.toMatchObject({ code: 'release-none' });
    await ask('releases.apply', { adapterId: adapter.id });
    const before = await ask('routes.timeline', { limit: 10 });
    const drill = await ask('releases.drill', {});
    expect(drill).toMatchObject({ route: 'standard', baseIdentical: true });
    expect(drill.milliseconds).toBeLessThan(100);
    expect(await ask('routes.timeline', { limit: 10 })).toEqual(before);
    expect(await ask('releases.list', {})).toHaveLength(1);
    expect((await ask('ask.ask', { question: '油は？' })).adapter).not.toBeNull();
    expect(office.store.log.newest(5).map(({ kind }) => kind)).toContain('release.drilled');
    // To an earlier version as well, from wherever the route stands.
    const [applied] = await ask('releases.list', {});
    await ask('releases.revert', {});
    const back = await ask('releases.drill', { releaseId: applied!.id });
    expect(back).toMatchObject({ to: applied!.number, baseIdentical: true });
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();
    expect((await ask('routes.list', {}))[0]!.release).toMatchObject({ kind: 'revert' });
    await ask('releases.revert', { releaseId: applied!.id });
    office.engine.prove = (input) => evidenceOf(input, { baseProbe: 'another base' });
    office.engine.calls.probe = () => ({ probe: 'another base' }) as never;
    expect((await ask('releases.drill', {})).baseIdentical).not.toBe(true);
  });

  test('a revert that cancels has questions under way asked anew of the base', async () => {
    const { office, adapter, ask } = await openEvaluated();
    await ask('releases.apply', { adapterId: adapter.id });
    const { engine } = office;
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const start = engine.start.bind(engine);
    let cancelled = 0;
    engine.start = (name, input, onEvent) => {
      const running = start(name, input, onEvent);
      if (name !== 'generate') return running;
      engine.start = start;
      begun.resolve();
      const cancel = () => void (cancelled += 1);
      return { ...running, cancel, result: goOn.promise.then(() => running.result) };
    };
    const underWay = ask('ask.ask', { question: '油は？' });
    await begun.promise;
    await ask('releases.revert', { inFlight: 'cancel' });
    expect(await underWay).toMatchObject({ adapter: null, base: { text: 'base: 油は？' } });
    // The model is not kept busy with what nobody reads.
    expect(cancelled).toBe(1);
    goOn.resolve();
    expect(await ask('ask.recent', { limit: 5 })).toHaveLength(1);
  });

  test('a station asks through its route; a route is renamed and retired, its history stays', async () => {
    const { office, adapter, ask } = await openEvaluated();
    await ask('routes.add', { name: 'night' });
    const station = await ask('stations.add', { name: '夜勤1', route: 'night' });
    await ask('releases.apply', { adapterId: adapter.id, route: 'night' });
    expect(await ask('ask.ask', { question: '油は？', stationId: station.id })).toMatchObject({
      route: 'night',
      adapter: { text: 'adapter: 油は？' },
    });
    expect((await ask('ask.ask', { question: '油は？' })).route).toBe('standard');
    await expect(ask('routes.rename', { route: 'night', name: 'standard' })).rejects.toMatchObject({
      code: 'name-taken',
    });
    expect(await ask('routes.rename', { route: 'night', name: 'night-2' })).toMatchObject({ name: 'night-2' });
    expect(await ask('stations.change', { stationId: station.id, name: '夜勤1', line: 'B' })).toMatchObject({
      routeId: null,
    });
    expect(office.store.log.newest(1)[0]?.changes).toEqual([
      { field: 'line', before: '', after: 'B' },
      { field: 'route', before: 'night-2', after: null },
    ]);
    await ask('stations.change', { stationId: station.id, name: '夜勤1', line: 'B', route: 'night-2' });
    await expect(ask('routes.retire', { route: 'standard' })).rejects.toMatchObject({ code: 'route-standard' });
    await ask('routes.retire', { route: 'night-2' });
    expect((await ask('routes.list', {})).map(({ name }) => name)).toEqual(['standard']);
    const again = await ask('ask.ask', { question: '油は？', stationId: station.id });
    expect(again).toMatchObject({ route: 'standard', adapter: null });
    await expect(ask('ask.ask', { question: '油は？', route: 'night-2' })).rejects.toMatchObject({
      code: 'name-unknown',
    });
    // An answer of the retired route can still be graded, and its name is free.
    const asked = (await ask('ask.recent', { limit: 5 })).find(({ route }) => route === 'night')!;
    expect(await ask('ask.grade', { answerId: asked.id, grade: 'right' })).toMatchObject({ grade: 'right' });
    expect(await ask('routes.add', { name: 'night-2' })).toMatchObject({ release: null });
  });

  test('the monitor of a route shows requests, latency, grades and guards of each release, as CSV too', async () => {
    const { office, adapter, ask, first } = await openStaged();
    await ask('rollouts.start', { insistBecause: reason });
    await askMany(office, 2, first.id);
    const [pair] = await ask('rollouts.pairs', {});
    await ask('rollouts.gradePair', { pairId: pair!.id, grade: 'same' });
    const [read] = await ask('ask.recent', { limit: 1 });
    await ask('ask.grade', { answerId: read!.id, grade: 'wrong' });
    const { series, guards, times } = await ask('monitors.read', { period: 'hour' });
    const total = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0);
    const rows = series.map(({ name, unseen, answers, right, wrong }) => [
      ...[name, unseen, total(answers), total(right), total(wrong)],
    ]);
    expect(rows).toEqual([
      [null, false, 2, 0, 1],
      [adapter.name, true, 2, 1, 0],
    ]);
    expect(series[0]!.slow.at(-1)).toEqual(expect.any(Number));
    expect(guards).toMatchObject({ candidate: adapter.name });
    expect(guards!.nearness.at(-1)).toBeLessThan(1);
    const { fileName, base64 } = await ask('monitors.export', { period: 'hour' });
    expect(fileName).toBe('monitor-standard-hour.csv');
    const lines = Buffer.from(base64, 'base64').toString().trim().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * times.length);
    // Another route has none of it.
    await ask('routes.add', { name: 'night' });
    expect(await ask('monitors.read', { period: 'hour', route: 'night' })).toMatchObject({ series: [], guards: null });
  });

  test('what was asked is there after a restart, with its grade', async () => {
    const { office, ask } = await openEvaluated();
    const [asked] = await askMany(office, 1);
    await ask('ask.grade', { answerId: asked!.id, grade: 'right' });
    office.store.close();
    const again = await openOffice(office.dataDirectory, office.engine);
    expect(await again.ask('ask.recent', { limit: 5 })).toEqual([{ ...asked, grade: 'right', by: 'tester' }]);
  });
});
