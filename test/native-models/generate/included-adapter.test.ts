/** An adapter as part of its graph: computed as one that is fed, from a file that does not stay. */

import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type IncludedAdapter, inFile, insideModel } from '../../../native-models/generate/included-adapter.ts';
import type { LoadedAdapter } from '../../../native-models/lora/serving.ts';

const adapter: LoadedAdapter = {
  modules: new Map([
    ['first', { A: Float32Array.of(1, 2, 3, 4, 5, 6), B: Float32Array.of(1, 2, 3, 4), rank: 2, scaling: 10 }],
    ['second', { A: Float32Array.of(7, 8), B: Float32Array.of(9), rank: 1, scaling: 1 }],
  ]),
  factors: new Map([['second', Float32Array.of(2)]]),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usumaku-included-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('matrices lie turned, with B scaled, modules behind each other', () => {
  const included = insideModel(adapter);
  expect(included.get('first')).toEqual({
    A: Float32Array.of(1, 4, 2, 5, 3, 6),
    B: Float32Array.of(10, 30, 20, 40),
    rank: 2,
    inputSize: 3,
    outputSize: 2,
    factors: undefined,
  });
  expect(included.get('second')).toMatchObject({ B: Float32Array.of(18), factors: Float32Array.of(2) });
});

test('the file is there while it is used, and gone afterwards, whether that went well or not', async () => {
  const names = (included: IncludedAdapter) =>
    [...included.values()].flatMap(({ A, B }) => [A, B]).map((data) => ('location' in data ? data : undefined));
  const places = await inFile(folder, adapter, async (included) => {
    expect(await readdir(folder)).toEqual([names(included)[0]!.location]);
    return names(included).map((place) => [place!.offset, place!.length]);
  });
  expect(places).toEqual([
    [0, 24],
    [24, 16],
    [40, 8],
    [48, 4],
  ]);
  await expect(inFile(folder, adapter, () => Promise.reject(new Error('not opened')))).rejects.toThrow('not opened');
  expect(await readdir(folder)).toEqual([]);
});

test('what another process left behind is removed, what one is using is not', async () => {
  await writeFile(join(folder, 'adapter-old.tmp'), '');
  await utimes(join(folder, 'adapter-old.tmp'), 1, 1);
  await writeFile(join(folder, 'adapter-new.tmp'), '');
  await inFile(folder, adapter, async () => {});
  expect(await readdir(folder)).toEqual(['adapter-new.tmp']);
});

test('where nothing can be written, the numbers go into the model', async () => {
  const blocked = join(folder, 'file');
  await writeFile(blocked, '');
  const included = await inFile(blocked, adapter, async (result) => result);
  expect(included).toEqual(insideModel(adapter));
});
