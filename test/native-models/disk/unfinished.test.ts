/** What a writer that was killed leaves is found by its name and taken away; what somebody else put there is not. */

import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  asidePath,
  clearAbandoned,
  clearAbandonedIn,
  clearUnfinished,
  unfinishedIn,
  unfinishedPath,
} from '../../../native-models/disk/unfinished.ts';
import { writeFileDurably, writeFolderDurably } from '../../../native-models/weights/files.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 unfinished '));
  path = join(folder, '外へ');
  onTestFinished(() => rm(folder, { recursive: true }));
});

const names = async (): Promise<readonly string[]> => (await readdir(folder)).sort();

/** A folder that was begun so many minutes ago. */
async function begun(at: string, minutes: number): Promise<string> {
  await mkdir(at);
  await writeFile(join(at, 'model.safetensors'), 'half a model');
  const then = new Date(Date.now() - minutes * 60_000);
  for (const each of [join(at, 'model.safetensors'), at]) await utimes(each, then, then);
  return basename(at);
}

test('a new name lies beside what is written, and is no other time the same', () => {
  expect(dirname(unfinishedPath(path))).toBe(folder);
  expect(unfinishedPath(path)).not.toBe(unfinishedPath(path));
});

test('all that was begun goes, once its writer is known to have ended', async () => {
  await begun(unfinishedPath(path), 0);
  await begun(unfinishedPath(path), 90);
  const others = ['.外へ.part', '.外へ.mine.part', '外へ', `${basename(unfinishedPath(join(folder, '別')))}`];
  for (const name of others) await writeFile(join(folder, name), 'mine');
  await clearUnfinished(path);
  expect(await names()).toEqual([...others].sort());
  await clearUnfinished(join(folder, 'nowhere', 'x'));
});

test('what nobody has written to for an hour goes with the next one that is written there', async () => {
  const fresh = await begun(unfinishedPath(path), 50);
  const written = await begun(unfinishedPath(path), 90);
  // A folder is as old as its newest file: a large one is being written.
  await writeFile(join(folder, written, 'second.safetensors'), '');
  await begun(unfinishedPath(path), 90);
  await writeFolderDurably(path, (temporary) => writeFileDurably(join(temporary, 'whole'), 'x'));
  expect(await names()).toEqual([fresh, written, '外へ'].sort());
  await clearAbandoned(path);
  expect(await names()).toEqual([fresh, written, '外へ'].sort());
});

test('of a folder for itself, everything that was begun in it', async () => {
  const fresh = await begun(unfinishedIn(folder), 1);
  await begun(unfinishedIn(folder), 90);
  await clearAbandonedIn(folder);
  expect(await names()).toEqual([fresh]);
});

test('what stepped aside goes with what was to replace it, and not before', async () => {
  const [gone, slow, placed] = [unfinishedPath(path), unfinishedPath(path), unfinishedPath(path)];
  await begun(gone, 90);
  await begun(slow, 1);
  // The folder of before is as old as it is; of the last one, the new folder has come to its place.
  const aside = await Promise.all([gone, slow, placed].map((each, at) => begun(asidePath(each), at === 0 ? 1 : 1e6)));
  await clearAbandoned(path);
  expect(await names()).toEqual([basename(slow), aside[1]!].toSorted((one, two) => (one < two ? -1 : 1)));
  await clearUnfinished(path);
  expect(await names()).toEqual([]);
});

test('of writers that are known to have ended, all that they wrote last before that', async () => {
  await begun(unfinishedPath(path), 0.1);
  const fresh = await begun(unfinishedPath(path), 0);
  await clearAbandonedIn(folder, Date.now() - 3_000);
  expect(await names()).toEqual([fresh]);
});

test('a name that is too long to have more around it is written all the same, and cleared', async () => {
  const long = join(folder, `${'表'.repeat(83)}.json`);
  await writeFileDurably(long, 'x');
  await writeFile(unfinishedPath(long), 'half');
  await clearUnfinished(long);
  expect(await names()).toEqual([basename(long)]);
});
