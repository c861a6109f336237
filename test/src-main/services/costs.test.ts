/** Costs and return of an evaluation on a real database: measured in processes of their own, kept, cancelled, refused. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FakeEngine } from '../../fixtures/fake-engine.ts';
import { stepEvent, writtenAdapter } from '../../fixtures/fake-engine.ts';
import type { Office } from '../../fixtures/office.ts';
import { openTrained, settle } from '../../fixtures/trained-office.ts';

async function openEvaluated() {
  const { office, adapter } = await openTrained();
  const { ask, engine } = office;
  const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter.id });
  engine.job('evaluate').finish({ items: [], seconds: 3, deviceFallback: null, peakBytes: 5 });
  await settle();
  return { office, evaluationId };
}

/** Lets the training that a process of its own was opened for do its steps. */
async function train({ ownEngines }: Office, nth: number, peakBytes: number): Promise<FakeEngine> {
  await expect.poll(() => ownEngines[nth]?.jobs.length).toBe(1);
  const engine = ownEngines[nth]!;
  const job = engine.job('train');
  for (let step = 1; step <= 5; step++) job.emit(stepEvent(step, 5));
  job.finish({ ...writtenAdapter(job.input, 5), peakBytes, adapterBytes: 77, adapterParameters: 5_000_000 });
  return engine;
}

describe('costs', () => {
  test('are computed until some steps were run, each method in a process of its own', async () => {
    const { office, evaluationId } = await openEvaluated();
    const { ask, ownEngines, store } = office;
    const before = await ask('costs.get', { evaluationId });
    expect(before).toMatchObject({
      adapter: { seconds: { value: 12, source: 'measured' } },
      full: { peakBytes: { value: 2e9 + 12 * 5_000_000 - 16 * 1000, source: 'computed' } },
      comparedSteps: null,
    });
    expect(await ask('costs.measure', { evaluationId })).toMatchObject({ state: 'running' });
    await expect(ask('evaluations.start', { adapterId: 'x' })).rejects.toMatchObject({ code: 'comparison-active' });
    const own = await train(office, 0, 1e9);
    expect(own.job('train').input.settings).toMatchObject({ method: 'lora' });
    const full = await train(office, 1, 3e9);
    expect(full.job('train').input.settings).toMatchObject({ method: 'full' });
    expect(full.job('train').input.settings.basePrecision).toBeUndefined();
    // The adapter's steps once more: what else the machine did meanwhile shows in them.
    await train(office, 2, 1e9);
    await expect.poll(async () => (await ask('costs.task', {}))?.state).toBe('completed');
    expect(await ask('costs.get', { evaluationId })).toMatchObject({
      adapter: { peakBytes: { value: 1e9, source: 'from-steps' } },
      full: { peakBytes: { value: 3e9, source: 'from-steps' }, bytes: { value: 77 } },
      comparedSteps: 5,
    });
    expect(ownEngines.every(({ closed }) => closed)).toBe(true);
    expect(existsSync(join(office.dataDirectory, 'cost-comparison'))).toBe(false);
    expect(store.log.newest(1)[0]).toMatchObject({ kind: 'costs.compared' });
    // A run as it is listed carries no second copy of it.
    expect((await ask('training.list', {}))[0]).not.toHaveProperty('comparison');

    // Comparing again and cancelling keeps these figures, as the button says.
    const compared = await ask('costs.get', { evaluationId });
    await ask('costs.measure', { evaluationId });
    await expect.poll(() => ownEngines[3]?.jobs.length).toBe(1);
    expect(await ask('costs.cancel', {})).toMatchObject({ state: 'cancelled' });
    expect(await ask('costs.get', { evaluationId })).toEqual(compared);
  });

  test('a cancel leaves them computed and the lane free', async () => {
    const { office, evaluationId } = await openEvaluated();
    await office.ask('costs.measure', { evaluationId });
    await expect.poll(() => office.ownEngines[0]?.jobs.length).toBe(1);
    expect(await office.ask('costs.cancel', {})).toMatchObject({ state: 'cancelled', error: null });
    expect((await office.ask('costs.get', { evaluationId })).comparedSteps).toBeNull();
    expect(office.ownEngines[0]?.closed).toBe(true);
    expect(await office.ask('costs.measure', { evaluationId })).toMatchObject({ state: 'running' });
    await office.close();
    expect(office.ownEngines.every(({ closed }) => closed)).toBe(true);
  });

  test('what does not fit is told with its reason', async () => {
    const { office, evaluationId } = await openEvaluated();
    await office.ask('costs.measure', { evaluationId });
    await expect.poll(() => office.ownEngines[0]?.jobs.length).toBe(1);
    office.ownEngines[0]!.job('train').fail('memory-exhausted', {
      tokens: 1,
      neededMegabytes: 2,
      availableMegabytes: 1,
    });
    await expect.poll(async () => (await office.ask('costs.task', {}))?.state).toBe('failed');
    expect((await office.ask('costs.task', {}))?.error).toMatchObject({ code: 'memory-exhausted' });
  });
});

