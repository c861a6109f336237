/** The life of a training run, on a real database: start, pause, cancel, crash, death of the host, resume, adapter. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../../src-main/contract/events.ts';
import { mayEndEarlier } from '../../../src-main/contract/rules/runs.ts';
import { prepared, stepEvent, writtenAdapter } from '../../fixtures/fake-engine.ts';
import { type Office, openOffice, openSampleOffice } from '../../fixtures/office.ts';

const quick = { preset: 'quick' } as const;

/** Everything that was promised has happened. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const run = (office: Office, runId: string) => office.ask('training.get', { runId });

async function startRun(office: Office) {
  const started = await office.ask('training.start', quick);
  return { ...started, job: office.engine.job('train') };
}

async function trained(office: Office) {
  const { id, job } = await startRun(office);
  job.emit(prepared(3));
  for (let step = 1; step <= 3; step += 1) job.emit(stepEvent(step, 3));
  const result = writtenAdapter(job.input, 3);
  job.finish(result);
  await settle();
  return { id, job, result };
}

describe('start', () => {
  test('freezes, writes the examples down and gives the engine its job', async () => {
    const office = await openSampleOffice();
    const { id, job, ...started } = await startRun(office);
    expect(started).toMatchObject({ number: 1, state: 'waiting', preset: 'quick', device: 'cpu', startedBy: 'tester' });
    const { examplesFile, validationFile, outputDirectory, resume, settings } = job.input;
    expect(settings).toMatchObject({ method: 'lora', rank: 64, untilKnown: { seconds: 60 }, maxTokens: 256 });
    expect(resume).toBe(false);
    expect(outputDirectory).toBe(join(office.dataDirectory, 'runs', id));
    const pairs = (path: string) =>
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
    expect(pairs(examplesFile)).toHaveLength(24);
    expect(pairs(validationFile ?? '')).toHaveLength(6);
    expect(Object.keys(pairs(examplesFile)[0] ?? {}).sort()).toEqual(['answer', 'id', 'question']);
    expect(await office.ask('app.status', {})).toMatchObject({ activeRunId: id, steps: { train: 'in-progress' } });
  });

  test('says the most there will be until it settles, and learns again where it is resumed from before that', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(853));
    job.emit(stepEvent(84, 853));
    expect(mayEndEarlier(await run(office, id))).toBe(true);
    job.emit({ kind: 'settling', step: 84, steps: 42, reason: 'known' });
    const settling = await run(office, id);
    expect(settling).toMatchObject({ settlingFrom: 84, settlingReason: 'known', steps: 126 });
    expect(mayEndEarlier(settling)).toBe(false);
    const resumedAt = (step: number) => ({ ...prepared(853), resumedAtStep: step }) as ReturnType<typeof prepared>;
    job.emit(resumedAt(84));
    expect(await run(office, id)).toMatchObject({ settlingFrom: 84, settlingReason: 'known' });
    job.emit(resumedAt(80));
    expect(await run(office, id)).toMatchObject({ settlingFrom: null, settlingReason: null, steps: 853 });
  });

  test('hands on what an expert decided about memory, apart from what is learned, and keeps it for a resumed run', async () => {
    const office = await openSampleOffice();
    const { settings } = await office.ask('training.plan', quick);
    const memory = { mapped: true, recompute: 'layers', microBatch: 2 } as const;
    const expert = { ...settings, method: 'lora' as const, targetModules: 'all-linear' as const, memory };
    const { id } = await office.ask('training.start', { preset: 'expert', settings: expert });
    const job = office.engine.job('train');
    expect(job.input.memory).toEqual(memory);
    expect(job.input.settings).not.toHaveProperty('memory');
    job.emit(prepared(3));
    job.emit({ kind: 'checkpoint', step: 1, path: 'checkpoint-1' });
    await office.ask('training.cancel', { runId: id });
    job.fail('cancelled');
    await settle();
    await office.ask('training.resume', { runId: id });
    const resumed = office.engine.job('train');
    expect(resumed.input).toEqual({ ...job.input, resume: true });
    resumed.finish(writtenAdapter(resumed.input, 3));
    await settle();
    const [adapter] = await office.ask('adapters.list', {});
    expect(adapter?.settings).toEqual(job.input.settings);
  });

  test('is refused while another run or an evaluation goes on', async () => {
    const office = await openSampleOffice();
    await startRun(office);
    await expect(office.ask('training.start', quick)).rejects.toMatchObject({
      code: 'run-active',
      values: { number: 1 },
    });
    const both = await openSampleOffice();
    const replies = await Promise.allSettled([both.ask('training.start', quick), both.ask('training.start', quick)]);
    expect(replies.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.engine.jobs).toHaveLength(1);
  });

  test('is refused without a set-up, without enough examples, with texts longer than the model takes', async () => {
    const office = await openOffice();
    await expect(office.ask('training.start', quick)).rejects.toMatchObject({ code: 'project-missing' });
    await office.ask('project.loadSample', { language: 'ja' });
    const { settings } = await office.ask('training.plan', quick);
    const long = {
      preset: 'expert' as const,
      settings: { ...settings, method: 'lora' as const, targetModules: 'all-linear' as const, maxTokens: 4096 },
    };
    await expect(office.ask('training.start', long)).rejects.toMatchObject({
      code: 'setting-invalid',
      values: { setting: 'maxTokens', rule: 'at-most' },
    });
    const { examples } = await office.ask('examples.list', { offset: 0, limit: 1000 });
    await office.ask('examples.delete', { ids: examples.slice(3).map(({ id }) => id) });
    await expect(office.ask('training.start', quick)).rejects.toMatchObject({ code: 'dataset-empty' });
    expect(await office.ask('training.list', {})).toEqual([]);
  });

  test('a plan costs nothing and shows the settings', async () => {
    const office = await openSampleOffice();
    const { settings, plan } = await office.ask('training.plan', { preset: 'thorough' });
    expect(settings.untilKnown).toEqual({ seconds: 900 });
    expect(plan.endsEarlier).toBe(true);
    expect(settings).not.toHaveProperty('basePrecision');
    const fast = await office.ask('training.plan', { preset: 'thorough', basePrecision: 'int8' });
    expect(fast.settings).toEqual({ ...settings, basePrecision: 'int8' });
    expect(plan.fits).toBe(true);
    expect(await office.ask('datasets.list', {})).toEqual([]);
  });
});

describe('devices', () => {
  test('a run says why it computes where it does, and what happened when it had to move', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    expect(await office.ask('training.get', { runId: id })).toMatchObject({
      device: 'cpu',
      deviceReason: { code: 'no-gpu' },
      deviceFallback: null,
    });
    const fallback = {
      from: 'webgpu',
      to: 'cpu',
      reason: 'buffer',
      detail: 'Invalid Buffer',
      largestTensorBytes: 545e6,
    } as const;
    job.emit({ kind: 'device-fallback', ...fallback });
    expect(await office.ask('training.get', { runId: id })).toMatchObject({ device: 'cpu', deviceFallback: fallback });
    expect((await office.ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'run.device-fallback',
      values: { from: 'webgpu', to: 'cpu', reason: 'buffer' },
    });
  });

  test('a choice is kept, and said where it cannot be followed', async () => {
    const office = await openSampleOffice();
    const missing = await office.ask('devices.choose', { preference: 'cuda' });
    expect(missing).toMatchObject({ preference: 'cuda', chosen: 'cpu', reason: { code: 'asked-missing' } });
    const { calls, called } = office.engine;
    const machine = calls.describeMachine({});
    calls.describeMachine = () => ({ ...machine, devices: ['cuda', 'cpu'] });
    expect(await office.ask('devices.check', {})).toMatchObject({ chosen: 'cuda', reason: { code: 'asked' } });
    const probes = called.filter(({ name }) => name === 'probeDevice').length;
    office.store.close();
    const again = await openOffice(office.dataDirectory, office.engine);
    expect((await again.ask('app.status', {})).device).toMatchObject({ preference: 'cuda', chosen: 'cuda' });
    // What was found is kept: the same machine is not proven again.
    expect(called.filter(({ name }) => name === 'probeDevice')).toHaveLength(probes);
  });
});

test('a choice that names no card is kept although nothing can be checked', async () => {
  const office = await openSampleOffice();
  office.engine.calls.describeMachine = () => {
    throw new OfficeError('engine-unavailable', { reason: 'no libraries' });
  };
  await expect(office.ask('devices.check', {})).rejects.toMatchObject({ code: 'engine-unavailable' });
  await expect(office.ask('devices.choose', { preference: 'cpu' })).rejects.toMatchObject({
    code: 'engine-unavailable',
  });
  expect(office.store.settings.get('device')).toBe('cpu');
});

test('a card is chosen by number and kept by name: it is found where it is now, and missed where it is not', async () => {
  const office = await openSampleOffice();
  const { calls } = office.engine;
  const machine = calls.describeMachine({});
  const card = (name: string, number: number) => ({
    ...{ name, driver: null, memoryBytes: null },
    devices: [`dml:${number}` as const],
  });
  const plugged = (...names: readonly string[]) => {
    const cards = names.map(card);
    calls.describeMachine = () => ({ ...machine, cards, devices: [...cards.flatMap(({ devices }) => devices), 'cpu'] });
    return office.ask('devices.check', {});
  };
  await plugged('small', 'large');
  expect(await office.ask('devices.choose', { preference: 'dml:1' })).toMatchObject({
    preference: 'dml:large',
    chosen: 'dml:1',
    reason: { code: 'asked', values: { card: 'large' } },
  });
  expect((await office.ask('app.log', { limit: 1 }))[0]).toMatchObject({ kind: 'device.chosen', subject: 'dml:large' });
  expect(await plugged('large', 'small')).toMatchObject({ preference: 'dml:large', chosen: 'dml:0' });
  expect(await plugged('small')).toMatchObject({
    preference: 'dml:large',
    reason: { code: 'asked-card-missing', values: { wanted: 'large' } },
  });
  // It is remembered, and there again.
  expect(await plugged('small', 'other', 'large')).toMatchObject({ chosen: 'dml:2', reason: { code: 'asked' } });
  await expect(office.ask('devices.choose', { preference: 'webgpu:1' as 'webgpu' })).rejects.toMatchObject({
    code: 'request-invalid',
  });
  await expect(office.ask('devices.choose', { preference: 'dml:' })).rejects.toMatchObject({ code: 'request-invalid' });
});

test('a GPU that cannot take the model in one piece is not used for it, and the status says so with both figures', async () => {
  const office = await openSampleOffice();
  const { calls } = office.engine;
  const machine = calls.describeMachine({});
  calls.describeMachine = () => ({ ...machine, devices: ['webgpu', 'cpu'] });
  const limit = { webgpu: 1_048_576 };
  const prove = calls.probeDevice;
  calls.probeDevice = (input) => ({
    ...prove(input),
    gigaflops: input.device === 'cpu' ? 100 : 900,
    largestBufferBytes: input.device === 'webgpu' ? limit.webgpu : null,
  });
  const refused = { code: 'too-small', values: { bufferBytes: 1_048_576, tensorBytes: 4_194_304 } };
  expect(await office.ask('devices.check', {})).toMatchObject({ chosen: 'cpu', reason: refused });
  const { id } = await startRun(office);
  expect(await office.ask('training.get', { runId: id })).toMatchObject({ device: 'cpu', deviceReason: refused });
  limit.webgpu = 4_194_304;
  await office.ask('devices.check', {});
  expect((await office.ask('app.status', {})).device).toMatchObject({ chosen: 'webgpu', reason: { code: 'faster' } });
});

describe('progress', () => {
  test('is written in batches and told a few times a second', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(100));
    office.events.length = 0;
    for (let step = 1; step <= 100; step += 1) {
      office.clock.milliseconds += 10;
      job.emit(stepEvent(step, 100));
    }
    const told = office.events.filter(
      (event): event is Extract<AppEvent, { kind: 'training' }> => event.kind === 'training',
    );
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(told.length).toBeLessThanOrEqual(4);
    const detail = await run(office, id);
    expect(detail).toMatchObject({ state: 'running', step: 100, steps: 100, microBatch: 4 });
    expect(detail.metrics.map(({ step }) => step)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('a clock that is set back keeps no progress from being told, and nothing ends before it began', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    const { createdAt } = await run(office, id);
    office.clock.milliseconds -= 3_600_000;
    office.events.length = 0;
    job.emit(stepEvent(1, 10));
    expect(office.events).toContainEqual(expect.objectContaining({ kind: 'training' }));
    office.clock.milliseconds -= 3_600_000;
    await office.ask('training.cancel', { runId: id });
    expect(await run(office, id)).toMatchObject({ state: 'cancelled', createdAt, finishedAt: createdAt });
  });

  test('a full disk does not end the training; what was measured is written later', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    const working = { transaction: office.store.transaction.bind(office.store) };
    Object.assign(office.store, {
      transaction: () => {
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      },
    });
    office.clock.milliseconds += 1000;
    job.emit(stepEvent(1, 10));
    await expect(office.ask('examples.add', { question: 'q', answer: 'a' })).rejects.toMatchObject({
      code: 'disk-full',
    });
    Object.assign(office.store, working);
    office.clock.milliseconds += 1000;
    job.emit(stepEvent(2, 10));
    expect((await run(office, id)).metrics).toHaveLength(2);
  });
});

describe('pause, cancel, resume', () => {
  test('a paused run goes on with the same job', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    expect(await office.ask('training.pause', { runId: id })).toMatchObject({ state: 'paused' });
    job.emit(prepared(10));
    expect((await run(office, id)).state).toBe('paused');
    await expect(office.ask('training.pause', { runId: id })).rejects.toMatchObject({ code: 'run-wrong-state' });
    await expect(office.ask('training.start', quick)).rejects.toMatchObject({ code: 'run-active' });
    expect(await office.ask('training.resume', { runId: id })).toMatchObject({ state: 'running' });
    expect(job.told).toEqual(['pause', 'resume']);
    expect(office.engine.jobs).toHaveLength(1);
  });

  test('a cancelled run keeps its checkpoint and can be resumed from it', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    job.emit(stepEvent(1, 10));
    job.emit({ kind: 'checkpoint', step: 1, path: 'x' });
    expect(await office.ask('training.cancel', { runId: id })).toMatchObject({
      state: 'cancelled',
      checkpointStep: 1,
      error: null,
    });
    expect((await office.ask('app.status', {})).activeRunId).toBeNull();
    expect(await office.ask('training.resume', { runId: id })).toMatchObject({ state: 'waiting', finishedAt: null });
    expect(office.engine.job('train').input).toEqual({ ...job.input, resume: true });
  });

  test('one that was cancelled before its first checkpoint has nothing to resume', async () => {
    const office = await openSampleOffice();
    const { id } = await startRun(office);
    await office.ask('training.cancel', { runId: id });
    await expect(office.ask('training.resume', { runId: id })).rejects.toMatchObject({ code: 'run-wrong-state' });
    await expect(office.ask('training.pause', { runId: id })).rejects.toMatchObject({ code: 'run-wrong-state' });
    await expect(office.ask('training.cancel', { runId: id })).rejects.toMatchObject({ code: 'run-wrong-state' });
  });
});

describe('when it ends by itself', () => {
  test('a crash in the proof of its adapter, which knows of no checkpoint, names the newest one', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    job.emit(stepEvent(3, 10));
    job.emit({ kind: 'checkpoint', step: 3, path: 'x' });
    job.fail('engine-crashed', { reason: 'SIGKILL', step: 0 });
    await settle();
    expect(await run(office, id)).toMatchObject({
      state: 'interrupted',
      error: { code: 'engine-crashed', values: { reason: 'SIGKILL', step: 3 } },
    });
  });

  test('a crash of the engine interrupts the run; resuming measures again from the checkpoint', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    for (let step = 1; step <= 5; step += 1) job.emit(stepEvent(step, 10));
    job.emit({ kind: 'checkpoint', step: 3, path: 'x' });
    job.fail('engine-crashed', { reason: 'SIGKILL', step: 3 });
    await settle();
    expect(await run(office, id)).toMatchObject({
      state: 'interrupted',
      step: 5,
      error: { code: 'engine-crashed', values: { reason: 'SIGKILL', step: 3 } },
    });
    await office.ask('training.resume', { runId: id });
    office.engine.job('train').emit(prepared(10, 3));
    const detail = await run(office, id);
    expect(detail).toMatchObject({ state: 'running', step: 3, error: null });
    expect(detail.metrics.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  test('a failure keeps the sentence of its cause', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.fail('training-diverged', { step: 7, reason: 'the loss is not a number' });
    await settle();
    expect(await run(office, id)).toMatchObject({
      state: 'failed',
      error: { code: 'training-diverged', values: { step: 7, reason: 'the loss is not a number' } },
    });
    expect((await office.ask('app.status', {})).steps.train).toBe('needs-you');
  });

  test('the death of the host leaves a run that the next host marks and resumes', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    job.emit(stepEvent(1, 10));
    job.emit({ kind: 'checkpoint', step: 1, path: 'x' });
    office.store.close();
    const next = await openOffice(office.dataDirectory);
    expect(await run(next, id)).toMatchObject({
      state: 'interrupted',
      metrics: [{ step: 1 }],
      error: { code: 'run-interrupted', values: { step: 1 } },
    });
    await next.ask('training.resume', { runId: id });
    expect(next.engine.job('train').input).toEqual({ ...job.input, resume: true });
  });

  test('closing the host writes the interruption down before the store closes', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.emit(prepared(10));
    await office.close();
    expect(office.engine.closed).toBe(true);
    expect(await run(office, id)).toMatchObject({ state: 'interrupted', error: { code: 'run-interrupted' } });
  });
});

describe('completion', () => {
  test('registers the adapter with its whole lineage and drops the checkpoints', async () => {
    const office = await openSampleOffice();
    const { id, job, result } = await trained(office);
    const [adapter] = await office.ask('adapters.list', {});
    const [version] = await office.ask('datasets.list', {});
    const [model] = await office.ask('models.list', {});
    expect(adapter).toMatchObject({
      name: 'プレス課 1',
      runId: id,
      modelId: model?.id,
      baseFingerprint: model?.fingerprint,
      datasetHash: version?.hash,
      settings: job.input.settings,
      engineVersion: '1.2.3',
      sha256: result.sha256,
      parameters: 1000,
    });
    expect(adapter).not.toHaveProperty('folder');
    expect(readFileSync(join(adapter!.directory, 'adapter_model.safetensors'), 'utf8')).toContain(id);
    expect(existsSync(job.input.outputDirectory)).toBe(false);
    expect(await run(office, id)).toMatchObject({
      state: 'completed',
      adapterId: adapter!.id,
      seconds: 12,
      secondsLeft: 0,
    });
    expect(office.events.at(-1)).toEqual({ kind: 'changed', topics: ['runs', 'status', 'adapters'] });
    expect((await office.ask('app.status', {})).steps).toMatchObject({ train: 'done', prove: 'needs-you' });
  });

  test('an adapter whose bytes are not what the engine said is not registered', async () => {
    const office = await openSampleOffice();
    const { id, job } = await startRun(office);
    job.finish({ ...writtenAdapter(job.input, 3), sha256: 'other' });
    await settle();
    expect(await run(office, id)).toMatchObject({ state: 'failed', error: { code: 'adapter-damaged' } });
    expect(await office.ask('adapters.list', {})).toEqual([]);
  });
});
