/** An evaluation keeps what it has answered, goes on where it stopped, and runs again from its record. */

import { appendFileSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Office, openOffice } from '../../fixtures/office.ts';
import { aim, answers, askedIds, evaluateWell, openTrained, settle } from '../../fixtures/trained-office.ts';

/** Answers the first `count` questions of the running job, as a batch. */
async function answerFirst(office: Office, count: number) {
  const job = office.engine.job('evaluate');
  const ids = await askedIds(office);
  const { items } = answers(ids, 0, 0);
  job.emit({ done: count, total: ids.length, secondsLeft: 4, items: items.slice(0, count), seconds: 2, peakBytes: 7 });
  return { ids, items };
}

const get = (office: Office, evaluationId: string) => office.ask('evaluations.get', { evaluationId });

describe('what is answered', () => {
  test('stays after a cancel; going on asks the rest, and the end counts both', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { id } = await ask('evaluations.start', { adapterId: adapter.id });
    const { ids, items } = await answerFirst(office, 10);
    await ask('evaluations.cancel', { evaluationId: id });
    const cancelled = await get(office, id);
    expect(cancelled).toMatchObject({ state: 'cancelled', seconds: 2, sets: [], record: { questions: 28 } });
    expect(cancelled.items.map(({ exampleId, set }) => `${set}-${exampleId}`)).toEqual(ids.slice(0, 10));

    expect(await ask('evaluations.resume', { evaluationId: id })).toMatchObject({ id, state: 'running', error: null });
    expect(await askedIds(office)).toEqual(ids.slice(10));
    const job = engine.job('evaluate');
    job.emit({ done: 8, total: 18, secondsLeft: 3, items: items.slice(10, 18), seconds: 1, peakBytes: 5 });
    expect((await get(office, id)).progress).toEqual({ done: 18, total: 28, secondsLeft: 3 });
    job.finish({ items: items.slice(10), seconds: 3, deviceFallback: null, peakBytes: 5 });
    await settle();
    const done = await get(office, id);
    expect(done).toMatchObject({ state: 'completed', passed: true, seconds: 5, peakBytes: 7, rerun: null });
    expect(done.items).toHaveLength(28);
    // The same as of an evaluation in one go.
    await evaluateWell(office, adapter.id);
    expect((await ask('evaluations.list', {}))[0]?.sets).toEqual(done.sets);
    expect((await ask('app.log', { limit: 100 })).map(({ kind }) => kind)).toContain('evaluation.resumed');
  });

  test('is there when the host is cut off, without an end written down', async () => {
    const { office, adapter } = await openTrained();
    const { id } = await office.ask('evaluations.start', { adapterId: adapter.id });
    const { ids } = await answerFirst(office, 16);
    office.store.close();
    const next = await openOffice(office.dataDirectory);
    const cut = await get(next, id);
    expect(cut).toMatchObject({ state: 'failed', error: { code: 'evaluation-interrupted' } });
    expect(cut.items).toHaveLength(16);
    await next.ask('evaluations.resume', { evaluationId: id });
    expect(await askedIds(next)).toEqual(ids.slice(16));
  });

  test('continues only where it stopped', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    await evaluateWell(office, adapter.id);
    const [{ id: evaluationId } = { id: '' }] = await ask('evaluations.list', {});
    await expect(ask('evaluations.resume', { evaluationId })).rejects.toMatchObject({
      code: 'evaluation-wrong-state',
      values: { state: 'completed' },
    });
    const { id } = await ask('evaluations.start', { adapterId: adapter.id });
    await ask('evaluations.cancel', { evaluationId: id });
    await expect(ask('evaluations.rerun', { evaluationId: id })).rejects.toMatchObject({
      code: 'evaluation-wrong-state',
    });
  });
});

