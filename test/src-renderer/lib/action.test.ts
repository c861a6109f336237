/** A button acts once, however often it is pressed. */

import { expect, it } from 'vitest';
import { Action } from '../../../src-renderer/lib/action.svelte.ts';
import { scriptedClient } from './scripted-client.ts';

it('is busy while under way and ignores a second press', async () => {
  const { client, asked } = scriptedClient();
  const action = new Action(client, 'releases.revert');
  const first = action.run({});
  expect(action.busy).toBe(true);
  expect(await action.run({})).toBeUndefined();
  expect(asked).toHaveLength(1);
  await asked[0]!.answer({ number: 2 });
  expect(await first).toEqual({ number: 2 });
  expect(action.busy).toBe(false);
});

it('keeps the error until the next try', async () => {
  const { client, asked } = scriptedClient();
  const action = new Action(client, 'releases.revert');
  void action.run({});
  await asked[0]!.refuse('release-none');
  expect(action.error?.code).toBe('release-none');
  void action.run({});
  expect(action.error).toBeNull();
});
