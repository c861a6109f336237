/** Several departments in one data folder: each for itself, one machine for all, and one that is damaged keeps nobody out. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstProject } from '../../../src-main/contract/caller.ts';
import { errorSentence } from '../../../src-main/contract/errors.ts';
import { openStore } from '../../../src-main/store/index.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { openDepartments } from '../../fixtures/departments.ts';
import { openSampleOffice } from '../../fixtures/office.ts';

const quick = { preset: 'quick' } as const;
const japanese = { language: 'ja' } as const;
const example = { question: '締付トルクは？', answer: '45 N·m' };

describe('a department', () => {
  test('begins empty beside the first, and nothing of one is in another', async () => {
    const { ask, askIn, create, dataDirectory } = await openDepartments();
    await ask('project.loadSample', japanese);
    const other = await create('保全課');
    expect(await ask('projects.list', {})).toEqual([
      { id: firstProject, name: 'プレス課', site: '見本の工場', state: 'open', error: null, work: null },
      { id: other, name: '保全課', site: '', state: 'open', error: null, work: null },
    ]);
    expect(await askIn(other, 'app.status', {})).toMatchObject({ exampleCount: 0, project: null });
    await askIn(other, 'examples.add', example);
    expect((await ask('app.status', {})).exampleCount).toBe(30);
    const { examples } = await askIn(other, 'examples.list', { offset: 0, limit: 10 });
    expect(examples.map(({ question }) => question)).toEqual([example.question]);
    const kinds = (await askIn(other, 'app.log', { limit: 50 })).map(({ kind }) => kind);
    expect(kinds).toContain('project.created');
    expect(kinds).not.toContain('project.sample-loaded');
    expect((await ask('app.log', { limit: 50 })).map(({ kind }) => kind)).not.toContain('example.added');
    expect(existsSync(join(dataDirectory, 'projects', other, 'usumaku.sqlite'))).toBe(true);
  });

  test('is there at the next start, under the name that Set up gave it and with whoever made it', async () => {
    const { ask, askIn, create, close, dataDirectory } = await openDepartments();
    await ask('app.setOperator', { name: '佐藤' });
    const other = await create('保全課');
    await askIn(other, 'project.loadSample', japanese);
    const { project, operator } = await askIn(other, 'app.status', {});
    expect([project!.department, operator]).toEqual(['保全課', '佐藤']);
    const { updatedAt: _, ...input } = project!;
    await askIn(other, 'project.save', { ...input, department: '保全一課' });
    await close();
    const next = await openDepartments(dataDirectory);
    expect((await next.ask('projects.list', {})).map(({ name }) => name)).toEqual(['', '保全一課']);
    expect((await next.askIn(other, 'app.status', {})).exampleCount).toBe(30);
  });

  test('shares no name with another, and has one', async () => {
    const { ask, create } = await openDepartments();
    await create('保全課');
    await expect(create(' 保全課 ')).rejects.toMatchObject({ code: 'name-taken', values: { name: '保全課' } });
    await expect(create('  ')).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await ask('projects.list', {})).toHaveLength(2);
  });

  test('is asked under its id alone: no path leads anywhere', async () => {
    const { dispatch, dataDirectory } = await openDepartments();
    openStore(join(dataDirectory, 'elsewhere')).close();
    for (const id of ['../elsewhere', '..', '.', '', 'elsewhere', 'projects/../elsewhere', '%2e%2e', 'FIRST', '\0']) {
      expect(await dispatch(id, 'app.status', {}), id).toMatchObject({ ok: false, error: { code: 'project-unknown' } });
      expect(await dispatch(firstProject, 'projects.archive', { projectId: id }), id).toMatchObject({ ok: false });
    }
    const error = { code: 'project-unknown', values: { id: 'x' } };
    expect(errorSentence(error, 'en')).toContain('no department “x”');
    expect(errorSentence(error, 'ja')).toContain('部署「x」はありません');
    expect(readdirSync(dataDirectory)).not.toContain('projects');
  });

  test('tells its own windows what changed, and all of them what concerns the list', async () => {
    const { ask, askIn, create, heard } = await openDepartments();
    const other = await create('保全課');
    const topicsOf = (about: string | null) =>
      heard.flatMap((each) => (each.about === about && each.event.kind === 'changed' ? each.event.topics : []));
    expect(topicsOf(null)).toEqual(['projects']);
    heard.length = 0;
    await askIn(other, 'examples.add', example);
    expect(topicsOf(other)).toContain('examples');
    expect([topicsOf(firstProject), topicsOf(null)]).toEqual([[], []]);
    await ask('project.loadSample', japanese);
    expect(topicsOf(firstProject)).toContain('examples');
    expect(topicsOf(null)).toEqual(['projects']);
  });
});

describe('one machine', () => {
  test('trains for one department at a time, and says for which', async () => {
    const { ask, askIn, create, engine, heard } = await openDepartments();
    const other = await create('保全課');
    await ask('project.loadSample', japanese);
    await askIn(other, 'project.loadSample', japanese);
    const { id: runId } = await askIn(other, 'training.start', quick);
    expect((await ask('projects.list', {})).map(({ work }) => work)).toEqual([null, 'run-active']);
    const refusal = { code: 'work-elsewhere', values: { department: '保全課', work: 'run-active' } };
    await expect(ask('training.start', quick)).rejects.toMatchObject(refusal);
    expect(errorSentence(refusal, 'ja')).toContain('部署「保全課」で学習が進行中');
    expect(errorSentence(refusal, 'en')).toContain('“保全課” is at work now (a training)');
    await expect(askIn(other, 'training.start', quick)).rejects.toMatchObject({ code: 'run-active' });
    expect((await ask('app.status', {})).activeRunId).toBeNull();
    heard.length = 0;
    await askIn(other, 'training.cancel', { runId });
    expect(heard).toContainEqual({ event: { kind: 'changed', topics: ['projects'] }, about: null });
    await ask('training.start', quick);
    expect(engine.jobs.filter(({ name }) => name === 'train')).toHaveLength(2);
  });

  test('cuts off what runs in any department when the app is closed, so that it can be resumed', async () => {
    const { askIn, create, close, dataDirectory } = await openDepartments();
    const other = await create('保全課');
    await askIn(other, 'project.loadSample', japanese);
    await askIn(other, 'training.start', quick);
    await close();
    const next = await openDepartments(dataDirectory);
    expect((await next.askIn(other, 'training.list', {})).map(({ state }) => state)).toEqual(['interrupted']);
  });
});

describe('out of use', () => {
  test('a department is archived with all its data, and comes back with it', async () => {
    const { ask, askIn, create, close, dataDirectory } = await openDepartments();
    await ask('project.loadSample', japanese);
    const other = await create('保全課');
    expect(await askIn(other, 'projects.archive', { projectId: firstProject })).toMatchObject({ state: 'archived' });
    await expect(ask('app.status', {})).rejects.toMatchObject({
      code: 'project-archived',
      values: { department: 'プレス課' },
    });
    await close();
    const next = await openDepartments(dataDirectory);
    expect((await next.ask('projects.list', {})).map(({ state }) => state)).toEqual(['archived', 'open']);
    await next.askIn(other, 'projects.restore', { projectId: firstProject });
    expect((await next.ask('app.status', {})).exampleCount).toBe(30);
  });

  test('not one that works, and not the last one', async () => {
    const { ask, askIn, create } = await openDepartments();
    await ask('project.loadSample', japanese);
    await expect(ask('projects.archive', { projectId: firstProject })).rejects.toMatchObject({ code: 'project-last' });
    const other = await create('保全課');
    await askIn(other, 'project.loadSample', japanese);
    const { id: runId } = await askIn(other, 'training.start', quick);
    await expect(ask('projects.archive', { projectId: other })).rejects.toMatchObject({
      code: 'project-busy',
      values: { department: '保全課', work: 'run-active' },
    });
    await askIn(other, 'training.cancel', { runId });
    expect(await ask('projects.archive', { projectId: other })).toMatchObject({ state: 'archived' });
  });
});

describe('a data folder', () => {
  test('from before there were departments opens as its first one, with every file where it was', async () => {
    const office = await openSampleOffice();
    await office.ask('app.setOperator', { name: '田中' });
    const { dataDirectory } = office;
    await office.close();
    office.store.close();
    const filesOf = () => (readdirSync(dataDirectory, { recursive: true }) as string[]).toSorted();
    const before = filesOf();
    const { ask, close } = await openDepartments(dataDirectory);
    expect(await ask('app.status', {})).toMatchObject({ exampleCount: 30, operator: '田中' });
    expect(await ask('projects.list', {})).toMatchObject([{ id: firstProject, name: 'プレス課', state: 'open' }]);
    await close();
    expect(filesOf()).toEqual(before);
  });

  test.each(['first', 'other'] as const)('with a damaged database (the %s one) opens the others', async (which) => {
    const { ask, create, close, dataDirectory } = await openDepartments();
    await ask('project.loadSample', japanese);
    const other = await create('保全課');
    await close();
    const folder = which === 'first' ? dataDirectory : join(dataDirectory, 'projects', other);
    writeFileSync(join(folder, 'usumaku.sqlite'), 'no database at all, but long enough to be taken for one'.repeat(20));
    const next = await openDepartments(dataDirectory);
    const [damaged, intact] = which === 'first' ? [firstProject, other] : [other, firstProject];
    const list = await next.askIn(intact, 'projects.list', {});
    const found = list.find(({ id }) => id === damaged);
    expect(found).toMatchObject({ state: 'closed', error: { code: 'database-damaged' } });
    expect(found!.name).toBe(which === 'first' ? '' : '保全課');
    expect(await next.askIn(intact, 'app.status', {})).toMatchObject({ exampleCount: which === 'first' ? 0 : 30 });
    await expect(next.askIn(damaged, 'app.status', {})).rejects.toMatchObject({ code: 'database-damaged' });
    // Its windows see the list all the same.
    expect(await next.askIn(damaged, 'projects.list', {})).toEqual(list);
    expect(next.failures).toMatchObject([{ project: damaged }]);
  });

  test('whose only project is damaged does not open, as ever', async () => {
    const dataDirectory = temporaryDirectory();
    mkdirSync(dataDirectory, { recursive: true });
    writeFileSync(join(dataDirectory, 'usumaku.sqlite'), 'no database'.repeat(200));
    await expect(openDepartments(dataDirectory)).rejects.toMatchObject({ code: 'database-damaged' });
  });

  test('that another host holds does not open, whatever else lies in it', async () => {
    const { create, close, dataDirectory } = await openDepartments();
    await create('保全課');
    await close();
    const held = openStore(dataDirectory);
    await expect(openDepartments(dataDirectory)).rejects.toMatchObject({ code: 'database-locked' });
    held.close();
    await expect(openDepartments(dataDirectory)).resolves.toBeDefined();
  });

  test('takes nothing for a department that is none', async () => {
    const dataDirectory = temporaryDirectory();
    mkdirSync(join(dataDirectory, 'projects', 'empty'), { recursive: true });
    mkdirSync(join(dataDirectory, 'projects', 'a copy'), { recursive: true });
    writeFileSync(join(dataDirectory, 'projects', 'a copy', 'usumaku.sqlite'), '');
    writeFileSync(join(dataDirectory, 'projects', 'note.txt'), '');
    const { ask } = await openDepartments(dataDirectory);
    expect(await ask('projects.list', {})).toHaveLength(1);
  });

  test('keeps device checks and quantized weights once, for all departments', async () => {
    const { ask, askIn, create, engine, dataDirectory } = await openDepartments();
    const other = await create('保全課');
    await ask('devices.check', {});
    await askIn(other, 'devices.check', {});
    await ask('project.loadSample', japanese);
    await askIn(other, 'project.loadSample', japanese);
    await askIn(other, 'training.start', quick);
    expect(engine.job('train').input.cacheDirectory).toBe(join(dataDirectory, 'quantized'));
    const { kept } = JSON.parse(readFileSync(join(dataDirectory, 'devices.json'), 'utf8')) as {
      kept: { found: object };
    };
    const checked: unknown = expect.objectContaining({
      check: expect.objectContaining({ verdict: 'right' }) as unknown,
    });
    expect(Object.values(kept.found)).toEqual([{ 'cpu, not measured': checked }]);
    expect(existsSync(join(dataDirectory, 'projects', other, 'devices.json'))).toBe(false);
  });
});

describe('what people call things', () => {
  // Reserved on Windows, too long for a file, made of other signs, or a way out of the folder.
  const names = ['CON', 'nul.txt', 'COM1', '設備'.repeat(100), 'a/b\\c', '..', '田中 太郎 ', 'x:y?*"<>|', '😀.'];

  test.each(names)('%j is shown as it was typed and becomes no path', async (typed) => {
    const { ask, create, dataDirectory } = await openDepartments();
    const before = new Set(readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' }));
    await create(typed).catch((error: unknown) => expect(error).toMatchObject({ code: 'request-invalid' }));
    const shown = (await ask('projects.list', {})).map(({ name }) => name);
    expect(shown.filter((name) => name !== '' && !typed.includes(name))).toEqual([]);
    const made = readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' }).filter((path) => !before.has(path));
    for (const path of made) expect(path).toMatch(/^projects([/\\][a-z\d.-]+)*$/);
  });
});
