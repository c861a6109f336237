/** Blocks of a model as disks and people leave them: made again, and never another matrix's numbers. */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unfinishedIn, unfinishedPath } from '../../../native-models/disk/unfinished.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { answeringWeights } from '../../../native-models/quantize/base-weights.ts';
import { onQuantizing } from '../../../native-models/quantize/progress.ts';
import { openSafetensors } from '../../../native-models/weights/safetensors.ts';
import { seeded } from '../../src-main/domain/guards/simulate.ts';
import { goldenPath } from '../goldens.ts';

const model = await openModelFolder(goldenPath('qwen2-tied'));
const other = await openModelFolder(goldenPath('llama'));
let folder: string;
/** A whole cache of the model in 8 and 4 bits, and of another one in 8. */
let whole: string;
/** Names of its files, and the bytes of each. */
let right: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usumaku-damaged-cache-'));
  whole = join(folder, 'whole');
  for (const precision of ['int8', 'int4'] as const)
    await answeringWeights(model, { precision, cacheDirectory: whole });
  right = await bytesIn(whole);
  await answeringWeights(other, { precision: 'int8', cacheDirectory: whole });
});
afterAll(() => rm(folder, { recursive: true }));

async function bytesIn(cache: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(cache, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const read = files.map(async (path) => {
    return [path.slice(cache.length).replaceAll('\\', '/'), await readFile(path)] as const;
  });
  return new Map((await Promise.all(read)).sort(([one], [two]) => (one < two ? -1 : 1)));
}

/** @returns how many matrices had to be made */
async function open(cache: string): Promise<number> {
  let made = 0;
  onQuantizing((progress) => (made += Number(progress !== null)));
  try {
    for (const precision of ['int8', 'int4'] as const)
      await answeringWeights(model, { precision, cacheDirectory: cache });
  } finally {
    onQuantizing(() => {});
  }
  return made;
}

interface Places {
  /** Of one matrix of this model, in 8 bits. */
  readonly path: string;
  /** Of another one of the same shape. */
  readonly alike: string;
  /** The same matrix in 4 bits. */
  readonly fewerBits: string;
  /** A matrix of another model, of any shape. */
  readonly ofOther: string;
}

async function placesIn(cache: string): Promise<Places> {
  const folders = (await readdir(cache)).sort();
  const of = async (each: string) => (await readdir(join(cache, each))).map((name) => join(cache, each, name));
  const mine = folders.find((each) => [...right.keys()].some((path) => path.startsWith(`/${each}/`)))!;
  const [own, foreign] = [await of(mine), await of(folders.find((each) => each !== mine)!)];
  const found = (among: readonly string[], start: string, bits: number) =>
    among.find((path) => path.includes(start) && path.includes(`.${bits}x`) && path.endsWith('.safetensors'))!;
  return {
    path: found(own, 'layers.0.mlp.gate_proj', 8),
    alike: found(own, 'layers.0.mlp.up_proj', 8),
    fewerBits: found(own, 'layers.0.mlp.gate_proj', 4),
    ofOther: found(foreign, 'layers.0.mlp.gate_proj', 8),
  };
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 16;
  await writeFile(path, bytes);
}

/** With its hash, which is right for what it holds. */
async function bring(from: string, to: string): Promise<void> {
  for (const ending of ['', '.sha256']) await cp(`${from}${ending}`, `${to}${ending}`);
}

/** What is done to the cache, and how many matrices are made again. */
const damages: Readonly<Record<string, readonly [(places: Places) => Promise<unknown>, number]>> = {
  'a bit of the length of the header': [({ path }) => flip(path, 2), 1],
  'a bit of the header': [({ path }) => flip(path, 30), 1],
  'a bit of the last byte': [({ path }) => flip(path, -1), 1],
  'a bit in the middle': [async ({ path }) => flip(path, (await readFile(path)).length >> 1), 1],
  'a bit of the hash': [({ path }) => flip(`${path}.sha256`, 7), 1],
  'no byte left': [({ path }) => writeFile(path, ''), 1],
  'one byte too many': [async ({ path }) => writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(1)])), 1],
  'zeros of the same length': [async ({ path }) => writeFile(path, Buffer.alloc((await readFile(path)).length)), 1],
  'its hash missing': [({ path }) => rm(`${path}.sha256`), 1],
  'its hash empty': [({ path }) => writeFile(`${path}.sha256`, ''), 1],
  'only its hash left': [({ path }) => rm(path), 1],
  'a matrix of the same shape, hash included': [({ path, alike }) => bring(alike, path), 1],
  'two of the same shape for each other, hashes included': [
    async ({ path, alike }) => {
      await bring(path, `${path}.kept`);
      await bring(alike, path);
      await bring(`${path}.kept`, alike);
      for (const ending of ['', '.sha256']) await rm(`${path}.kept${ending}`);
    },
    2,
  ],
  'the same in fewer bits, hash included': [({ path, fewerBits }) => bring(fewerBits, path), 1],
  'one of another model, hash included': [({ path, ofOther }) => bring(ofOther, path), 1],
  'a folder in its place': [
    async ({ path }) => {
      await rm(path);
      await mkdir(join(path, 'deep'), { recursive: true });
    },
    1,
  ],
  'a folder in the place of its hash': [
    async ({ path }) => {
      await rm(`${path}.sha256`);
      await mkdir(`${path}.sha256`);
    },
    1,
  ],
  'a pipe in its place': [
    async ({ path }) => {
      await rm(path);
      if (process.platform !== 'win32') execFileSync('mkfifo', [path]);
    },
    1,
  ],
  'a pipe in the place of its hash': [
    async ({ path }) => {
      await rm(`${path}.sha256`);
      if (process.platform !== 'win32') execFileSync('mkfifo', [`${path}.sha256`]);
    },
    1,
  ],
  'a folder without any file': [
    async ({ path }) => {
      await rename(join(path, '..'), `${join(path, '..')}-old`);
      await rm(`${join(path, '..')}-old`, { recursive: true });
      await mkdir(join(path, '..'));
    },
    -1,
  ],
};

