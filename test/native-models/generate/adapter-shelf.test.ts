/** What the shelf of adapters keeps in memory. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { AdapterShelf } from '../../../native-models/generate/adapter-shelf.ts';
import { type LoadedAdapter, separateGroups, servedNames } from '../../../native-models/lora/serving.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { randomAdapter } from '../../bench/decoding.ts';
import { starterFolder } from '../../bench/models.ts';
import { goldenPath } from '../goldens.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelf '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes of all arrays that somebody still holds. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

test('an adapter whose file was only touched is not read into memory a second time for good', async () => {
  const model = await openModelFolder(starterFolder);
  await randomAdapter(model, folder, 64, 1);
  const file = join(folder, 'adapter_model.safetensors');
  const shelf = new AdapterShelf(model, Infinity);
  const first = await shelf.load(folder);
  const numbers = async ({ modules }: LoadedAdapter) => [...modules.values()].flatMap(({ A, B }) => [...A, ...B]);
  const before = await shelf.use(first, numbers);

  const held = heldBytes();
  utimesSync(file, new Date(), new Date(Date.now() + 60_000));
  const touched = await shelf.load(folder);
  expect(touched.sha256).toBe(first.sha256);
  // What is no longer used is given back in the background.
  await expect.poll(() => heldBytes() - held).toBeLessThan(statSync(file).size / 2);

  // Where it is needed once more, it is read once more.
  const after = await shelf.use(touched, numbers);
  expect(after.length).toBe(before.length);
  expect(after.every((number, index) => number === before[index])).toBe(true);
});

test('adapters that are laid out take so many bytes at most: the one used longest ago goes, and a known one is there at once', async () => {
  const model = await openModelFolder(starterFolder);
  const groups = separateGroups(model.decoder.linearModules);
  const places = [1, 2, 3, 4].map((seed) => join(folder, `adapter ${seed}`));
  for (const [index, place] of places.entries()) await randomAdapter(model, place, 16, index + 1);
  const adapterBytes = statSync(join(places[0]!, 'adapter_model.safetensors')).size;
  const shelf = new AdapterShelf(model, 2.5 * adapterBytes);
  const serve = async (...wanted: readonly number[]) =>
    shelf.serve(groups, await Promise.all(wanted.map((place) => shelf.load(places[place]!))));
  const [first, second] = [await serve(0), await serve(1)];
  const started = performance.now();
  expect((await serve(0)).feeds).toBe(first.feeds);
  console.info(`swapped to a known adapter in ${(performance.now() - started).toFixed(2)} ms`);
  await serve(2);
  expect(shelf.byteLength).toBeLessThanOrEqual(2.5 * adapterBytes);
  expect((await serve(0)).feeds).toBe(first.feeds);
  const again = await serve(1);
  expect(again.feeds).not.toBe(second.feeds);
  // Side by side they hold what each holds alone.
  const group = groups[0]!;
  const { A, B } = servedNames([group.sets[0]![0]!.name]);
  const together = await serve(0, 1);
  const [inputSize, rank] = first.feeds[A]!.shape as [number, number];
  expect(together.feeds[A]!.shape).toEqual([inputSize, 2 * rank]);
  for (const [place, alone] of [first, again].entries()) {
    const row = 7;
    const own = floatsOf(alone.feeds[A]).subarray(row * rank, (row + 1) * rank);
    const at = row * 2 * rank + place * rank;
    expect(floatsOf(together.feeds[A]).subarray(at, at + rank)).toEqual(own);
    const size = alone.feeds[B]!.data.length;
    expect(floatsOf(together.feeds[B]).subarray(place * size, (place + 1) * size)).toEqual(floatsOf(alone.feeds[B]));
  }
  expect(together.rowWeights(group, [1, null], 1).data).toEqual(
    Float32Array.from({ length: 4 * rank }, (_, index) => (index >= rank && index < 2 * rank ? 1 : 0)),
  );
});

test('adapters of dozens of departments share one base in bounded memory, also one that is asked right after it went', async () => {
  const model = await openModelFolder(goldenPath('llama'));
  const groups = separateGroups(model.decoder.linearModules);
  const departments = Array.from({ length: 36 }, (_, index) => join(folder, `department ${index}`));
  for (const [index, place] of departments.entries()) await randomAdapter(model, place, 8, index + 1);
  const adapterBytes = statSync(join(departments[0]!, 'adapter_model.safetensors')).size;
  const room = 6;
  const shelf = new AdapterShelf(model, (room + 0.5) * adapterBytes);
  const serve = async (index: number) => shelf.serve(groups, [await shelf.load(departments[index]!)]);
  const { A } = servedNames([groups[0]!.sets[0]![0]!.name]);
  const hashes = new Map<number, string>();
  const seconds = { known: [] as number[], read: [] as number[] };
  let held = 0;
  for (let round = 0; round < 2; round++) {
    for (const index of departments.keys()) {
      const started = performance.now();
      const { feeds } = await serve(index);
      seconds.read.push(performance.now() - started);
      const hash = createHash('sha256').update(floatsOf(feeds[A])).digest('hex');
      // The same numbers each time, though it went meanwhile.
      expect(hashes.get(index) ?? hash).toBe(hash);
      hashes.set(index, hash);
      expect(shelf.byteLength).toBeLessThanOrEqual(shelf.mostBytes);
      const before = performance.now();
      await serve(index);
      seconds.known.push(performance.now() - before);
    }
    if (round === 0) held = heldBytes();
  }
  expect(new Set(hashes.values()).size).toBe(departments.length);
  await expect.poll(() => heldBytes() - held, { timeout: 60_000 }).toBeLessThan(room * adapterBytes);
  const last = departments.length - 1;
  const [newest, oldest] = [await serve(last), await serve(last - room + 1)];
  // The one that is used again stays, and the one used longest ago goes.
  await serve(0);
  expect((await serve(last)).feeds).toBe(newest.feeds);
  expect((await serve(last - room + 1)).feeds).toBe(oldest.feeds);
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(2);
  console.info(`${median(seconds.read)} ms from the file, ${median(seconds.known)} ms where it is known`);
});
