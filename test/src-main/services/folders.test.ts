/** Choosing a folder: what is listed, what is marked as a model, and one sentence for every reason why not. */

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorSentence } from '../../../src-main/contract/errors.ts';
import { folderError, listFolder, typedPath, typedPathOutside } from '../../../src-main/services/folder-listing.ts';
import { mountedDisks, windowsDrives } from '../../../src-main/services/folder-places.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { openOffice } from '../../fixtures/office.ts';

function folderOf(files: Record<string, string>): string {
  const directory = temporaryDirectory('モデル 置き場');
  mkdirSync(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

describe('a listing', () => {
  test('names folders only, in the order people expect, and marks models', async () => {
    const directory = folderOf({
      'model 10/readme': '',
      'model 2/config.json': '{"model_type":"qwen2"}',
      '日本語 モデル/config.json': '{"model_type":"llama"}',
      '.cache/x': '',
      'no model/config.json': '{"name":"something else"}',
      'broken/config.json': '{',
      'adapter/adapter_config.json': '{"peft_type":"LORA"}',
      'a file.txt': 'secret',
    });
    const { ask } = await openOffice();
    const listing = await ask('models.folders', { path: ` "${directory}" ` });
    expect(listing).toMatchObject({ path: directory, parent: join(directory, '..'), modelType: null, more: 0 });
    expect(listing.folders.map(({ name, modelType, hidden }) => [name, modelType, hidden])).toEqual([
      ['.cache', null, true],
      ['adapter', null, false],
      ['broken', null, false],
      ['model 2', 'qwen2', false],
      ['model 10', null, false],
      ['no model', null, false],
      ['日本語 モデル', 'llama', false],
    ]);
    expect(listing.folders.filter(({ adapter }) => adapter).map(({ name }) => name)).toEqual(['adapter']);
    expect(JSON.stringify(listing)).not.toContain('secret');
    expect(JSON.stringify(listing)).not.toContain('a file');
    expect(listing.places[0]).toMatchObject({ kind: 'home', path: homedir() });
  });

  test('says when it stands in a model, follows links to folders, and leaves out links to nowhere', async () => {
    const directory = folderOf({ 'real/config.json': '{"model_type":"gpt2"}' });
    symlinkSync(join(directory, 'real'), join(directory, 'link'), 'junction');
    symlinkSync(join(directory, 'gone'), join(directory, 'dangling'), 'junction');
    symlinkSync(join(directory, 'circle'), join(directory, 'circle'), 'junction');
    expect((await listFolder(directory)).folders.map(({ name, link, modelType }) => [name, link, modelType])).toEqual([
      ['link', true, 'gpt2'],
      ['real', false, 'gpt2'],
    ]);
    expect((await listFolder(join(directory, 'link'))).modelType).toBe('gpt2');
  });

  test('looks on macOS into no folder for which the system would ask, before somebody opens it', async () => {
    const model = '{"model_type":"llama"}';
    const home = folderOf({
      'Documents/config.json': model,
      'Models/config.json': model,
      'Models/Desktop/config.json': model,
    });
    const models = async (path: string, platform: NodeJS.Platform) =>
      (await listFolder(path, { platform, home })).folders.map(({ name, modelType }) => [name, modelType]);
    expect(await models(home, 'darwin')).toEqual([
      ['Documents', null],
      ['Models', 'llama'],
    ]);
    expect(await models(home, 'linux')).toEqual([
      ['Documents', 'llama'],
      ['Models', 'llama'],
    ]);
    expect(await models(join(home, 'Models'), 'darwin')).toEqual([['Desktop', 'llama']]);
    expect((await listFolder(join(home, 'Documents'), { platform: 'darwin', home })).modelType).toBe('llama');
  });

  test('ends where nobody would look any further, and says how many are left', async () => {
    const directory = temporaryDirectory();
    for (let n = 0; n < 1003; n += 1) mkdirSync(join(directory, String(n)), { recursive: true });
    const { folders, more } = await listFolder(directory);
    expect([folders.length, more]).toEqual([1000, 3]);
  });

  test('a configuration of a size that none has is not read', async () => {
    const directory = folderOf({ 'config.json': `{"model_type":"llama","x":"${'x'.repeat(1_100_000)}"}` });
    expect((await listFolder(directory)).modelType).toBeNull();
  });
});

describe('what cannot be opened', () => {
  test.each([
    [
      'a folder that has gone, as with its disk',
      (d: string) => (rmSync(d, { recursive: true }), d),
      'model-folder-missing',
    ],
    ['a file', (d: string) => join(d, 'file'), 'folder-is-a-file'],
    ['a link to itself', (d: string) => join(d, 'circle'), 'folder-link-circle'],
    ['a path that is too long', (d: string) => join(d, 'あ'.repeat(200)), 'folder-path-too-long'],
  ])('%s', async (_, prepare, code) => {
    const directory = folderOf({ file: '' });
    symlinkSync(join(directory, 'circle'), join(directory, 'circle'), 'junction');
    const { ask } = await openOffice();
    const path = prepare(directory);
    await expect(ask('models.folders', { path })).rejects.toMatchObject({ code, values: { path } });
  });

  test.each([
    ['EACCES', 'folder-forbidden'],
    ['EPERM', 'folder-forbidden'],
    ['EIO', 'folder-disk-gone'],
    ['ENXIO', 'folder-disk-gone'],
    ['EMFILE', 'folder-unreadable'],
  ])('what the system calls %s is said in a sentence of its own', (code, expected) => {
    const error = folderError('/media/USB', Object.assign(new Error('refused'), { code }));
    expect(error.code).toBe(expected);
    for (const language of ['ja', 'en'] as const) {
      expect(errorSentence(error, language)).toContain('/media/USB');
      expect(errorSentence(error, language)).not.toMatch(/\{|\?\?/);
    }
  });
});

describe('where to begin', () => {
  test('disks are what lies below the places where systems mount them', async () => {
    const media = folderOf({ '田中のUSB/x': '', 'note.txt': '' });
    expect(await mountedDisks([media, join(media, 'no such folder')])).toEqual([
      { kind: 'disk', name: '田中のUSB', path: join(media, '田中のUSB') },
    ]);
  });

  test('Windows offers its drives by what it says of them, and touches none', () => {
    const said = ['C:\\ Fixed', 'D:\\ CDRom', 'E:\\ Removable', 'X:\\ NoRootDirectory', 'Z:\\ Network', 'rubbish'];
    expect(windowsDrives(said).map(({ name, path }) => [name, path])).toEqual([
      ['C:', 'C:\\'],
      ['D:', 'D:\\'],
      ['E:', 'E:\\'],
      ['Z:', 'Z:\\'],
    ]);
  });

  test.each([
    ['', homedir()],
    [' ~ ', homedir()],
    ['~/models', join(homedir(), 'models')],
    ['"/media/田中 USB/model"', '/media/田中 USB/model'],
    ['/a/../b', '/b'],
    ['d:', 'd:\\'],
  ])('the typed path %j means %s', (text, path) => {
    expect(typedPath(text)).toBe(path);
  });

  test.each(['models', './models', '..', 'models/../x', '"out"', '~other/x'])(
    '%j does not say where it begins',
    (text) => {
      expect(() => typedPath(text)).toThrow(expect.objectContaining({ code: 'path-relative' }));
    },
  );

  test('what leaves the app does not lie in its own folder', () => {
    const data = resolve('/data/plant');
    for (const inside of ['', 'adapters', 'projects/1/x', '../x/../plant/y', '..hidden'])
      expect(() => typedPathOutside(data, `${data}/${inside}`), inside).toThrow(
        expect.objectContaining({ code: 'path-in-data-folder' }),
      );
    for (const outside of ['/data', '/data/plant2', '/media/usb'].map((path) => resolve(path)))
      expect(typedPathOutside(data, outside)).toBe(outside);
  });
});

test('a window without a dialog of its own says so', async () => {
  const { ask } = await openOffice();
  await expect(ask('models.chooseFolder', { title: 'x' })).rejects.toMatchObject({ code: 'folder-dialog-missing' });
});
