/** Set up and Collect through the dispatcher on a real database: project, sample, examples, imports, freezing. */

import { describe, expect, test } from 'vitest';
import { projectListRequests } from '../../../src-main/contract/areas/projects.ts';
import { atThisPc } from '../../../src-main/contract/caller.ts';
import { eventKinds, requests } from '../../../src-main/contract/requests.ts';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { FakeEngine, starterSummary } from '../../fixtures/fake-engine.ts';
import { openOffice, openSampleOffice } from '../../fixtures/office.ts';

const mapping = { question: 0, answer: 1, category: null };

describe('dispatcher', () => {
  test('has a use case for every request but those for the list of projects, which no project answers', async () => {
    const { services } = await openOffice();
    const own = Object.keys(requests).filter((name) => !Object.hasOwn(projectListRequests, name));
    expect(Object.keys(services.handlers).sort()).toEqual(own.sort());
  });

  test.each([
    ['no.such', {}, 'request-unknown', { name: 'no.such' }],
    ['toString', {}, 'request-unknown', {}],
    ['examples.list', { offset: -1, limit: 5 }, 'request-invalid', { field: 'offset', fault: 'too-small', bound: 0 }],
    ['app.setOperator', { name: '' }, 'request-invalid', { field: 'name', fault: 'empty' }],
    ['app.setOperator', { name: 'x'.repeat(101) }, 'request-invalid', { fault: 'too-long', bound: 100 }],
    ['app.setOperator', {}, 'request-invalid', { field: 'name', fault: 'missing' }],
    ['devices.choose', { preference: 'abacus' }, 'request-invalid', { field: 'preference', fault: 'not-a-choice' }],
    ['routes.add', { name: 'No Slug' }, 'request-invalid', { field: 'name', fault: 'wrong-form' }],
    ['examples.update', { id: 'x', example: { question: 5 } }, 'request-invalid', { field: 'example.question' }],
    ['app.status', { extra: 1 }, 'request-invalid', { field: 'extra', fault: 'unknown' }],
    [
      'import.preview',
      { kind: 'file', fileName: 'x.csv', base64: '質問,回答' },
      'request-invalid',
      { field: 'base64', fault: 'wrong-form' },
    ],
    ['import.preview', { kind: 'file', fileName: 'x.csv', base64: 'ああああ' }, 'request-invalid', { field: 'base64' }],
    ['import.preview', { kind: 'file', fileName: 'x.csv', base64: 'cSxh\n' }, 'request-invalid', { field: 'base64' }],
    ['import.preview', { kind: 'file', fileName: 'x.csv', base64: 'cSx' }, 'request-invalid', { field: 'base64' }],
    ['import.preview', { kind: 'file', fileName: 'x.csv', base64: '====' }, 'request-invalid', { field: 'base64' }],
    ['import.preview', { kind: 'file', fileName: 'x.csv', base64: '' }, 'import-empty', {}],
    ['app.status', null, 'request-invalid', { field: 'app.status' }],
    ['training.get', { runId: 'none' }, 'not-found', { id: 'none' }],
  ])('%s %j is refused as %s', async (name, input, code, values) => {
    const { dispatch } = await openOffice();
    const reply = await dispatch(name, input, atThisPc('browser'));
    expect(reply).toMatchObject({ ok: false, error: { code, values } });
  });

  test('half a million entries are refused before anybody looks at each', async () => {
    const { dispatch } = await openOffice();
    for (const [count, bound] of [
      [500_000, 10_000],
      [1_001, 1_000],
    ] as const) {
      const ids = Array.from({ length: count }, (_, index) => `id-${index}`);
      const before = process.cpuUsage();
      const reply = await dispatch('examples.delete', { ids }, atThisPc('browser'));
      const { user, system } = process.cpuUsage(before);
      const values = { field: 'ids', fault: 'too-many', bound };
      expect(reply).toEqual({ ok: false, error: { code: 'request-invalid', values } });
      expect((user + system) / 1000).toBeLessThan(50);
    }
    const inside = { evaluationId: 'x', answers: Array.from({ length: 300_000 }, () => ({})), reason: 'x' };
    const reply = await dispatch('evaluations.accept', inside, atThisPc('browser'));
    expect(reply).toMatchObject({ error: { values: { field: 'answers', fault: 'too-many', bound: 10_000 } } });
  });

  test('what nobody foresaw is reported without a stack and told to the technical log', async () => {
    const { dispatch, engine, unexpected } = await openSampleOffice();
    engine.calls.measureExamples = () => {
      throw new TypeError('surprise');
    };
    const reply = await dispatch('datasets.readiness', {}, atThisPc('browser'));
    expect(reply).toEqual({ ok: false, error: { code: 'unexpected', values: { reason: 'surprise' } } });
    expect(unexpected).toHaveLength(1);
  });
});