describe('return', () => {
  test('is reckoned with what somebody assumed, kept for the project and written in the log', async () => {
    const { office, evaluationId } = await openEvaluated();
    const { ask, store } = office;
    const before = await ask('returns.get', { evaluationId });
    expect(before).toMatchObject({ currency: 'JPY', evaluated: null, realUse: null });
    const realUse = { right: 9, answers: 10, questionsPerDay: 30 };
    const assumptions = { ...before.assumptions, machineCost: 250_000, realUse };
    await ask('returns.save', { assumptions });
    expect(await ask('returns.get', { evaluationId })).toMatchObject({
      assumptions,
      once: before.once + 250_000,
      realUse: { right: 9, middle: { share: 0.9 } },
    });
    expect(store.log.newest(1)[0]).toMatchObject({
      kind: 'returns.saved',
      changes: [
        { field: 'machineCost', before: before.assumptions.machineCost, after: 250_000 },
        { field: 'realUse.right', before: null, after: 9 },
        { field: 'realUse.answers', before: null, after: 10 },
        { field: 'realUse.questionsPerDay', before: null, after: 30 },
      ],
    });
    // What Set up says is saved without touching it.
    const { updatedAt: _, ...project } = (await ask('app.status', {})).project!;
    await ask('project.save', { ...project, hourlyCost: 1 });
    expect(await ask('returns.get', { evaluationId })).toMatchObject({ assumptions, hourlyCost: 1 });
  });

  test('is reckoned again from what was really asked and graded since the adapter went live', async () => {
    const { office, evaluationId } = await openEvaluated();
    const { ask, clock } = office;
    const [adapter] = await ask('adapters.list', {});
    await ask('ask.ask', { question: 'before it was there' });
    expect(await ask('returns.get', { evaluationId })).toMatchObject({ use: null, logged: null });
    await ask('releases.apply', { adapterId: adapter!.id, insistBecause: 'a test' });
    clock.milliseconds += 1000;
    const since = new Date(clock.milliseconds).toISOString();
    const answers: string[] = [];
    for (const question of ['a', 'b', 'c']) answers.push((await ask('ask.ask', { question })).id);
    const early = await ask('returns.get', { evaluationId });
    expect(early).toMatchObject({ logged: null, use: { asked: 3, graded: 0, since } });
    await ask('ask.grade', { answerId: answers[0]!, grade: 'wrong' });
    await ask('ask.grade', { answerId: answers[0]!, grade: 'right' });
    await ask('ask.grade', { answerId: answers[1]!, grade: 'andon' });
    clock.milliseconds += 73 * 24 * 3600 * 1000;
    const later = await ask('returns.get', { evaluationId });
    // 73 days hold 48 of 240 working days.
    expect(later.use).toMatchObject({ asked: 3, graded: 2, right: 1, perDay: 3 / 48 });
    expect(later.logged).toMatchObject({ basis: 'log', right: 1, answers: 2, middle: { share: 0.5 } });
    // Once the base answers instead, time no longer counts against it.
    await ask('releases.revert', {});
    clock.milliseconds += 1000;
    await ask('ask.ask', { question: 'after the revert' });
    expect((await ask('returns.get', { evaluationId })).use).toMatchObject({ asked: 3, until: since, perDay: 3 });
  });

  test('two windows do not overwrite each other’s assumptions unasked', async () => {
    const { office, evaluationId } = await openEvaluated();
    const { ask, clock } = office;
    const { assumptions, assumptionsAt: basedOn } = await ask('returns.get', { evaluationId });
    expect(basedOn).toBe('');
    clock.milliseconds += 1000;
    await ask('returns.save', { assumptions: { ...assumptions, watts: 100 }, basedOn });
    const { assumptionsAt: at } = await ask('returns.get', { evaluationId });
    const late = { assumptions: { ...assumptions, watts: 200 } };
    await expect(ask('returns.save', { ...late, basedOn })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      values: { what: 'assumptions', at },
    });
    expect((await ask('returns.get', { evaluationId })).assumptions.watts).toBe(100);
    await ask('returns.save', { ...late, basedOn: at });
    expect((await ask('returns.get', { evaluationId })).assumptions.watts).toBe(200);
  });

  test('more right answers than answers are refused', async () => {
    const { office, evaluationId } = await openEvaluated();
    const { assumptions } = await office.ask('returns.get', { evaluationId });
    const realUse = { right: 11, answers: 10, questionsPerDay: 30 };
    await expect(office.ask('returns.save', { assumptions: { ...assumptions, realUse } })).rejects.toMatchObject({
      code: 'request-invalid',
      values: { field: 'assumptions.realUse', fault: 'contradictory' },
    });
  });
});