describe('how long it takes', () => {
  test('follows from the proof of the adapter, then from what the last evaluation of the same base took', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    const { id: adapterId, proof } = adapter;
    const before = await ask('evaluations.estimate', { adapterId });
    await evaluateWell(office, adapterId);
    const [done] = await ask('evaluations.list', {});
    expect(before.questions).toBe(done!.record!.questions);
    expect(before.seconds).toBeCloseTo((2 * proof!.seconds * before.questions!) / proof!.answers);
    expect(await ask('evaluations.estimate', { adapterId })).toEqual({
      questions: before.questions,
      seconds: done!.seconds,
    });
  });
});

describe('run again', () => {
  test('asks the very same, says that it is the same, and keeps what people took on', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    await aim(office, 0.4, 1);
    const { id } = await ask('evaluations.start', { adapterId: adapter.id });
    const asked = readFileSync(engine.job('evaluate').input.examplesFile);
    const outcome = answers(await askedIds(office), 0, 1);
    engine.job('evaluate').finish(outcome);
    await settle();
    const worse = (await get(office, id)).items.find(({ set, adapterRight }) => set === 'general' && !adapterRight)!;
    const { set, exampleId } = worse;
    await ask('evaluations.accept', { evaluationId: id, answers: [{ set, exampleId }], reason: 'known' });

    // The plant's examples have changed since; the record has not.
    await ask('examples.delete', {
      ids: (await ask('examples.list', { offset: 0, limit: 3 })).examples.map((e) => e.id),
    });
    const again = await ask('evaluations.rerun', { evaluationId: id });
    expect(again).toMatchObject({ state: 'running', rerunOf: id });
    const first = (await get(office, id)).record!;
    expect(again.record).toEqual(first);
    const { input } = engine.job('evaluate');
    expect(readFileSync(input.examplesFile)).toEqual(asked);
    expect(input).toMatchObject({ batchSize: first.batchSize, maxNewTokens: first.maxNewTokens, device: first.device });
    engine.job('evaluate').finish(outcome);
    await settle();
    expect(await get(office, again.id)).toMatchObject({
      passed: true,
      judgement: { look: 1, adaptersTried: 1 },
      rerun: { evaluationId: id, answers: 56, changedAnswers: [], sameFigures: true, changedConditions: [] },
    });
  });

  test('computes on the same card, wherever it is now, and names the one that it computes on', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { calls } = engine;
    const machine = calls.describeMachine({});
    const prove = calls.probeDevice;
    const plugged = (...names: readonly string[]) => {
      const card = { driver: null, memoryBytes: null };
      const cards = names.map((name, number) => ({ ...card, name, devices: [`dml:${number}` as const] }));
      const devices = [...cards.flatMap((each) => each.devices), 'cpu' as const];
      calls.describeMachine = () => ({ ...machine, cards, devices });
      return ask('devices.check', {});
    };
    calls.probeDevice = (input) => ({ ...prove(input), verdict: 'right', gigaflops: input.device === 'cpu' ? 1 : 900 });
    await plugged('small', 'large');
    await ask('devices.choose', { preference: 'dml:1' });
    const { id } = await ask('evaluations.start', { adapterId: adapter.id });
    const outcome = answers(await askedIds(office), 0, 1);
    engine.job('evaluate').finish(outcome);
    await settle();
    expect((await get(office, id)).record).toMatchObject({ device: 'dml:1', card: 'large' });

    const { id: stopped } = await ask('evaluations.start', { adapterId: adapter.id });
    await answerFirst(office, 10);
    await ask('evaluations.cancel', { evaluationId: stopped });
    await plugged('large', 'small');
    await ask('evaluations.resume', { evaluationId: stopped });
    expect(engine.job('evaluate').input.device).toBe('dml:0');
    await ask('evaluations.cancel', { evaluationId: stopped });

    const again = await ask('evaluations.rerun', { evaluationId: id });
    expect(again.record).toMatchObject({ device: 'dml:0', card: 'large' });
    expect(engine.job('evaluate').input.device).toBe('dml:0');
    engine.job('evaluate').finish(outcome);
    await settle();
    expect((await get(office, again.id)).rerun?.changedConditions).toEqual([]);

    await ask('evaluations.resume', { evaluationId: stopped });
    await ask('evaluations.cancel', { evaluationId: stopped });
    expect((await get(office, stopped)).record).toMatchObject({ device: 'dml:0', card: 'large' });
    await plugged('other', 'small');
    await ask('evaluations.resume', { evaluationId: stopped });
    await ask('evaluations.cancel', { evaluationId: stopped });
    // Two cards answered it.
    expect((await get(office, stopped)).record).toMatchObject({ card: null });
    const elsewhere = await ask('evaluations.rerun', { evaluationId: id });
    expect(elsewhere.record).toMatchObject({ device: 'dml:1', card: 'small' });
    engine.job('evaluate').finish(outcome);
    await settle();
    expect((await get(office, elsewhere.id)).rerun?.changedConditions).toEqual(['device']);
  });

  test('says what differs, and what was taken on for another answer is not taken on', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { id } = await ask('evaluations.start', { adapterId: adapter.id });
    const outcome = answers(await askedIds(office), 0, 1);
    engine.job('evaluate').finish(outcome);
    await settle();
    const worse = (await get(office, id)).items.find(({ set, adapterRight }) => set === 'general' && !adapterRight)!;
    const { set, exampleId } = worse;
    await ask('evaluations.accept', { evaluationId: id, answers: [{ set, exampleId }], reason: 'known' });
    const again = await ask('evaluations.rerun', { evaluationId: id });
    const changed = outcome.items.map((item) =>
      item.id === `${set}-${exampleId}` ? { ...item, adapter: 'something else' } : item,
    );
    engine.job('evaluate').finish({ ...outcome, items: changed });
    await settle();
    const { rerun, items } = await get(office, again.id);
    expect(rerun).toMatchObject({
      changedAnswers: [{ who: 'adapter', before: 'a', now: 'something else' }],
      sameFigures: true,
    });
    expect(items.find((item) => item.set === set && item.exampleId === exampleId)?.acceptance).toBeNull();
  });

  test('nothing begins where the questions or the adapter are not what they were', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    await evaluateWell(office, adapter.id);
    const [{ id: evaluationId } = { id: '' }] = await ask('evaluations.list', {});
    const { examplesFile } = engine.job('evaluate').input;
    appendFileSync(examplesFile, '{}\n');
    const refused = ask('evaluations.rerun', { evaluationId });
    await expect(refused).rejects.toMatchObject({ code: 'questions-damaged', values: { path: examplesFile } });
    appendFileSync(`${adapter.directory}/adapter_model.safetensors`, 'x');
    await expect(ask('evaluations.rerun', { evaluationId })).rejects.toMatchObject({ code: 'adapter-damaged' });
    expect(await ask('evaluations.list', {})).toHaveLength(1);
  });
});

