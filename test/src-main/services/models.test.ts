/** The model library on the real model process: check list, adding, moving, changing, removing. */

import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../../src-main/compose.ts';
import type { ModelCheck } from '../../../src-main/contract/entities.ts';
import { type ErrorCode, OfficeError } from '../../../src-main/contract/errors.ts';
import { atThisPc } from '../../../src-main/contract/caller.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-main/contract/requests.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { bundledHere } from '../../../src-main/services/bundled-files.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { shortTraining } from '../hosts/plant.ts';
import { goldenPath } from '../../native-models/goldens.ts';

const quiet = { info: () => {}, error: () => {} };

function openApp(startProcess = forkProcess) {
  const app = compose({ dataDirectory: temporaryDirectory(), log: quiet, startProcess });
  onTestFinished(() => app.close());
  async function ask<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> {
    const reply = await app.dispatch(name, input, atThisPc('cli'));
    if (!reply.ok) throw new OfficeError(reply.error.code as ErrorCode, reply.error.values);
    return reply.value as RequestOutput<Name>;
  }
  /** The check list once it has ended, and how often it was told on the way. */
  async function check(directory: string): Promise<{ readonly check: ModelCheck; readonly told: number }> {
    const { promise, resolve } = Promise.withResolvers<ModelCheck>();
    let told = 0;
    const stop = app.subscribe((event) => {
      if (event.kind !== 'checking-model' || event.check.directory !== directory) return;
      told += 1;
      // The fit may be known before the end, or just after it.
      if (event.check.state !== 'running' && (event.check.fit || !event.check.summary)) resolve(event.check);
    });
    await ask('models.check', { directory });
    const ended = await promise;
    stop();
    return { check: ended, told };
  }
  return { app, ask, check };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A copy of a reference model on a "USB disk" that can be taken away. */
function bring(golden: string, name = 'モデル 一号'): string {
  const directory = join(temporaryDirectory('USB ディスク'), name);
  mkdirSync(directory, { recursive: true });
  cpSync(goldenPath(golden), directory, { recursive: true, filter: (path) => !/lora_|reference/.test(path) });
  return directory;
}

test('a folder is checked, with its fit and its licence, before anything is kept', async () => {
  const { ask, check } = openApp();
  const directory = bring('qwen3');
  writeFileSync(join(directory, 'LICENSE'), 'MIT License\n\nCopyright');
  const before = await ask('models.list', {});
  const { check: seen, told } = await check(directory);
  expect(told).toBeGreaterThan(1);
  expect(seen).toMatchObject({
    state: 'completed',
    name: 'モデル 一号',
    progress: null,
    error: null,
    knownAs: null,
    licence: { name: 'MIT', texts: [{ file: 'LICENSE' }] },
    summary: { architecture: 'qwen3', directory },
    fit: { training: 'fits', answering: { f32: 'fits', int8: 'fits', int4: 'fits' }, device: 'cpu', epochs: 200 },
  });
  expect(seen.lines.every(({ state }) => state === 'good')).toBe(true);
  expect(seen.fit?.trainingSeconds).toBeGreaterThan(0);
  // Of so small a model the process itself takes most, in training as in answering.
  for (const bytes of [seen.fit?.trainingBytes, seen.fit?.answeringBytes.f32]) expect(bytes).toBeGreaterThan(1e8);
  expect(await ask('models.list', {})).toEqual(before);

  const added = await ask('models.add', { directory: `"${directory}"` });
  const { operator } = await ask('app.status', {});
  expect(added).toMatchObject({
    ...seen.summary,
    licence: 'MIT',
    state: 'available',
    addedBy: operator,
    bundled: false,
  });
  expect(await ask('models.licence', { modelId: added.id })).toEqual(seen.licence);
  expect((await check(directory)).check.knownAs).toBe('モデル 一号');
});

test('a damaged folder shows everything at once and is not added', async () => {
  const { ask, check } = openApp();
  const directory = bring('llama');
  rmSync(join(directory, 'chat_template.jinja'));
  rmSync(join(directory, 'tokenizer.json'));
  writeFileSync(
    join(directory, 'model.safetensors'),
    readFileSync(join(directory, 'model.safetensors')).subarray(0, 5000),
  );
  const { check: seen } = await check(directory);
  const bad = seen.lines.filter(({ state }) => state === 'bad').map(({ item, problems }) => [item, problems[0]?.code]);
  expect(bad).toEqual([
    ['weights', 'weights-truncated'],
    ['tokenizer', 'model-not-a-model'],
  ]);
  expect(seen).toMatchObject({ state: 'completed', summary: null, fit: null });
  await expect(ask('models.add', { directory })).rejects.toMatchObject({ code: 'weights-truncated' });
  expect(await ask('models.list', {})).toHaveLength(1);
});

test('what the check list blocks is not added by request either: a model without a chat template', async () => {
  const { ask, check } = openApp();
  const directory = bring('llama');
  rmSync(join(directory, 'chat_template.jinja'));
  const { check: seen } = await check(directory);
  expect(seen.summary).toBeNull();
  expect(seen.lines.filter(({ state }) => state === 'bad').map(({ item }) => item)).toEqual(['template']);
  await expect(ask('models.add', { directory })).rejects.toMatchObject({ code: 'template-missing' });
  expect(await ask('models.list', {})).toHaveLength(1);
});

test('a check ends when it is told to, and when another begins', async () => {
  const { app, ask } = openApp();
  const states: string[] = [];
  const two = Promise.withResolvers<void>();
  app.subscribe((event) => {
    if (event.kind !== 'checking-model' || event.check.state === 'running') return;
    states.push(event.check.state);
    two.resolve();
  });
  const first = await ask('models.check', { directory: bring('qwen3') });
  await ask('models.cancelCheck', { checkId: first.id });
  await two.promise;
  expect(states).toEqual(['cancelled']);
  await expect(ask('models.check', { directory: '/no/such/folder' })).resolves.toMatchObject({ state: 'running' });
  await expect.poll(() => states).toEqual(['cancelled', 'failed']);
});

test('a disk that is away is missing, and its new place is found again; another model is refused by both names', async () => {
  const { ask } = openApp();
  const directory = bring('llama');
  const { id } = await ask('models.add', { directory });
  const stateNow = async () => (await ask('models.list', {})).find((model) => model.id === id)?.state;
  const away = join(directory, '..', 'E');
  renameSync(directory, away);
  expect(await stateNow()).toBe('missing');

  const other = bring('llama-headdim', '別のモデル');
  await expect(ask('models.relocate', { modelId: id, directory: other })).rejects.toMatchObject({
    code: 'model-not-the-same',
    values: { name: 'モデル 一号', path: other },
  });
  const speaksOtherwise = bring('llama', 'もう一つ');
  appendFileSync(join(speaksOtherwise, 'chat_template.jinja'), '{# other #}');
  await expect(ask('models.relocate', { modelId: id, directory: speaksOtherwise })).rejects.toMatchObject({
    code: 'model-parts-differ',
    values: { name: 'モデル 一号', path: speaksOtherwise, files: 'chat_template.jinja' },
  });
  expect(await stateNow()).toBe('missing');
  const moved = await ask('models.relocate', { modelId: id, directory: away });
  expect(moved).toMatchObject({ id, name: 'モデル 一号', directory: away, state: 'available' });
  const [newest] = await ask('app.log', { limit: 1 });
  expect(newest).toMatchObject({ kind: 'model.moved', subject: 'モデル 一号', values: { directory: away } });

  // The same folder in its old place again, plugged in by hand: nothing to do.
  renameSync(away, directory);
  expect(await stateNow()).toBe('missing');
  await ask('models.add', { directory });
  expect(await stateNow()).toBe('available');
});

test('a folder that the system spells in its own way is the same model, under the name that people type', async () => {
  const { ask } = openApp();
  const readBack = bring('llama', 'が'.normalize('NFD'));
  const { id, name } = await ask('models.add', { directory: readBack });
  expect(name).toBe('が');
  const typed = join(readBack, '..', 'が');
  // Here the system keeps both spellings apart; that of macOS finds the folder by either.
  if (!existsSync(typed)) symlinkSync(readBack, typed, 'junction');
  expect(await ask('models.add', { directory: typed })).toMatchObject({ id });
  for (const left of ['.DS_Store', '._model.safetensors', '._chat_template.jinja'])
    writeFileSync(join(readBack, left), 'left by the system');
  expect((await ask('models.list', {})).find((model) => model.id === id)?.state).toBe('available');
  expect(await ask('models.relocate', { modelId: id, directory: typed })).toMatchObject({ id, state: 'available' });
  const kinds = (await ask('app.log', { limit: 2 })).map(({ kind }) => kind);
  expect(kinds).toEqual(['model.verified', 'model.added']);
  // Another folder of the same files is another place, however alike their names are.
  const other = bring('llama', 'が');
  expect(await ask('models.relocate', { modelId: id, directory: other })).toMatchObject({ directory: other });
  expect((await ask('app.log', { limit: 1 }))[0]?.kind).toBe('model.moved');
});

test('files that changed are verified again: the same weights go on, others do not', async () => {
  const { ask } = openApp();
  const directory = bring('llama');
  const { id } = await ask('models.add', { directory });
  await ask('project.loadSample', { language: 'en' });
  const { project } = await ask('app.status', {});
  const { updatedAt: _, ...description } = project!;
  await ask('project.save', { ...description, modelId: id });
  const stateNow = async () => (await ask('models.list', {})).find((model) => model.id === id)?.state;

  utimesSync(join(directory, 'model.safetensors'), new Date(0), new Date(0));
  expect(await stateNow()).toBe('changed');
  await expect(ask('training.start', { preset: 'expert', settings: shortTraining })).rejects.toMatchObject({
    code: 'model-changed',
    values: { path: directory },
  });
  expect(await ask('models.relocate', { modelId: id, directory })).toMatchObject({ state: 'available' });
  expect((await ask('app.log', { limit: 1 }))[0]?.kind).toBe('model.verified');

  const weights = readFileSync(join(directory, 'model.safetensors'));
  weights[weights.length - 1]! ^= 1;
  writeFileSync(join(directory, 'model.safetensors'), weights);
  appendFileSync(join(directory, 'config.json'), '\n');
  expect(await stateNow()).toBe('changed');
  await expect(ask('models.relocate', { modelId: id, directory })).rejects.toMatchObject({
    code: 'model-not-the-same',
  });
  expect(await stateNow()).toBe('changed');

  rmSync(directory, { recursive: true });
  await expect(ask('training.start', { preset: 'expert', settings: shortTraining })).rejects.toMatchObject({
    code: 'model-missing',
  });
});

test('a model leaves the library while nobody needs it; its files stay', async () => {
  const { ask } = openApp();
  const directory = bring('llama');
  const { id } = await ask('models.add', { directory });
  const [starter] = await ask('models.list', {});
  await expect(ask('models.remove', { modelId: starter!.id })).rejects.toMatchObject({ code: 'model-bundled' });

  await ask('project.loadSample', { language: 'en' });
  const { project } = await ask('app.status', {});
  const { updatedAt: _, ...description } = project!;
  await ask('project.save', { ...description, modelId: id });
  await expect(ask('models.remove', { modelId: id })).rejects.toMatchObject({
    code: 'model-in-use',
    values: { what: 'project', users: description.site },
  });
  await ask('project.save', { ...description, modelId: starter!.id });
  expect(await ask('models.remove', { modelId: id })).toBeNull();
  expect(await ask('models.list', {})).toEqual([starter]);
  expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({ kind: 'model.removed', values: { directory } });
  expect(existsSync(join(directory, 'model.safetensors'))).toBe(true);
});

test('a tokenizer that ends its process is a sentence, and costs nobody else anything', async () => {
  const started: (number | undefined)[] = [];
  const { ask, check } = openApp((entry, onOutput) => {
    const child = forkProcess(entry, onOutput);
    started.push(child.pid);
    return child as never;
  });
  const directory = bring('llama');
  const path = join(directory, 'tokenizer.json');
  const json = JSON.parse(readFileSync(path, 'utf8')) as { pre_tokenizer: object };
  // Tries every way to cut a run of letters; the library gives up and ends its process.
  const split = { type: 'Split', pattern: { Regex: '(a+)+b' }, behavior: 'Isolated', invert: false };
  const pre_tokenizer = { type: 'Sequence', pretokenizers: [split, { ...json.pre_tokenizer, use_regex: false }] };
  writeFileSync(path, JSON.stringify({ ...json, pre_tokenizer }));
  await ask('models.list', {});
  expect((await check(directory)).check).toMatchObject({
    state: 'failed',
    error: { code: 'model-texts-ended', values: { path: directory } },
  });
  await expect(ask('models.add', { directory })).rejects.toMatchObject({ code: 'model-texts-ended' });
  // The process that read the starter goes on.
  expect(isAlive(started[0]!)).toBe(true);
});

test('the starter is added once, whoever asks for it at the start', async () => {
  const { app, ask } = openApp();
  onTestFinished(app.subscribe(() => {}));
  const lists = await Promise.all([ask('models.list', {}), ask('models.list', {})]);
  expect(lists.map((models) => models.length)).toEqual([1, 1]);
  expect((await ask('app.log', { limit: 10 })).map(({ kind }) => kind)).toEqual(['model.added']);
});

test('whoever asks before the first start is done waits for the model, and is answered', async () => {
  const { app, ask } = openApp();
  app.subscribe(() => {});
  // At once, while the starter is being registered and devices are being checked.
  const answer = await ask('ask.ask', { question: '3号プレスの締付トルクは？' });
  expect(answer.base.text).not.toBe('');
});

test('a starter that cannot be read is named with what is wrong with it, not as gone', async () => {
  const folder = temporaryDirectory();
  mkdirSync(folder, { recursive: true });
  const starterModelDirectory = join(folder, 'starter');
  cpSync(bundledHere.starterModelDirectory, starterModelDirectory, { recursive: true });
  rmSync(join(starterModelDirectory, 'tokenizer.json'));
  const bundled = { ...bundledHere, starterModelDirectory };
  const app = compose({ dataDirectory: join(folder, 'data'), log: quiet, startProcess: forkProcess, bundled });
  onTestFinished(() => app.close());
  const reply = await app.dispatch('ask.ask', { question: '油は？' }, atThisPc('cli'));
  expect(reply).toMatchObject({ ok: false, error: { code: 'model-not-a-model', values: { file: 'tokenizer.json' } } });
});
