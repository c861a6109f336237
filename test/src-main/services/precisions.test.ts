/** The precision of answers: measured, chosen, proven in, released in, and taken back by a revert. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Precision } from '../../../src-main/contract/entities.ts';
import type { EngineJobs } from '../../../src-main/engine/engine.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';
import { writtenAdapter } from '../../fixtures/fake-engine.ts';
import { type Office, openOffice, openSampleOffice } from '../../fixtures/office.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function trained(office: Office) {
  // Six questions can show that more than 40 % are right, but not more than 80 %.
  const { updatedAt: _, ...project } = (await office.ask('app.status', {})).project!;
  await office.ask('project.save', { ...project, targetScore: 0.4 });
  await office.ask('training.start', { preset: 'quick' });
  const job = office.engine.job('train');
  job.finish(writtenAdapter(job.input, 3));
  await settle();
  const [adapter] = await office.ask('adapters.list', {});
  return adapter!;
}

const modelOf = async ({ ask }: Office) => (await ask('models.list', {}))[0]!;
const keptAs = (precision: 'int8' | 'int4', { dataDirectory }: Office) => ({
  precision,
  cacheDirectory: expect.stringContaining(dataDirectory) as string,
});

/** Every question right in float32; `lost` of them wrong in 4 bits. 8 bits does not fit. */
function measured(
  { examples }: EngineJobs['comparePrecisions']['input'],
  lost: number,
): EngineJobs['comparePrecisions']['output'] {
  const quality = (perplexity: number, misses: number) => ({
    perplexity,
    answers: examples.map(({ id }, index) => ({ id, right: index >= misses, chrf: 1 })),
    tokensPerSecond: 10,
    deviceFallback: null,
    seconds: 1,
  });
  const result = (precision: Precision, part: ReturnType<typeof quality> | null) => {
    return { precision, weightBytes: 1, peakBytes: 2, quality: part };
  };
  const results = [result('f32', quality(1.5, 0)), result('int8', null), result('int4', quality(1.6, lost))];
  return { engineVersion: '1', device: 'cpu', answerTokens: 99, availableBytes: 1, results, seconds: 3 };
}

async function evaluateIn({ ask, engine }: Office, adapterId: string) {
  const { id } = await ask('evaluations.start', { adapterId });
  const job = engine.job('evaluate');
  const lines = readFileSync(job.input.examplesFile, 'utf8').trim().split('\n');
  const items = lines.map((line) => {
    const { id: question } = JSON.parse(line) as { id: string };
    const phrases = { found: null, forbiddenFound: [], passed: true };
    const scores = { baseScores: answerScores(false, { phrases }), adapterScores: answerScores(true, { phrases }) };
    return { id: question, base: 'b', adapter: 'a', ...scores };
  });
  job.finish({ items, seconds: 1, deviceFallback: null, peakBytes: 1 });
  await settle();
  return { job, evaluation: await ask('evaluations.get', { evaluationId: id }) };
}

describe('measuring', () => {
  test('asks what was kept back from the newest adapter and the general skills, and keeps the figures', async () => {
    const office = await openSampleOffice();
    const adapter = await trained(office);
    const { ask, engine } = office;
    const model = await modelOf(office);
    expect(model).toMatchObject({ precision: 'f32', comparison: null });
    expect(await ask('precisions.task', {})).toBeNull();
    const started = await ask('precisions.compare', { modelId: model.id });
    expect(started).toEqual({ modelId: model.id, state: 'running', progress: null, error: null });
    const job = engine.job('comparePrecisions');
    expect(job.input).toMatchObject({
      adapterDirectory: adapter.directory,
      precisions: ['f32', 'int8', 'int4'],
      memoryLimitBytes: null,
    });
    const sets = job.input.examples.map(({ id }) => id.split('-')[0]);
    expect([sets.filter((set) => set === 'phrasings').length, sets.length]).toEqual([6, 26]);
    office.clock.milliseconds += 1000;
    job.emit({ precision: 'int4', done: 5, total: 9, secondsLeft: 2 });
    expect(await ask('precisions.task', {})).toMatchObject({ progress: { precision: 'int4', done: 5 } });
    expect(office.events.at(-1)).toEqual({ kind: 'changed', topics: ['precisionTask'] });
    // One long work at a time.
    for (const refused of [
      ask('precisions.compare', { modelId: model.id }),
      ask('evaluations.start', { adapterId: adapter.id }),
      ask('training.start', { preset: 'quick' }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'precisions-active' });
    job.finish(measured(job.input, 6));
    await settle();
    expect(await ask('precisions.task', {})).toMatchObject({ state: 'completed', error: null });
    expect((await modelOf(office)).comparison).toMatchObject({
      adapterName: adapter.name,
      source: 'plant',
      answerTokens: 99,
      by: 'tester',
      precisions: [
        { precision: 'f32', quality: { score: { correct: 26, total: 26 } }, against: null },
        { precision: 'int8', quality: null, against: null },
        { precision: 'int4', against: { clearlyWorse: true, paired: { worse: 6, verdict: 'worse' } } },
      ],
    });
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'model.precisions-compared',
      values: { f32Share: 1, int8Share: null, int4Perplexity: 1.6 },
    });
  });

  test('without an adapter the base alone answers; without own questions the sample plant’s are asked', async () => {
    const office = await openOffice();
    const { id: modelId } = await modelOf(office);
    await office.ask('precisions.compare', { modelId });
    const job = office.engine.job('comparePrecisions');
    expect(job.input.adapterDirectory).toBeNull();
    expect(job.input.examples).toHaveLength(26);
    job.finish(measured(job.input, 0));
    await settle();
    expect((await modelOf(office)).comparison).toMatchObject({ adapterName: null, source: 'sample' });
  });

  test('is cancelled or fails, says which, and leaves the earlier figures', async () => {
    const office = await openSampleOffice();
    const { ask, engine } = office;
    const { id: modelId } = await modelOf(office);
    await ask('precisions.compare', { modelId });
    engine.job('comparePrecisions').finish(measured(engine.job('comparePrecisions').input, 0));
    await settle();
    const before = (await modelOf(office)).comparison;
    await ask('precisions.compare', { modelId });
    expect(await ask('precisions.cancel', {})).toMatchObject({ state: 'cancelled', error: null });
    await ask('precisions.compare', { modelId });
    engine.job('comparePrecisions').fail('disk-full', { path: '/data' });
    await settle();
    expect(await ask('precisions.task', {})).toMatchObject({ state: 'failed', error: { code: 'disk-full' } });
    expect((await modelOf(office)).comparison).toEqual(before);
  });
});

