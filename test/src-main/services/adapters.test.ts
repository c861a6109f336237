/** The ledger of adapters on a real database: proof after training, import, export, names, deletion, going on from one. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { evidenceOf, starterSummary, writtenAdapter } from '../../fixtures/fake-engine.ts';
import { type Office, openSampleOffice } from '../../fixtures/office.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function train(office: Office, initialAdapterId?: string) {
  const run = await office.ask('training.start', { preset: 'quick', ...(initialAdapterId && { initialAdapterId }) });
  const job = office.engine.job('train');
  job.finish(writtenAdapter(job.input, 3));
  await settle();
  return { run: await office.ask('training.get', { runId: run.id }), job };
}

/** A PEFT folder from elsewhere, as far as the office looks into it. */
function foreignAdapter(text = 'weights'): string {
  const folder = temporaryDirectory('usb');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'adapter_model.safetensors'), text);
  writeFileSync(join(folder, 'adapter_config.json'), '{}');
  writeFileSync(join(folder, 'holiday.jpg'), 'not part of it');
  return folder;
}

async function importInput(office: Office, directory = foreignAdapter()) {
  const [model] = await office.ask('models.list', {});
  return { directory, modelId: model!.id, name: 'from elsewhere', acceptBase: true };
}

async function ended(office: Office) {
  await settle();
  await expect.poll(async () => (await office.ask('adapters.task', {}))?.state).not.toBe('running');
  return office.ask('adapters.task', {});
}

