/** `usumaku projects` and `--project` as somebody types them, with no app open and with one. */

import { expect, test } from 'vitest';
import { compose } from '../../../../src-main/compose.ts';
import { firstProject } from '../../../../src-main/contract/caller.ts';
import type { ListedProject } from '../../../../src-main/contract/entities.ts';
import { OfficeError } from '../../../../src-main/contract/errors.ts';
import { forkProcess } from '../../../../src-main/engine/fork-process.ts';
import { projectNamed } from '../../../../src-main/hosts/cli/project-option.ts';
import { openDoor } from '../../../../src-main/hosts/node/door.ts';
import { temporaryDirectory } from '../../../fixtures/data-directory.ts';
import { usumaku, usumakuJson } from './usumaku.ts';

test('departments are made, named by --project, archived and brought back', async () => {
  const data = temporaryDirectory();
  const projects = (...words: string[]) => usumakuJson(['projects', ...words, '--data', data]);
  const [created] = await projects('create', '保全課');
  expect(created).toMatchObject({ event: 'created', project: { name: '保全課', state: 'open' } });
  const { id } = created!['project'] as ListedProject;

  const app = compose({ dataDirectory: data, log: { info: () => {}, error: () => {} }, startProcess: forkProcess });
  const door = await openDoor(app, data);
  expect(await projects('list')).toMatchObject([{ project: { id: firstProject, name: '' } }, { project: { id } }]);
  // Nothing is done to what somebody only named.
  expect(await usumaku(['projects', 'archive', '保全課', '--data', data])).toMatchObject({ status: 2, output: '' });
  expect(await projects('archive', '保全課', '--yes')).toMatchObject([{ project: { id, state: 'archived' } }]);
  const refused = await usumaku(['revert', '--project', '保全課', '--data', data]);
  expect(refused).toMatchObject({ status: 1, output: '' });
  expect(refused.errors).toContain('The department “保全課” is archived');
  await door.close();
  await app.close();

  expect(await projects('restore', id)).toMatchObject([{ event: 'restored', project: { id, state: 'open' } }]);
  const nothing = await usumaku(['revert', '--project', id, '--data', data]);
  expect(nothing).toMatchObject({ status: 0, errors: '' });
  expect(nothing.output).toContain('The base alone answers already');
  const unknown = await usumaku(['revert', '--project', '../保全課', '--data', data]);
  expect(unknown).toMatchObject({ status: 1, output: '' });
  expect(unknown.errors).toContain('There is no department “../保全課”');
});

test('a name that several have is not guessed at', () => {
  const listed = (id: string, name: string): ListedProject => ({
    ...{ id, name, site: '', state: 'open', error: null, work: null },
  });
  const all = [listed('first', 'Press shop'), listed('a1', 'Maintenance'), listed('b2', 'Maintenance')];
  expect(projectNamed('Press shop', all).id).toBe('first');
  expect(projectNamed('b2', all).id).toBe('b2');
  expect(() => projectNamed('Maintenance', all)).toThrow(
    new OfficeError('project-ambiguous', { name: 'Maintenance', ids: 'a1, b2' }),
  );
});