describe('two windows', () => {
  test('do not overwrite each other unasked: the plant', async () => {
    const { ask, clock } = await openSampleOffice();
    const { project } = await ask('app.status', {});
    const { updatedAt: basedOn, ...known } = project!;
    clock.milliseconds += 1000;
    const first = await ask('project.save', { ...known, site: 'first', basedOn });
    const late = { ...known, site: 'second', basedOn };
    await expect(ask('project.save', late)).rejects.toMatchObject({
      code: 'changed-meanwhile',
      values: { what: 'project', at: first.updatedAt },
    });
    expect((await ask('app.status', {})).project?.site).toBe('first');
    // Knowing of the first, the second may replace it.
    await ask('project.save', { ...late, basedOn: first.updatedAt });
    expect((await ask('app.status', {})).project).toMatchObject({ site: 'second' });
    expect((await ask('app.status', {})).project).not.toHaveProperty('basedOn');
  });

  test('do not overwrite each other unasked: a station', async () => {
    const { ask, clock } = await openSampleOffice();
    const { id: stationId, updatedAt: basedOn } = await ask('stations.add', { name: 'P1', line: '' });
    clock.milliseconds += 1000;
    const first = await ask('stations.change', { stationId, name: 'P1', line: 'Hall 1', basedOn });
    const late = { stationId, name: 'P1', line: 'Hall 2' };
    await expect(ask('stations.change', { ...late, basedOn })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      values: { what: 'station', at: first.updatedAt },
    });
    expect(await ask('stations.list', {})).toEqual([first]);
    await ask('stations.change', { ...late, basedOn: first.updatedAt });
    expect(await ask('stations.list', {})).toMatchObject([{ line: 'Hall 2' }]);
  });

  test('do not overwrite each other unasked: whom to call in an emergency', async () => {
    const { ask, clock } = await openSampleOffice();
    expect(await ask('site.emergencyLine', {})).toEqual({ text: '', updatedAt: '' });
    const first = await ask('site.setEmergencyLine', { text: ' 119 ', basedOn: '' });
    expect(first.text).toBe('119');
    clock.milliseconds += 1000;
    await expect(ask('site.setEmergencyLine', { text: '118', basedOn: '' })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      values: { what: 'emergencyLine', at: first.updatedAt },
    });
    expect(await ask('site.emergencyLine', {})).toEqual(first);
    await ask('site.setEmergencyLine', { text: '118', basedOn: first.updatedAt });
    expect(await ask('site.emergencyLine', {})).toMatchObject({ text: '118' });
  });

  test('do not overwrite each other unasked: an example', async () => {
    const { ask, clock } = await openSampleOffice();
    const { examples } = await ask('examples.list', { offset: 0, limit: 1 });
    const { id, question, answer, category, split, updatedAt: basedOn } = examples[0]!;
    const example = { question, answer, category, split };
    clock.milliseconds += 1000;
    const first = await ask('examples.update', { id, example: { ...example, answer: 'first' }, basedOn });
    const late = { id, example: { ...example, answer: 'second' } };
    await expect(ask('examples.update', { ...late, basedOn })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      values: { what: 'example' },
    });
    expect(await ask('examples.update', { ...late, basedOn: first.updatedAt })).toMatchObject({ answer: 'second' });
  });
});

