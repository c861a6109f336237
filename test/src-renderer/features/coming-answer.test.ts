/** An answer that comes: heard by its own name, stopped without an error, gone once it is whole. */

import { expect, it } from 'vitest';
import { ComingAnswer } from '../../../src-renderer/features/operate/coming-answer.svelte.ts';
import { scriptedClient } from '../lib/scripted-client.ts';

const nameOf = (asked: { readonly input: unknown }) => (asked.input as { askId: string }).askId;
const saying = (askId: string, text: string) =>
  ({ kind: 'answering', askId, by: 'adapter', text, danger: false }) as const;

it('hears what is said under its own name until the answer is whole', async () => {
  const { client, asked, tell } = scriptedClient();
  const coming = new ComingAnswer(client);
  const answer = coming.ask({ question: 'Torque?' });
  expect(coming).toMatchObject({ busy: true, heard: null });
  expect(await coming.ask({ question: 'again' })).toBeUndefined();
  tell(saying('another', 'not for us'));
  expect(coming.heard).toBeNull();
  tell(saying(nameOf(asked[0]!), '24'));
  tell(saying(nameOf(asked[0]!), '24 N·m'));
  expect(coming.heard?.text).toBe('24 N·m');
  await asked[0]!.answer({ id: 'a1' });
  expect(await answer).toEqual({ id: 'a1' });
  expect(coming).toMatchObject({ busy: false, heard: null, error: null });
  const next = coming.ask({ question: 'Oil?' });
  expect(nameOf(asked[1]!)).not.toBe(nameOf(asked[0]!));
  await asked[1]!.refuse('engine-crashed');
  expect(await next).toBeUndefined();
  expect(coming.error?.code).toBe('engine-crashed');
});

it('stops what is coming, which is no error', async () => {
  const { client, asked } = scriptedClient();
  const coming = new ComingAnswer(client);
  await coming.stop();
  expect(asked).toEqual([]);
  const answer = coming.ask({ question: 'Torque?' });
  void coming.stop();
  expect(asked[1]).toMatchObject({ name: 'ask.stop', input: { askId: nameOf(asked[0]!) } });
  await asked[0]!.refuse('cancelled');
  expect(await answer).toBeUndefined();
  expect(coming.error).toBeNull();
});
