/** What the log says of each thing that people edit, and how it is taken out. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { openOffice, openSampleOffice } from '../../fixtures/office.ts';
import { evaluateWell, openTrained } from '../../fixtures/trained-office.ts';

describe('the log says what was before and after', () => {
  test('of the settings of a project: criteria, purpose, costs, model', async () => {
    const { ask, store } = await openSampleOffice();
    const { updatedAt: _, ...project } = (await ask('app.status', {})).project!;
    expect(store.log.newest(1)[0]!.changes).toContainEqual({ field: 'model', before: null, after: 'starter' });
    await ask('project.save', { ...project, targetScore: 0.9, largestInvention: 0.05, purpose: 'new' });
    expect(store.log.newest(1)[0]).toMatchObject({
      kind: 'project.saved',
      changes: [
        { field: 'purpose', before: project.purpose, after: 'new' },
        { field: 'targetScore', before: 0.8, after: 0.9 },
        { field: 'largestInvention', before: 0.1, after: 0.05 },
      ],
    });
  });

  test('of an example, without the texts that stayed', async () => {
    const { ask, store } = await openOffice();
    const { id } = await ask('examples.add', { question: 'Oil?', answer: '32', category: 'Press' });
    await ask('examples.update', { id, example: { question: 'Oil?', answer: '46', category: 'Press' } });
    expect(store.log.newest(1)[0]).toMatchObject({
      kind: 'example.changed',
      values: { question: 'Oil?' },
      changes: [{ field: 'answer', before: '32', after: '46' }],
    });
  });

  test('of an example, until somebody erases the texts: who and when stay, and no byte of them does', async () => {
    const { ask, store, dataDirectory } = await openOffice();
    const { id } = await ask('examples.add', { question: 'Who knows?', answer: 'Taro Yamada-Ishikawa', category: '' });
    await ask('examples.update', { id, example: { question: 'Who knows?', answer: 'the shift leader', category: '' } });
    await ask('examples.delete', { ids: [id] });
    const changed = () => store.log.newest(10, { kind: 'example.changed' });
    expect(changed()).toMatchObject([{ texts: 'erasable', changes: [{ before: 'Taro Yamada-Ishikawa' }] }]);
    expect(store.log.newest(10, { text: 'yamada' })).toHaveLength(1);
    expect(await ask('app.eraseLogTexts', { exampleId: id })).toEqual({ entries: 1 });
    expect(changed()).toMatchObject([{ by: 'tester', subject: id, texts: 'erased', values: {}, changes: [] }]);
    expect(store.log.newest(1)).toMatchObject([{ kind: 'log.texts-erased', subject: id, values: { entries: 1 } }]);
    for (const name of readdirSync(dataDirectory).filter((each) => each.startsWith('usumaku.sqlite')))
      expect(readFileSync(join(dataDirectory, name)).includes('Yamada-Ishikawa'), name).toBe(false);
    // Once more there is nothing to erase, and nothing to write down.
    expect(await ask('app.eraseLogTexts', { exampleId: id })).toEqual({ entries: 0 });
    expect(store.log.newest(10, { kind: 'log.texts-erased' })).toHaveLength(1);
  });

  test('of who works here, the device, the precision, a station, the emergency line and the second person', async () => {
    const { ask, store } = await openOffice();
    const newest = () => store.log.newest(1)[0]!.changes;
    await ask('app.setOperator', { name: '佐藤' });
    expect(newest()).toEqual([{ field: 'name', before: 'tester', after: '佐藤' }]);
    await ask('devices.choose', { preference: 'cpu' });
    expect(newest()).toEqual([{ field: 'device', before: 'auto', after: 'cpu' }]);
    const [model] = await ask('models.list', {});
    await ask('precisions.choose', { modelId: model!.id, precision: 'int8' });
    expect(newest()).toEqual([{ field: 'precision', before: 'f32', after: 'int8' }]);
    const { id: stationId } = await ask('stations.add', { name: 'P1', line: '' });
    await ask('stations.change', { stationId, name: 'P1', line: 'Hall 2' });
    expect(newest()).toEqual([{ field: 'line', before: '', after: 'Hall 2' }]);
    await ask('site.setEmergencyLine', { text: '119' });
    expect(newest()).toEqual([{ field: 'emergencyLine', before: null, after: '119' }]);
    await ask('routes.requireSecondPerson', { secondPerson: true });
    expect(newest()).toEqual([{ field: 'secondPerson', before: false, after: true }]);
  });

  test('of what answers', async () => {
    const { office, adapter } = await openTrained();
    const { ask, store } = office;
    await evaluateWell(office, adapter.id);
    const newest = (kind: string) => store.log.newest(1, { kind })[0]!.changes;
    await ask('releases.apply', { adapterId: adapter.id });
    expect(newest('release.applied')).toEqual([{ field: 'answering', before: null, after: adapter.name }]);
    await ask('releases.revert', {});
    expect(newest('release.reverted')).toEqual([{ field: 'answering', before: adapter.name, after: null }]);
  });
});

test('everything that the filter shows is taken out as a table, and that is in the log too', async () => {
  const { ask, store } = await openOffice();
  await ask('app.setOperator', { name: '=HYPERLINK("x")' });
  for (const answer of ['1', '2']) await ask('examples.add', { question: `q${answer}`, answer });
  const file = await ask('app.exportLog', { by: '=HYPERLINK("x")' });
  expect(file).toMatchObject({ fileName: 'usumaku-log-2026-01-05.csv', mediaType: 'text/csv; charset=utf-8' });
  const csv = Buffer.from(file.base64, 'base64').toString('utf8');
  expect(csv.startsWith('\ufeffid,at_utc,by,event,subject,field,before,after,details\r\n')).toBe(true);
  const rows = Papa.parse<Record<string, string>>(csv.slice(1), { header: true, skipEmptyLines: true }).data;
  expect(rows.map(({ event }) => event)).toEqual(['example.added', 'example.added', 'operator.changed']);
  expect(rows[2]).toMatchObject({
    at_utc: '2026-01-05 08:00:00',
    by: `'=HYPERLINK("x")`,
    ...{ field: 'name', before: 'tester', after: `'=HYPERLINK("x")` },
  });
  expect(await ask('app.logged', {})).toMatchObject({ people: ['=HYPERLINK("x")', 'tester'] });
  expect(store.log.newest(1)[0]).toMatchObject({ kind: 'log.exported', values: { entries: 3, sha256: file.sha256 } });
});