describe('status', () => {
  test('an empty app names its device and waits for the set-up', async () => {
    const { ask, dataDirectory } = await openOffice();
    expect(await ask('app.status', {})).toMatchObject({
      operator: 'tester',
      project: null,
      device: { chosen: 'cpu' },
      exampleCount: 0,
      dataDirectory,
      steps: { setup: 'needs-you', collect: 'not-begun' },
    });
  });

  test('opens while the model cannot be read, and finds it later', async () => {
    const engine = new FakeEngine();
    const { inspectModel, describeMachine } = engine.calls;
    const unavailable = () => {
      throw new OfficeError('engine-unavailable', { reason: 'test' });
    };
    engine.calls = { ...engine.calls, inspectModel: unavailable, describeMachine: unavailable };
    const { ask, clock } = await openOffice(temporaryDirectory(), engine);
    expect(await ask('models.list', {})).toEqual([]);
    expect((await ask('app.status', {})).device).toBeNull();
    // However many screens ask: one cause, one entry a day.
    const failures = async () => (await ask('app.log', { limit: 9 })).map(({ kind, values }) => [kind, values['code']]);
    expect(await failures()).toEqual([['model.failed', 'engine-unavailable']]);
    clock.milliseconds += 86_400_001;
    await ask('models.list', {});
    expect(await failures()).toHaveLength(2);
    engine.calls = { ...engine.calls, inspectModel, describeMachine };
    expect(await ask('models.list', {})).toMatchObject([{ bundled: true, name: 'starter' }]);
  });

  test('whoever works here signs what follows', async () => {
    const { ask } = await openOffice();
    await ask('app.setOperator', { name: '佐藤' });
    await ask('examples.add', { question: 'q', answer: 'a' });
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({ by: '佐藤', kind: 'example.added' });
  });

  test('a model that moved keeps its id, a copy of the starter stays the starter', async () => {
    const { ask, engine } = await openOffice();
    const [starter] = await ask('models.list', {});
    expect(await ask('models.add', { directory: '/copy/of/starter' })).toEqual(starter);
    const { inspectModel } = engine.calls;
    engine.calls.inspectModel = (input) => ({ ...inspectModel(input), fingerprint: 'other' });
    const first = await ask('models.add', { directory: '/models/a' });
    const moved = await ask('models.add', { directory: '/models/b' });
    expect(moved).toEqual({ ...first, directory: '/models/b' });
    expect(await ask('models.list', {})).toHaveLength(2);
  });

  test('the same weights with another template are another model, and never take over', async () => {
    const { ask, engine } = await openOffice();
    const [starter] = await ask('models.list', {});
    const { inspectModel } = engine.calls;
    const parts = { ...starterSummary.parts, tokenizer: 'other', template: 'other' };
    engine.calls.inspectModel = (input) => ({ ...inspectModel(input), fingerprint: 'other', parts });
    await expect(ask('models.relocate', { modelId: starter!.id, directory: '/models/a' })).rejects.toMatchObject({
      code: 'model-parts-differ',
      values: { name: 'starter', path: '/models/a', files: 'tokenizer.json, chat_template.jinja' },
    });
    expect((await ask('models.list', {}))[0]).toEqual(starter);
    const added = await ask('models.add', { directory: '/models/a' });
    expect(added).toMatchObject({ parts, bundled: false });
    expect(added.id).not.toBe(starter!.id);
  });

  test('a model of a former version, known by its weights, learns its parts where it lies', async () => {
    const { ask, store } = await openOffice();
    const former = (directory: string) => {
      store.models.remove(store.models.list().find((model) => !model.bundled)?.id ?? '');
      const row = { ...store.models.list()[0]!, id: 'former', directory, bundled: false, files: [] };
      store.models.add({ ...row, fingerprint: starterSummary.parts.weights, parts: null });
    };
    const whole = { id: 'former', fingerprint: starterSummary.fingerprint, parts: starterSummary.parts };
    // The starter, with the same weights, is in the way of nobody: it is told apart by its place.
    const [starter] = await ask('models.list', {});
    store.models.place(starter!.id, { ...store.models.get(starter!.id)!, fingerprint: 'another', parts: null });
    former('/models/a');
    expect(await ask('models.add', { directory: '/models/a' })).toMatchObject(whole);
    former('/models/a');
    expect(await ask('models.relocate', { modelId: 'former', directory: '/models/b' })).toMatchObject(whole);
    former('/models/a');
    expect((await ask('models.add', { directory: '/models/b' })).id).not.toBe('former');
  });

  test('every change is in the log under a known kind, and the windows hear of it', async () => {
    const { ask, events } = await openSampleOffice();
    const kinds: readonly string[] = eventKinds;
    for (const { kind } of await ask('app.log', { limit: 100 })) expect(kinds).toContain(kind);
    expect(events).toContainEqual({ kind: 'changed', topics: ['project', 'examples', 'status', 'log'] });
  });
});

