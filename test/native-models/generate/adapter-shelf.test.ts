/** What the shelf of adapters keeps in memory. */

import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/architectures/model-folder.ts';
import { AdapterShelf } from '../../../native-models/generate/adapter-shelf.ts';
import type { LoadedAdapter } from '../../../native-models/lora/serving.ts';
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
  const shelf = new AdapterShelf(model);
  const first = await shelf.load(folder);
  const numbers = async ({ modules }: LoadedAdapter) => [...modules.values()].flatMap(({ A, B }) => [...A, ...B]);
  const before = await shelf.use(first, numbers);

  const held = heldBytes();
  utimesSync(file, new Date(), new Date(Date.now() + 60_000));
  const touched = await shelf.load(folder);
  expect(touched.sha256).toBe(first.sha256);
  // What is no longer used is given back in the background.
  await expect.poll(() => heldBytes() - held, { timeout: 60_000 }).toBeLessThan(statSync(file).size / 2);

  // Where it is needed once more, it is read once more.
  const after = await shelf.use(touched, numbers);
  expect(after.length).toBe(before.length);
  expect(after.every((number, index) => number === before[index])).toBe(true);
});
