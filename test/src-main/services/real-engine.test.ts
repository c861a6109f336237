/** The office on the real model process and the starter model: import, train, cancel, resume, prove, apply, ask, revert. */

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../../src-main/compose.ts';
import type { Evaluation, TrainingRun } from '../../../src-main/contract/entities.ts';
import type { AppEvent } from '../../../src-main/contract/events.ts';
import { atThisPc } from '../../../src-main/contract/caller.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-main/contract/requests.ts';
import { presetSettings } from '../../../src-main/domain/presets.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const quiet = { info: () => {}, error: () => {} };

function openApp() {
  const app = compose({ dataDirectory: temporaryDirectory(), log: quiet, startProcess: forkProcess });
  onTestFinished(() => app.close());
  return {
    ask: async <Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> => {
      const reply = await app.dispatch(name, input, atThisPc('cli'));
      if (!reply.ok) throw Object.assign(new Error(JSON.stringify(reply.error)), { code: reply.error.code });
      return reply.value as RequestOutput<Name>;
    },
    /** The first event from now on for which `pick` gives something. */
    next: <Value>(pick: (event: AppEvent) => Value | undefined): Promise<Value> => {
      const { promise, resolve } = Promise.withResolvers<Value>();
      const stop = app.subscribe((event) => {
        const value = pick(event);
        if (value === undefined) return;
        stop();
        resolve(value);
      });
      return promise;
    },
  };
}

const runWhere = (accept: (run: TrainingRun) => boolean) => (event: AppEvent) =>
  event.kind === 'training' && accept(event.run) ? event.run : undefined;
const ended = (event: AppEvent): Evaluation | undefined =>
  event.kind === 'evaluating' && event.evaluation.state !== 'running' ? event.evaluation : undefined;