describe('made again as it was', () => {
  test.each(Object.entries(damages))('%s', async (_, [damage, again]) => {
    const cache = await mkdtemp(join(folder, 'copy-'));
    await cp(whole, cache, { recursive: true });
    expect(await open(cache)).toBe(0);
    const places = await placesIn(cache);
    await damage(places);
    const made = await open(cache);
    if (again >= 0) expect(made).toBe(again);
    else expect(made).toBeGreaterThan(10);
    const after = await bytesIn(cache);
    for (const [path, bytes] of right) expect(after.get(path)?.equals(bytes), path).toBe(true);
    expect(await open(cache)).toBe(0);
  });
});

test('a bit anywhere in packed blocks or their hash, or cut anywhere, by seed', async () => {
  const cache = await mkdtemp(join(folder, 'seeded-'));
  await cp(whole, cache, { recursive: true });
  const { path } = await placesIn(cache);
  const kept = (await openSafetensors(path)).tensors.get('prepacked')!;
  const random = seeded(18);
  const of = (length: number) => Math.floor(random() * length);
  const { length } = await readFile(path);
  const flips = [
    ...Array.from({ length: 20 }, () => kept.offset + of(kept.byteLength)),
    ...Array.from({ length: 20 }, () => of(length)),
  ];
  for (const at of flips) {
    await flip(path, at);
    expect(await open(cache), `byte ${at}`).toBe(1);
  }
  for (let n = 0; n < 5; n += 1) {
    const cut = of(length);
    await truncate(path, cut);
    expect(await open(cache), `cut at ${cut}`).toBe(1);
  }
  // The last byte is the end of a line, which nobody reads.
  for (let at = 0; at < 64; at += 7) {
    await flip(`${path}.sha256`, at);
    expect(await open(cache), `byte ${at} of the hash`).toBe(1);
  }
  const after = await bytesIn(cache);
  for (const [each, bytes] of right) expect(after.get(each)?.equals(bytes), each).toBe(true);
});

test('what a process that was killed left is taken away an hour later, and not what one is writing', async () => {
  const cache = await mkdtemp(join(folder, 'left-'));
  await cp(whole, cache, { recursive: true });
  const { path } = await placesIn(cache);
  const cacheFolder = join(path, '..');
  const begun = unfinishedIn(cacheFolder);
  const left = [begun, unfinishedPath(begun), unfinishedPath(join(cacheFolder, 'x.sha256'))];
  const written = unfinishedPath(unfinishedIn(cacheFolder));
  for (const each of [...left, written]) await writeFile(each, 'half a matrix');
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
  for (const each of left) await utimes(each, longAgo, longAgo);
  await open(cache);
  for (const each of left) await expect(stat(each)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await stat(written)).size).toBeGreaterThan(0);
});