const staged = ({ dataDirectory }: Office) => {
  const folder = join(dataDirectory, 'imports');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('proof after training', () => {
  test('is part of the run, asked with held-out questions first, and kept in the row and beside the folder', async () => {
    const office = await openSampleOffice();
    const { run } = await train(office);
    expect(run).toMatchObject({ state: 'completed', error: null });
    const { input } = office.engine.proofs[0]!;
    expect([input.prompts.length, input.examples.length, input.sourceDirectory]).toEqual([16, 5, null]);
    const heldOut = office.store.datasets.examples(run.datasetVersionId).filter(({ split }) => split === 'heldOut');
    expect(heldOut.map(({ id }) => id)).toEqual(expect.arrayContaining(input.examples.map(({ id }) => id)));
    const [adapter] = await office.ask('adapters.list', {});
    expect(adapter).toMatchObject({
      origin: 'trained',
      createdBy: 'tester',
      configuration: { method: 'lora', ranks: [16] },
      proof: { verdict: 'acts', occasion: 'training', by: 'tester', identicalTensors: 4, changedPrompts: 16 },
    });
    const beside = JSON.parse(readFileSync(`${adapter!.directory}.evidence.json`, 'utf8')) as object;
    expect(beside).toEqual({ adapter: adapter!.name, ...adapter!.proof });
    // What lies beside the folder does not count as damage to it.
    expect(await office.ask('releases.apply', { adapterId: adapter!.id, insistBecause: 'a test' })).toMatchObject({
      kind: 'apply',
    });
  });

  test('that finds no effect keeps the adapter for inspection and out of service', async () => {
    const office = await openSampleOffice();
    office.engine.prove = (job) => evidenceOf(job, { changedPrompts: 0 });
    expect((await train(office)).run.state).toBe('completed');
    const [adapter] = await office.ask('adapters.list', {});
    expect(adapter?.proof?.verdict).toBe('no-effect');
    await expect(
      office.ask('releases.apply', { adapterId: adapter!.id, insistBecause: 'a test' }),
    ).rejects.toMatchObject({
      code: 'adapter-does-not-act',
      values: { prompts: 16 },
    });
  });

  test('is cancelled with its run, and a run whose proof crashed can be resumed', async () => {
    const office = await openSampleOffice();
    office.engine.prove = () => undefined;
    const { run } = await train(office);
    expect(run.state).toBe('waiting');
    expect(await office.ask('training.cancel', { runId: run.id })).toMatchObject({ state: 'cancelled' });
    expect(await office.ask('adapters.list', {})).toEqual([]);
    office.engine.prove = () => {
      throw new OfficeError('engine-crashed', { reason: 'SIGKILL', step: 0 });
    };
    expect((await train(office)).run).toMatchObject({ state: 'interrupted', error: { code: 'engine-crashed' } });
  });
});

describe('import', () => {
  test('copies what makes the adapter, proves the copy against its source, and records who answers for the base', async () => {
    const office = await openSampleOffice();
    const input = await importInput(office);
    expect(await office.ask('adapters.inspect', { directory: input.directory, modelId: input.modelId })).toMatchObject({
      base: 'unverified',
      belongsTo: null,
      knownAs: null,
      adapter: { ranks: [16], misfit: null },
    });
    expect(await office.ask('adapters.import', input)).toMatchObject({ kind: 'import', state: 'running' });
    const task = await ended(office);
    expect(task).toMatchObject({ state: 'completed', error: null, proof: { verdict: 'acts', identicalTensors: 4 } });
    const [adapter] = await office.ask('adapters.list', {});
    expect(adapter).toMatchObject({
      id: task!.adapterId,
      name: 'from elsewhere',
      origin: 'imported',
      runId: null,
      settings: null,
      baseVerified: false,
      baseFingerprint: starterSummary.fingerprint,
      sourceDirectory: input.directory,
      createdBy: 'tester',
      proof: { occasion: 'import' },
    });
    expect(readdirSync(adapter!.directory).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    expect(staged(office)).toEqual([]);
    expect((await office.ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'adapter.imported',
      values: { directory: input.directory, baseVerified: false },
    });
    await expect(office.ask('adapters.import', input)).rejects.toMatchObject({ code: 'adapter-known' });
  });

  test('is refused before anything is copied: without a word for the base, or on another base', async () => {
    const office = await openSampleOffice();
    const input = await importInput(office);
    await expect(office.ask('adapters.import', { ...input, acceptBase: false })).rejects.toMatchObject({
      code: 'adapter-base-unverified',
      values: { base: 'starter' },
    });
    const { inspectAdapter } = office.engine.calls;
    const values = { expected: '第二工場 (ffff)', actual: 'starter (aaaa)' };
    office.engine.calls.inspectAdapter = (asked) => ({
      ...inspectAdapter(asked),
      misfit: { code: 'adapter-wrong-base', values },
    });
    await expect(office.ask('adapters.import', input)).rejects.toMatchObject({ code: 'adapter-wrong-base', values });
    expect(await office.ask('adapters.task', {})).toBeNull();
    expect(await office.ask('adapters.list', {})).toEqual([]);
  });

  test.each([
    ['has no effect', 'adapter-does-not-act', { changedPrompts: 0 }],
    ['changed while it was read', 'adapter-damaged', { adapterSha256: 'b'.repeat(64) }],
  ])('leaves nothing behind where the adapter %s', async (_, code, found) => {
    const office = await openSampleOffice();
    office.engine.prove = (job) => evidenceOf(job, found);
    await office.ask('adapters.import', await importInput(office));
    expect(await ended(office)).toMatchObject({ state: 'failed', error: { code } });
    expect(await office.ask('adapters.list', {})).toEqual([]);
    expect(staged(office)).toEqual([]);
  });

  test('takes an adapter whose answers do not end, and keeps it out of service', async () => {
    const office = await openSampleOffice();
    office.engine.prove = (job) => evidenceOf(job, { endedAnswers: 0 });
    await office.ask('adapters.import', await importInput(office));
    const { adapterId } = (await ended(office))!;
    await expect(
      office.ask('releases.apply', { adapterId: adapterId!, insistBecause: 'a test' }),
    ).rejects.toMatchObject({
      code: 'adapter-never-ends',
    });
  });

  test('is cancelled by any window, and only one goes on at a time', async () => {
    const office = await openSampleOffice();
    office.engine.prove = () => undefined;
    await office.ask('adapters.import', await importInput(office));
    await settle();
    office.engine.proofs.at(-1)!.emit({ done: 3, total: 80 });
    expect(await office.ask('adapters.task', {})).toMatchObject({ state: 'running', done: 3, total: 80 });
    await expect(
      office.ask('adapters.import', await importInput(office, foreignAdapter('other'))),
    ).rejects.toMatchObject({ code: 'adapter-task-active' });
    expect(await office.ask('adapters.cancelTask', {})).toMatchObject({ state: 'cancelled', error: null });
    expect(staged(office)).toEqual([]);
    expect(await office.ask('adapters.list', {})).toEqual([]);
  });

  test('makes an adapter that is evaluated on what the plant would ask now, applied and reverted', async () => {
    const office = await openSampleOffice();
    await office.ask('adapters.import', await importInput(office));
    const { adapterId } = (await ended(office))!;
    expect(await office.ask('evaluations.start', { adapterId: adapterId! })).toMatchObject({ state: 'running' });
    const asked = readFileSync(office.engine.job('evaluate').input.examplesFile, 'utf8').trim().split('\n');
    expect(asked.filter((line) => line.includes('"phrasings-'))).toHaveLength(6);
    await office.ask('evaluations.cancel', { evaluationId: (await office.ask('evaluations.list', {}))[0]!.id });
    expect(await office.ask('releases.apply', { adapterId: adapterId!, insistBecause: 'a test' })).toMatchObject({
      adapterName: 'from elsewhere',
    });
    expect(await office.ask('releases.revert', {})).toMatchObject({ baseIdentical: true });
  });
});

describe('export', () => {
  const exportOf = async (office: Office, form: 'peft' | 'merged' = 'peft') => {
    await train(office);
    const [adapter] = await office.ask('adapters.list', {});
    return { adapterId: adapter!.id, directory: join(temporaryDirectory('out'), 'press-1'), form } as const;
  };

  test('says before how much room it takes, and refuses a disk without it', async () => {
    const office = await openSampleOffice();
    const { adapterId, directory } = await exportOf(office);
    expect(await office.ask('adapters.exportPlan', { adapterId, directory, form: 'peft' })).toMatchObject({
      fits: true,
    });
    const { inspectModel } = office.engine.calls;
    office.engine.calls.inspectModel = (asked) => ({ ...inspectModel(asked), weightBytes: 1e15, fingerprint: 'huge' });
    const huge = await office.ask('models.add', { directory: '/models/huge' });
    await office.ask('adapters.import', { ...(await importInput(office)), modelId: huge.id });
    const imported = (await ended(office))!;
    const input = { adapterId: imported.adapterId!, directory, form: 'merged' } as const;
    expect(await office.ask('adapters.exportPlan', input)).toMatchObject({ fits: false });
    await expect(office.ask('adapters.export', input)).rejects.toMatchObject({
      code: 'disk-space-short',
      values: { path: directory, needed: 1_000_000_001 },
    });
    expect(existsSync(directory)).toBe(false);
  });

  test('that does not equal its source is taken away again', async () => {
    const office = await openSampleOffice();
    const input = await exportOf(office);
    office.engine.calls.exportAdapter = (job) => {
      mkdirSync(job.outputDirectory, { recursive: true });
      writeFileSync(join(job.outputDirectory, 'adapter_model.safetensors'), 'another');
      return { directory: job.outputDirectory, sha256: '', bytes: 7, howTo: { en: '# x', ja: '# x' } };
    };
    office.engine.prove = ({ adapterDirectory }) => {
      throw new OfficeError('adapter-differs', { path: adapterDirectory, reason: 'test' });
    };
    await office.ask('adapters.export', input);
    expect(await ended(office)).toMatchObject({ state: 'failed', error: { code: 'adapter-differs' } });
    expect(office.engine.proofs.at(-1)!.input).toMatchObject({ adapterDirectory: input.directory });
    expect(existsSync(input.directory)).toBe(false);
  });

  test('that is cancelled while it is looked at leaves no files behind', async () => {
    const office = await openSampleOffice();
    const input = await exportOf(office);
    office.engine.calls.exportAdapter = (job) => {
      mkdirSync(job.outputDirectory, { recursive: true });
      writeFileSync(join(job.outputDirectory, 'adapter_model.safetensors'), 'whole');
      return { directory: job.outputDirectory, sha256: '', bytes: 5, howTo: { en: '# x', ja: '# x' } };
    };
    office.engine.prove = () => undefined;
    await office.ask('adapters.export', input);
    await settle();
    expect(existsSync(input.directory)).toBe(true);
    expect(await office.ask('adapters.cancelTask', {})).toMatchObject({ state: 'cancelled', error: null });
    expect(existsSync(input.directory)).toBe(false);
  });

  test('merged asks the engine to merge, shows its progress, and is cancelled there', async () => {
    const office = await openSampleOffice();
    const input = await exportOf(office, 'merged');
    await office.ask('adapters.export', input);
    await settle();
    const job = office.engine.job('merge');
    expect(job.input).toMatchObject({ outputDirectory: input.directory, dtype: 'base' });
    job.emit({ done: 1, total: 9 });
    expect(await office.ask('adapters.task', {})).toMatchObject({ kind: 'export', done: 1, total: 9 });
    expect(await office.ask('adapters.cancelTask', {})).toMatchObject({ state: 'cancelled' });
    expect(job.told).toEqual(['cancel']);
  });
});

test('a proof that is cancelled leaves what was measured before', async () => {
  const office = await openSampleOffice();
  await train(office);
  const [adapter] = await office.ask('adapters.list', {});
  expect(adapter!.proof).not.toBeNull();
  office.engine.prove = () => undefined;
  await office.ask('adapters.prove', { adapterId: adapter!.id });
  await settle();
  expect(await office.ask('adapters.cancelTask', {})).toMatchObject({ kind: 'proof', state: 'cancelled', error: null });
  expect(await office.ask('adapters.list', {})).toEqual([adapter]);
});

describe('ledger', () => {
  test('a name is changed, and the log remembers the former one', async () => {
    const office = await openSampleOffice();
    await train(office);
    const [adapter] = await office.ask('adapters.list', {});
    expect(await office.ask('adapters.rename', { adapterId: adapter!.id, name: ' プレス夜勤 ' })).toMatchObject({
      name: 'プレス夜勤',
    });
    expect((await office.ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'adapter.renamed',
      subject: 'プレス夜勤',
      changes: [{ field: 'name', before: adapter!.name, after: 'プレス夜勤' }],
    });
  });

  test('what never served can be deleted, its files too; what served cannot', async () => {
    const office = await openSampleOffice();
    await train(office);
    await office.ask('adapters.import', await importInput(office));
    await settle();
    const [imported, trained] = await office.ask('adapters.list', {});
    await office.ask('releases.apply', { adapterId: trained!.id, insistBecause: 'a test' });
    await office.ask('releases.revert', {});
    await expect(office.ask('adapters.delete', { adapterId: trained!.id })).rejects.toMatchObject({
      code: 'adapter-served',
      values: { name: trained!.name },
    });
    await office.ask('adapters.delete', { adapterId: imported!.id });
    expect((await office.ask('adapters.list', {})).map(({ id }) => id)).toEqual([trained!.id]);
    expect([imported!.directory, `${imported!.directory}.evidence.json`].filter(existsSync)).toEqual([]);
    expect(existsSync(trained!.directory)).toBe(true);
    await expect(
      office.ask('releases.apply', { adapterId: imported!.id, insistBecause: 'a test' }),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
    // The same adapter may come back.
    await office.ask('adapters.import', await importInput(office, imported!.sourceDirectory!));
    expect(await ended(office)).toMatchObject({ state: 'completed' });
  });

  test('an adapter is proven again on request', async () => {
    const office = await openSampleOffice();
    await train(office);
    const [adapter] = await office.ask('adapters.list', {});
    await office.ask('adapters.prove', { adapterId: adapter!.id });
    expect(await ended(office)).toMatchObject({ kind: 'proof', state: 'completed', adapterId: adapter!.id });
    expect((await office.ask('adapters.list', {}))[0]?.proof).toMatchObject({ occasion: 'request' });
    writeFileSync(join(adapter!.directory, 'adapter_model.safetensors'), 'flipped');
    await office.ask('adapters.prove', { adapterId: adapter!.id });
    expect(await ended(office)).toMatchObject({ state: 'failed', error: { code: 'adapter-damaged' } });
  });
});

describe('training on from an adapter', () => {
  test('gives the engine its folder and takes over what the adapter decides', async () => {
    const office = await openSampleOffice();
    await office.ask('adapters.import', await importInput(office));
    const { adapterId } = (await ended(office))!;
    const [adapter] = await office.ask('adapters.list', {});
    const { run, job } = await train(office, adapterId!);
    expect(job.input.initialAdapterDirectory).toBe(adapter!.directory);
    expect(run).toMatchObject({
      initialAdapterId: adapterId,
      settings: { method: 'lora', rank: 16, alpha: 32, targetModules: ['q_proj', 'v_proj'] },
    });
  });

  test('is refused on another base, and a run that can be resumed keeps its beginning', async () => {
    const office = await openSampleOffice();
    await office.ask('adapters.import', await importInput(office));
    const { adapterId } = (await ended(office))!;
    const { id } = await office.ask('training.start', { preset: 'quick', initialAdapterId: adapterId });
    office.engine.job('train').fail('engine-crashed', { reason: 'SIGKILL', step: 0 });
    await settle();
    await expect(office.ask('adapters.delete', { adapterId: adapterId! })).rejects.toMatchObject({
      code: 'adapter-continued',
    });
    await office.ask('training.resume', { runId: id });
    expect(office.engine.job('train').input.initialAdapterDirectory).toBeDefined();
    await office.ask('training.cancel', { runId: id });
    const { inspectModel } = office.engine.calls;
    office.engine.calls.inspectModel = (asked) => ({ ...inspectModel(asked), name: 'other', fingerprint: 'other' });
    const other = await office.ask('models.add', { directory: '/models/other' });
    const project = (await office.ask('app.status', {})).project!;
    const { updatedAt: _, ...draft } = project;
    await office.ask('project.save', { ...draft, modelId: other.id });
    await expect(office.ask('training.start', { preset: 'quick', initialAdapterId: adapterId })).rejects.toMatchObject({
      code: 'adapter-wrong-base',
      values: { expected: 'starter', actual: 'other' },
    });
  });
});