describe('sample plant', () => {
  test('fills an empty department once', async () => {
    const { ask } = await openOffice();
    expect(await ask('project.loadSample', { language: 'en' })).toEqual({ examples: 30 });
    const status = await ask('app.status', {});
    expect(status).toMatchObject({ project: { site: 'Sample plant', targetScore: 0.8 }, steps: { collect: 'done' } });
    await expect(ask('project.loadSample', { language: 'en' })).rejects.toMatchObject({
      code: 'examples-exist',
      values: { count: 30 },
    });
  });

  test('leaves a project that somebody set up as it is', async () => {
    const { ask } = await openOffice();
    const [model] = await ask('models.list', {});
    await ask('project.save', {
      site: '田中製作所',
      department: '鋳造',
      purpose: '',
      targetScore: 0.9,
      largestRegression: 0.01,
      questionsPerDay: 1,
      minutesPerQuestion: 1,
      hourlyCost: 1,
      currency: 'JPY',
      modelId: model!.id,
    });
    await ask('project.loadSample', { language: 'ja' });
    expect((await ask('app.status', {})).project).toMatchObject({ site: '田中製作所', targetScore: 0.9 });
  });
});

describe('examples', () => {
  test('are added, changed and deleted; empty ones are refused', async () => {
    const { ask, clock } = await openOffice();
    const added = await ask('examples.add', { question: '  油は？ ', answer: 'VG 46' });
    expect(added).toMatchObject({ question: '油は？', split: 'auto', createdBy: 'tester' });
    clock.milliseconds += 1000;
    const changed = await ask('examples.update', {
      id: added.id,
      example: { question: '油は？', answer: 'VG 68', category: '油', split: 'heldOut' },
    });
    expect(changed).toMatchObject({ answer: 'VG 68', createdAt: added.createdAt });
    expect(changed.updatedAt > added.updatedAt).toBe(true);
    await expect(ask('examples.add', { question: ' ', answer: 'a' })).rejects.toMatchObject({
      code: 'example-empty-question',
    });
    await expect(ask('examples.add', { question: 'q', answer: '\n' })).rejects.toMatchObject({
      code: 'example-empty-answer',
    });
    expect(await ask('examples.delete', { ids: [added.id, 'gone'] })).toEqual({ deleted: 1 });
    expect((await ask('examples.list', { offset: 0, limit: 10 })).total).toBe(0);
  });
});