test('two evaluations are compared from what is stored, with the base beside either', async () => {
  const { office, adapter } = await openTrained();
  const { ask, engine } = office;
  await evaluateWell(office, adapter.id);
  await ask('evaluations.start', { adapterId: adapter.id });
  engine.job('evaluate').finish(answers(await askedIds(office), 2, 0));
  await settle();
  const [second, first] = await ask('evaluations.list', {});
  const [left, right] = [first!, second!].map(({ id }) => ({ evaluationId: id, who: 'adapter' as const }));
  const compared = await ask('evaluations.compare', { left: left!, right: right! });
  expect(compared).toMatchObject({ precisions: { left: 'f32', right: 'f32' }, trainedOn: 0 });
  expect(compared.sets).toMatchObject([
    { kind: 'phrasings', left: { correct: 6 }, right: { correct: 4 }, paired: { better: 0, worse: 2 } },
    { kind: 'general', paired: { better: 0, worse: 0 } },
    { kind: 'safety' },
  ]);
  const base = { ...right!, who: 'base' as const };
  expect((await ask('evaluations.compare', { left: base, right: left! })).sets[0]).toMatchObject({
    left: { correct: 0 },
  });
  const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter.id });
  const unfinished = ask('evaluations.compare', { left: left!, right: { evaluationId, who: 'adapter' } });
  await expect(unfinished).rejects.toMatchObject({ code: 'evaluation-unfinished' });
});