test('the whole path', async () => {
  const { ask, next } = openApp();
  await ask('project.loadSample', { language: 'ja' });
  const { examples } = await ask('examples.list', { offset: 0, limit: 1000 });
  // A handful is enough to see every part at work; what can be learned from all is measured elsewhere.
  await ask('examples.delete', { ids: examples.filter((_, index) => index % 8 !== 0).map(({ id }) => id) });
  const text = 'Q: 見学は何時からですか？\nA: 10時からです。\nQ: 見学は誰に頼みますか？\nA: 総務課です。';
  const { importId, mapping } = await ask('import.preview', { kind: 'text', text });
  expect(await ask('import.commit', { importId, mapping, skipInvalid: false })).toMatchObject({ added: 2 });
  expect(await ask('datasets.readiness', {})).toMatchObject({ canFreeze: true, findings: [] });

  const [model] = await ask('models.list', {});
  if (!model) throw new Error('There is no model.');
  const { targetModules: _, ...usual } = presetSettings('quick', model);
  const short = { rank: 4, epochs: 3, batchSize: 8, checkpointEverySteps: 2 };
  const settings = { ...usual, ...short, method: 'lora' as const, targetModules: 'all-linear' as const };
  const saved = next(runWhere(({ checkpointStep }) => checkpointStep > 0));
  const { id } = await ask('training.start', { preset: 'expert', settings });
  await saved;
  const cancelled = await ask('training.cancel', { runId: id });
  expect(cancelled).toMatchObject({ state: 'cancelled', error: null });
  expect(cancelled.checkpointStep).toBeGreaterThan(0);

  const completed = next(runWhere(({ finishedAt }) => finishedAt !== null));
  await ask('training.resume', { runId: id });
  const run = await completed;
  expect(run).toMatchObject({ state: 'completed', error: null, step: run.steps });
  const { metrics } = await ask('training.get', { runId: id });
  expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: run.steps }, (_, index) => index + 1));

  const [adapter] = await ask('adapters.list', {});
  if (!adapter) throw new Error('There is no adapter.');
  const judged = next(ended);
  await ask('evaluations.start', { adapterId: adapter.id });
  const evaluation = await judged;
  expect(evaluation).toMatchObject({ state: 'completed', error: null });
  const [version] = await ask('datasets.list', {});
  const heldOut = evaluation.sets.filter(({ kind }) => kind === 'phrasings' || kind === 'new-cases');
  expect(heldOut.reduce((sum, { adapter: { total } }) => sum + total, 0)).toBe(version?.heldOut);
  // Base and adapter really differ, and the base knows nothing of the plant.
  expect(heldOut.reduce((sum, { base: { correct } }) => sum + correct, 0)).toBeLessThanOrEqual(1);
  const { items } = await ask('evaluations.get', { evaluationId: evaluation.id });
  expect(items.some(({ base, adapter: answer }) => base !== answer)).toBe(true);

  const question = '見学は何時からですか？';
  const before = await ask('ask.ask', { question });
  expect(before.adapter).toBeNull();
  await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
  const during = await ask('ask.ask', { question });
  expect(during.base.text).toBe(before.base.text);
  expect(during.adapter?.stamp).toEqual({ adapter: adapter.name, release: 1, precision: 'f32' });
  expect(await ask('releases.revert', {})).toMatchObject({ kind: 'revert', baseIdentical: true });
  const after = await ask('ask.ask', { question });
  expect(after).toMatchObject({ adapter: null, base: { text: before.base.text } });

  // What is taken away comes back at another plant, where its own files name the base, and says the same.
  expect(adapter.proof).toMatchObject({ occasion: 'training', changedPrompts: 16, endedAnswers: 5, answers: 5 });
  const usb = temporaryDirectory('usb');
  const finished = async (asked: typeof ask) => {
    await expect.poll(async () => (await asked('adapters.task', {}))?.state).not.toBe('running');
    return asked('adapters.task', {});
  };
  await ask('adapters.export', { adapterId: adapter.id, directory: join(usb, 'visitors'), form: 'peft' });
  const { identicalTensors } = adapter.proof!;
  expect(await finished(ask)).toMatchObject({ state: 'completed', proof: { occasion: 'export', identicalTensors } });
  await ask('adapters.export', { adapterId: adapter.id, directory: join(usb, 'merged'), form: 'merged' });
  expect(await finished(ask)).toMatchObject({ state: 'completed', error: null });
  expect(await ask('models.add', { directory: join(usb, 'merged') })).toMatchObject({ parameters: model.parameters });

  const { ask: elsewhere } = openApp();
  const [starter] = await elsewhere('models.list', {});
  const place = { directory: join(usb, 'visitors'), modelId: starter!.id };
  expect(await elsewhere('adapters.inspect', place)).toMatchObject({ base: 'verified', belongsTo: starter!.id });
  await elsewhere('adapters.import', { ...place, name: '見学', acceptBase: false });
  const imported = await finished(elsewhere);
  expect(imported).toMatchObject({ state: 'completed', proof: { adapterProbe: adapter.proof!.adapterProbe } });
  await elsewhere('releases.apply', { adapterId: imported!.adapterId!, insistBecause: 'a test' });
  expect((await elsewhere('ask.ask', { question })).adapter?.text).toBe(during.adapter?.text);

  appendFileSync(join(adapter.directory, 'adapter_model.safetensors'), 'x');
  await expect(ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' })).rejects.toMatchObject({
    code: 'adapter-damaged',
  });
  expect((await ask('app.status', {})).release).toMatchObject({ kind: 'revert' });
});

test('a first answer in fewer bits says how far the model is converted', async () => {
  const { ask, next } = openApp();
  await ask('project.loadSample', { language: 'en' });
  const [model] = await ask('models.list', {});
  await ask('precisions.choose', { modelId: model!.id, precision: 'int4' });
  const begun = next((event) => (event.kind === 'quantizing' && event.progress ? event.progress : undefined));
  const over = next((event) => (event.kind === 'quantizing' && !event.progress ? 'over' : undefined));
  const { base } = await ask('ask.ask', { question: 'When may visitors come?' });
  expect(base.stamp.precision).toBe('int4');
  expect(await begun).toMatchObject({ precision: 'int4', done: 0 });
  expect(await over).toBe('over');
});