describe('choosing', () => {
  test('answers of the base, the evaluation, the proof, the release and its answers are in it, and say so', async () => {
    const office = await openSampleOffice();
    const adapter = await trained(office);
    const { ask, engine } = office;
    const { id: modelId } = await modelOf(office);
    expect(await ask('precisions.choose', { modelId, precision: 'int8' })).toMatchObject({ precision: 'int8' });
    expect(await ask('ask.ask', { question: 'q' })).toMatchObject({
      precision: 'int8',
      base: { stamp: { adapter: null, release: null, precision: 'int8' } },
    });
    const { job, evaluation } = await evaluateIn(office, adapter.id);
    expect(job.input).toMatchObject(keptAs('int8', office));
    expect(evaluation).toMatchObject({ precision: 'int8', passed: true });
    const applied = await ask('releases.apply', { adapterId: adapter.id });
    expect(applied).toMatchObject({ precision: 'int8' });
    expect(engine.proofs.at(-1)?.input).toMatchObject(keptAs('int8', office));
    expect((await ask('adapters.list', {}))[0]?.proof).toMatchObject({ precision: 'int8' });
    const answered = await ask('ask.ask', { question: 'q' });
    expect(answered.adapter?.stamp).toEqual({ adapter: adapter.name, release: 1, precision: 'int8' });
    const asked = engine.called.filter(({ name }) => name === 'generate');
    for (const { input } of asked) expect(input).toMatchObject(keptAs('int8', office));
  });

  test('an evaluation in another precision is no proof; what serves keeps its own; a revert takes the choice back', async () => {
    const office = await openSampleOffice();
    const adapter = await trained(office);
    const { ask, engine } = office;
    const { id: modelId } = await modelOf(office);
    await evaluateIn(office, adapter.id);
    await ask('precisions.choose', { modelId, precision: 'int4' });
    expect((await ask('app.status', {})).steps.prove).toBe('needs-you');
    const proofs = engine.proofs.length;
    await expect(ask('releases.apply', { adapterId: adapter.id })).rejects.toMatchObject({
      code: 'evaluation-other-precision',
      values: { evaluated: 'f32', precision: 'int4' },
    });
    expect(engine.proofs).toHaveLength(proofs);
    expect(await ask('releases.list', {})).toEqual([]);

    await evaluateIn(office, adapter.id);
    expect((await ask('app.status', {})).steps.prove).toBe('done');
    await ask('releases.apply', { adapterId: adapter.id });
    await ask('precisions.choose', { modelId, precision: 'f32' });
    expect(await ask('ask.ask', { question: 'q' })).toMatchObject({ precision: 'int4' });
    expect(await ask('releases.revert', {})).toMatchObject({ precision: 'int4', baseIdentical: true });
    const probed = engine.called.findLast(({ name }) => name === 'probe');
    expect(probed?.input).toMatchObject({ adapterDirectory: null, ...keptAs('int4', office) });
    expect(await modelOf(office)).toMatchObject({ precision: 'int4' });
    expect(await ask('ask.ask', { question: 'q' })).toMatchObject({ precision: 'int4', adapter: null });
  });
});
