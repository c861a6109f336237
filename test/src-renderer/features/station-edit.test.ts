/** A station's row while two windows change it. */

import * as v from 'valibot';
import { expect, test } from 'vitest';
import { requests } from '../../../src-main/contract/requests.ts';
import { StationEdit } from '../../../src-renderer/features/rollout/station-edit.svelte.ts';

const press = { id: 'p', name: 'P1', line: 'A', routeId: null, updatedAt: 'before' };
const stored = { name: 'P1', line: 'A', route: '' };
const other = { ...press, line: 'B', updatedAt: 'after' };

test('what is typed stays, whatever another window saves, and replaces it only when told to', () => {
  const edit = new StationEdit();
  expect([edit.shown(press, stored), edit.input()]).toEqual([stored, null]);
  edit.type(press, stored, { name: 'P2' });
  expect(edit.otherIn([press])).toBeNull();
  const changed = { stationId: 'p', name: 'P2', line: 'A', basedOn: 'before' };
  expect(v.parse(requests['stations.change'].input, edit.input())).toMatchObject(changed);
  // The list is live: the other window's line comes in while this one is typing.
  expect(edit.otherIn([other])).toBe(other);
  expect(edit.shown(other, { ...stored, line: 'B' })).toEqual({ ...stored, name: 'P2' });
  edit.type(other, { ...stored, line: 'B' }, { name: 'P3' });
  expect(edit.input()).toMatchObject({ name: 'P3', basedOn: 'before' });
  expect(edit.input(other)).toMatchObject({ name: 'P3', line: 'A', basedOn: 'after' });
  edit.end();
  expect([edit.otherIn([other]), edit.input()]).toEqual([null, null]);
});

test('another row has nothing to do with it', () => {
  const edit = new StationEdit();
  edit.type(press, stored, { name: 'P2' });
  const second = { ...press, id: 'q' };
  expect(edit.shown(second, stored)).toEqual(stored);
  edit.type(second, stored, { route: 'night' });
  expect(edit.input()).toMatchObject({ stationId: 'q', name: 'P1', route: 'night' });
});
