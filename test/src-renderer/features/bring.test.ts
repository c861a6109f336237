/** Bringing a model: folders, the check list as it grows, and nothing kept before somebody says so. */

import { describe, expect, it } from 'vitest';
import type { AppEvent, CheckLine, LibraryModel, ModelCheck } from '../../../src-main/contract/index.ts';
import { FolderChoice, folderNameOf } from '../../../src-renderer/features/folders/folder-choice.svelte.ts';
import { BringFlow } from '../../../src-renderer/features/models/bring.svelte.ts';
import { verdictOf } from '../../../src-renderer/features/models/verdict.ts';
import { scriptedClient } from '../lib/scripted-client.ts';

const line = (change: Partial<CheckLine> = {}): CheckLine => ({
  item: 'weights',
  state: 'good',
  found: {},
  problems: [],
  problemCount: 0,
  ...change,
});

const running: ModelCheck = {
  id: 'c1',
  directory: '/usb/model',
  name: 'model',
  state: 'running',
  lines: [],
  progress: null,
  summary: null,
  licence: { name: null, texts: [] },
  fit: null,
  knownAs: null,
  error: null,
};
const summary = { name: 'model' } as ModelCheck['summary'];
const done: ModelCheck = { ...running, state: 'completed', lines: [line()], summary };
const news = (check: ModelCheck): AppEvent => ({ kind: 'checking-model', check });
const listing = (path: string) => ({
  path,
  parent: '/',
  modelType: null,
  adapter: false,
  folders: [],
  more: 0,
  places: [],
});

function opened() {
  const { client, asked, tell } = scriptedClient();
  const flow = new BringFlow(client);
  flow.follow();
  return { flow, asked, tell };
}

describe('BringFlow', () => {
  it('shows the folder asked for last, however late the others come', async () => {
    const { flow, asked } = opened();
    void flow.browse('/slow');
    void flow.browse('/fast');
    await asked[1]!.answer(listing('/fast'));
    await asked[0]!.answer(listing('/slow'));
    expect([flow.path, flow.listing?.path]).toEqual(['/fast', '/fast']);
  });

  it('keeps the list where a folder cannot be opened, and says why', async () => {
    const { flow, asked } = opened();
    void flow.browse('/home');
    await asked[0]!.answer(listing('/home'));
    void flow.browse('/root');
    await asked[1]!.refuse('folder-forbidden');
    expect([flow.path, flow.error?.code]).toEqual(['/home', 'folder-forbidden']);
  });

  it('does not overwrite what somebody is typing', async () => {
    const { flow, asked } = opened();
    void flow.browse('');
    flow.path = '/typing';
    await asked[0]!.answer(listing('/home'));
    expect([flow.path, flow.listing?.path]).toEqual(['/typing', '/home']);
  });

  it('follows its own check alone, even where the end is heard before the beginning', async () => {
    const { flow, asked, tell } = opened();
    void flow.examine('/usb/model');
    tell(news(done));
    tell(news({ ...running, id: 'another', name: 'another' }));
    await asked[0]!.answer(running);
    expect(flow.check).toEqual(done);
    expect(asked.map(({ name }) => name)).toEqual(['models.check']);
  });

  it('ends a check that runs when somebody goes back, and leaves one that has ended alone', async () => {
    const { flow, asked, tell } = opened();
    void flow.examine('/usb/model');
    await asked[0]!.answer(running);
    void flow.back();
    expect(asked[1]).toMatchObject({ name: 'models.cancelCheck', input: { checkId: 'c1' } });
    await asked[1]!.answer(null);
    expect(flow.check).toBeNull();
    void flow.examine('/usb/model');
    await asked[2]!.answer({ ...running, id: 'c2' });
    tell(news({ ...done, id: 'c2' }));
    await flow.back();
    expect(asked).toHaveLength(3);
  });

  it('takes what the system’s dialog chose, and nothing where it was closed', async () => {
    const { flow, asked } = opened();
    const closed = flow.choose('title');
    await asked[0]!.answer({ directory: null });
    expect([await closed, flow.path]).toEqual([false, '']);
    const chosen = flow.choose('title');
    await asked[1]!.answer({ directory: '/usb/model' });
    expect([await chosen, flow.path]).toEqual([true, '/usb/model']);
  });

  it('puts a new folder into the chosen one, under a name that any disk takes', async () => {
    const { client, asked } = scriptedClient();
    const choice = new FolderChoice(client, folderNameOf('第一工場 3/4: 締付. '));
    void choice.browse('');
    await asked[0]!.answer(listing('/'));
    expect(choice.path).toBe('/第一工場 3-4- 締付');
    void choice.browse('D:\\adapters');
    await asked[1]!.answer(listing('D:\\adapters'));
    expect(choice.path).toBe('D:\\adapters\\第一工場 3-4- 締付');
    expect(folderNameOf('...')).toBe('adapter');
  });

  it.each([
    ['CON', 'CON-'],
    ['nul.txt', 'nul-.txt'],
    ['COM1 . x', 'COM1- . x'],
    ['com¹', 'com¹-'],
    ['console', 'console'],
    ['LPT10', 'LPT10'],
    ['が'.normalize('NFD'), 'が'],
    ['設備'.repeat(100), '設備'.repeat(20)],
    ['a'.repeat(119) + '😀', 'a'.repeat(119)],
    [`${'a'.repeat(118)} .b`, 'a'.repeat(118)],
  ])('a folder for %j is called %j', (name, folder) => expect(folderNameOf(name)).toBe(folder));

  it('adds what was checked, or gives a known model its new place', async () => {
    const { flow, asked } = opened();
    void flow.examine('/typed');
    await asked[0]!.answer(done);
    void flow.keep(null);
    expect(asked[1]).toMatchObject({ name: 'models.add', input: { directory: '/usb/model' } });
    await asked[1]!.refuse('weights-truncated');
    expect(flow.error?.code).toBe('weights-truncated');
    void flow.keep({ id: 'm' } as LibraryModel);
    expect(asked[2]).toMatchObject({ name: 'models.relocate', input: { modelId: 'm', directory: '/usb/model' } });
  });
});

describe('the verdict', () => {
  const fit = { training: 'too-large' } as ModelCheck['fit'];
  const bad = line({ state: 'bad', problemCount: 3 });
  it.each([
    ['running', running, 'verdict.running'],
    ['running, with problems', { ...running, lines: [bad] }, 'verdict.badSoFar'],
    ['bad', { ...done, summary: null, lines: [bad] }, 'verdict.bad'],
    ['stopped', { ...running, state: 'cancelled' as const }, 'verdict.cancelled'],
    ['failed', { ...running, state: 'failed' as const }, 'verdict.failed'],
    ['good', done, 'verdict.good'],
    ['good, with something to note', { ...done, lines: [line({ state: 'attention' })] }, 'verdict.attention'],
    ['good, but too large', { ...done, fit }, 'verdict.tooLarge'],
    ['good, and known', { ...done, knownAs: 'Qwen' }, 'verdict.known'],
  ])('of a check that is %s', (_, check, message) => {
    expect(verdictOf(check).message).toBe(message);
  });
});
