/** What the shelf of adapters keeps in memory. */

import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/architectures/model-folder.ts';
import { AdapterShelf } from '../../../native-models/generate/adapter-shelf.ts';
import { type LoadedAdapter, servedNames } from '../../../native-models/lora/serving.ts';
import { groupModules } from '../../../native-models/lora/stack.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { randomAdapter } from '../../bench/decoding.ts';
import { starterFolder } from '../../bench/models.ts';

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
  const groups = groupModules(model.decoder.linearModules);
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
  const { A, B } = servedNames(group.modules[0]!.name);
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
