import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256OfFile, writeFileDurably, writeFolderDurably } from '../../../native-models/weights/files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 files '));
});
afterAll(() => rm(folder, { recursive: true }));

test('text, bytes and pieces arrive whole, and nothing else stays behind', async () => {
  const path = join(folder, 'new', 'ファイル.txt');
  await writeFileDurably(path, '薄膜');
  expect(await readFile(path, 'utf8')).toBe('薄膜');
  await writeFileDurably(path, Buffer.from('bytes'));
  await writeFileDurably(path, [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]);
  expect(await readFile(path, 'utf8')).toBe('abc');
  expect(await readdir(join(folder, 'new'))).toEqual(['ファイル.txt']);
  expect(await sha256OfFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a write that fails half-way leaves the old file and no remains', async () => {
  const path = join(folder, 'half', 'file');
  await writeFileDurably(path, 'old');
  const pieces = function* () {
    yield Buffer.from('new');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  await expect(writeFileDurably(path, pieces())).rejects.toMatchObject({ code: 'disk-full', values: { path } });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(join(folder, 'half'))).toEqual(['file']);
});

test('a path that cannot be written names the reason', async () => {
  await writeFile(join(folder, 'plain'), '');
  await expect(writeFileDurably(join(folder, 'plain', 'below'), 'x')).rejects.toMatchObject({
    code: 'folder-is-a-file',
    values: { path: join(folder, 'plain') },
  });
  await expect(sha256OfFile(folder)).rejects.toMatchObject({ code: 'file-is-a-folder', values: { path: folder } });
  await expect(sha256OfFile(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('a folder is replaced as a whole, or not at all', async () => {
  const path = join(folder, 'adapter');
  await mkdir(path);
  await writeFile(join(path, 'old'), '');
  const failing = writeFolderDurably(path, async (temporary) => {
    await writeFileDurably(join(temporary, 'new'), '');
    throw Object.assign(new Error('quota'), { code: 'EDQUOT' });
  });
  await expect(failing).rejects.toMatchObject({ code: 'disk-full' });
  expect(await readdir(path)).toEqual(['old']);
  await writeFolderDurably(path, (temporary) => writeFileDurably(join(temporary, 'new'), ''));
  expect(await readdir(path)).toEqual(['new']);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('where no folder can be made, it is said at once and never waited for', async () => {
  const file = join(folder, 'in the way');
  await writeFile(file, '');
  const places: [path: string, code: string][] = [
    [join(file, 'x'), 'folder-is-a-file'],
    [join(file, 'y', 'x'), 'folder-is-a-file'],
  ];
  if (process.platform === 'linux') places.push(['/proc/usumaku/x', 'file-unwritable']);
  for (const [path, code] of places) {
    await expect(writeFileDurably(path, 'x'), path).rejects.toMatchObject({ code });
    await expect(
      writeFolderDurably(path, async () => {}),
      path,
    ).rejects.toMatchObject({ code });
  }
});
