/** What an answer rests on, over a real store: read once, then followed by what changed alone. */

import { expect, test, vi } from 'vitest';
import { createBases } from '../../../src-main/services/bases.ts';
import { openOffice } from '../../fixtures/office.ts';

test('follows additions, changes, deletions and what was undone, looking at nothing else', async () => {
  const { ask, store } = await openOffice();
  const pair = (machine: string) => {
    return { question: `${machine}の油は？`, answer: `${machine}はVG 32`, category: '', split: 'auto' as const };
  };
  for (let n = 10; n < 60; n += 1) await ask('examples.add', pair(`P-${n}`));
  const all = vi.spyOn(store.examples, 'all');
  const get = vi.spyOn(store.examples, 'get');
  const bases = createBases({ store });
  const covered = async (machine: string) => (await bases.of(`${machine}の油は？`)).basis.covered;

  expect(await Promise.all([covered('P-10'), covered('P-77')])).toEqual([true, false]);
  const added = await ask('examples.add', pair('P-77'));
  expect(await covered('P-77')).toBe(true);
  await ask('examples.update', { id: added.id, example: pair('P-78'), basedOn: added.updatedAt });
  expect(await Promise.all([covered('P-77'), covered('P-78')])).toEqual([false, true]);
  await ask('examples.delete', { ids: [added.id] });
  expect(await covered('P-78')).toBe(false);
  expect(() =>
    store.transaction(() => {
      store.examples.add({ ...added, ...pair('P-79') });
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(await covered('P-79')).toBe(false);

  expect(all).toHaveBeenCalledTimes(1);
  // One a change, and one by the update itself.
  expect(get.mock.calls.map(([id]) => id)).toEqual(Array(5).fill(added.id));
});