describe('import', () => {
  const text = '質問,答え\nq1,a1\nq2,\nq1,a1\n';

  test('previews, checks, and refuses all rows for one that is wrong', async () => {
    const { ask } = await openOffice();
    const base64 = Buffer.from(text).toString('base64');
    const preview = await ask('import.preview', { kind: 'file', fileName: '事例.csv', base64 });
    expect(preview).toMatchObject({ rows: 3, columns: ['質問', '答え'], mapping, fileName: '事例.csv' });
    expect(preview.sample[1]).toEqual(['q2', '']);
    const { importId } = preview;
    expect(await ask('import.check', { importId, mapping })).toMatchObject({
      valid: 1,
      errors: [{ row: 3 }, { row: 4 }],
    });
    await expect(ask('import.commit', { importId, mapping, skipInvalid: false })).rejects.toMatchObject({
      code: 'import-rows-invalid',
      values: { count: 2, row: 3, reason: 'empty-answer' },
    });
    expect((await ask('app.status', {})).exampleCount).toBe(0);
    expect(await ask('import.commit', { importId, mapping, skipInvalid: true })).toMatchObject({
      added: 1,
      skipped: 2,
    });
    expect((await ask('app.status', {})).exampleCount).toBe(1);
    await expect(ask('import.commit', { importId, mapping, skipInvalid: true })).rejects.toMatchObject({
      code: 'import-expired',
    });
  });

  test('of very many wrong rows the first are told, and how many there are', async () => {
    const { ask } = await openOffice();
    const rows = Array.from({ length: 1000 }, (_, n) => `q${n},`);
    const { importId } = await ask('import.preview', { kind: 'text', text: ['質問,答え', 'q,a', ...rows].join('\n') });
    const found = await ask('import.check', { importId, mapping });
    expect(found).toMatchObject({ valid: 1, errorCount: 1000, errorRows: 1000 });
    expect(found.errors.map(({ row }) => row)).toEqual(Array.from({ length: 200 }, (_, n) => n + 3));
    const kept = await ask('import.commit', { importId, mapping, skipInvalid: true });
    expect(kept).toMatchObject({ added: 1, skipped: 1000, errorCount: 1000 });
    expect(kept.errors).toHaveLength(200);
  });

  test('needs a complete mapping', async () => {
    const { ask } = await openOffice();
    const { importId } = await ask('import.preview', { kind: 'text', text });
    for (const bad of [
      { ...mapping, answer: null },
      { ...mapping, answer: 0 },
      { ...mapping, category: 7 },
    ])
      await expect(ask('import.check', { importId, mapping: bad })).rejects.toMatchObject({
        code: 'import-mapping-incomplete',
      });
  });

  test('a preview is held for a while, and only the newest few', async () => {
    const { ask, clock } = await openOffice();
    const ids: string[] = [];
    for (let n = 0; n < 9; n += 1) ids.push((await ask('import.preview', { kind: 'text', text })).importId);
    const check = (importId: string | undefined) => ask('import.check', { importId: importId ?? '', mapping });
    await expect(check(ids[0])).rejects.toMatchObject({ code: 'import-expired' });
    await expect(check(ids[1])).resolves.toBeDefined();
    clock.milliseconds += 31 * 60 * 1000;
    await expect(check(ids[8])).rejects.toMatchObject({ code: 'import-expired' });
  });
});

describe('freezing', () => {
  test('makes a version, and the same examples again are the same version', async () => {
    const { ask } = await openSampleOffice();
    const first = await ask('datasets.freeze', {});
    expect(first).toMatchObject({ number: 1, train: 24, heldOut: 6 });
    expect(await ask('datasets.freeze', {})).toEqual(first);
    await ask('examples.add', { question: 'new?', answer: 'yes' });
    const second = await ask('datasets.freeze', {});
    expect(second).toMatchObject({ number: 2, train: 25 });
    expect(second.hash).not.toBe(first.hash);
    expect((await ask('datasets.list', {})).map(({ number }) => number)).toEqual([2, 1]);
  });

  test('is refused while something needs somebody, or with too little', async () => {
    const { ask } = await openOffice();
    await ask('examples.add', { question: 'q', answer: 'a' });
    await expect(ask('datasets.freeze', {})).rejects.toMatchObject({
      code: 'dataset-empty',
      values: { train: 1, heldOut: 0, needed: 5 },
    });
    await ask('examples.add', { question: 'q?', answer: 'another' });
    await expect(ask('datasets.freeze', {})).rejects.toMatchObject({ code: 'dataset-not-ready', values: { count: 1 } });
  });

  test('a text longer than the model takes blocks and is shown with its tokens', async () => {
    const { ask } = await openSampleOffice();
    const { id } = await ask('examples.add', { question: 'long?', answer: 'x'.repeat(400) });
    const { findings, canFreeze } = await ask('datasets.readiness', {});
    expect(findings).toMatchObject([{ kind: 'too-long', exampleIds: [id], values: { limit: 256 } }]);
    expect(canFreeze).toBe(false);
    expect((await ask('app.status', {})).steps.collect).toBe('needs-you');
  });

  test('measures only what is new', async () => {
    const { ask, engine } = await openSampleOffice();
    await ask('datasets.readiness', {});
    await ask('examples.add', { question: 'new?', answer: 'yes' });
    await ask('datasets.readiness', {});
    const sizes = engine.called
      .filter(({ name }) => name === 'measureExamples')
      .map(({ input }) => (input as { examples: unknown[] }).examples.length);
    expect(sizes).toEqual([30, 1]);
  });
});
