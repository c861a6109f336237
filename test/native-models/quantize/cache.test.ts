/** The cache of quantized matrices: made once, checked, mended, and never half written. */

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { ModelError } from '../../../native-models/errors.ts';
import { quantizedWeights, type QuantizedRequest } from '../../../native-models/quantize/cache.ts';
import { readBytes, readTensor } from '../../../native-models/weights/safetensors.ts';
import { transposed } from '../../../native-models/quantize/blocks.ts';
import { cannotHold, holdFor } from '../../fixtures/held-file.ts';
import { goldenPath } from '../goldens.ts';
import { dequantizeBlocks } from './dequantize.ts';

const model = await openModelFolder(goldenPath('qwen2-tied'));
const format = { bits: 8, blockSize: 16 } as const;
const weight = 'model.layers.0.mlp.down_proj.weight';
const requests: readonly QuantizedRequest[] = [
  { weight, transposed: false, format },
  { weight, transposed: true, format },
  { weight: 'model.embed_tokens.weight', transposed: false, format: { bits: 4, blockSize: 32 } },
];

let cacheDirectory: string;
beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'usumaku-quantize-'));
});
afterEach(() => rm(cacheDirectory, { recursive: true, force: true }));

/** Opens the cache and says which matrices had to be made. */
async function open(asked = requests) {
  const made: number[] = [];
  const weights = await quantizedWeights(model, asked, { cacheDirectory, onProgress: (done) => made.push(done) });
  return { weights, made };
}

describe('cache of quantized matrices', () => {
  test('makes each matrix once, as the model has it', async () => {
    const { weights, made } = await open();
    expect(made).toEqual([0, 1, 2]);
    expect((await open()).made).toEqual([]);
    for (const turned of [false, true]) {
      const { rows, columns, packed, scales } = weights.matrix(weight, turned);
      const stored = await readTensor(model.weights.tensors.get(weight)!);
      const expected = turned ? transposed(stored, columns, rows) : stored;
      const blocks = { packed: await readBytes(packed), scales: await readTensor(scales) };
      const back = dequantizeBlocks(blocks, rows, columns, format);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expected.forEach((value, index) => expect(Math.abs(value - back[index]!)).toBeLessThanOrEqual(largest / 128));
    }
    expect(weights.byteLength).toBe(2 * (64 * 112 + (4 * 64 * 112) / 16) + (384 * 64) / 2 + (4 * 384 * 64) / 32);
  });

  test('a damaged matrix is made again, and only that one', async () => {
    const { weights } = await open();
    const { file, offset } = weights.matrix(weight, true).packed;
    const bytes = await readFile(file);
    const damaged = Buffer.from(bytes);
    damaged[offset]! ^= 1;
    await writeFile(file, damaged);
    expect((await open()).made).toEqual([1]);
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });

  test('a matrix cut short or without its hash is made again', async () => {
    const { weights } = await open();
    const { file } = weights.matrix(weight, false).packed;
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    expect((await open()).made).toEqual([0]);
    await rm(`${file}.sha256`);
    expect((await open()).made).toEqual([0]);
  });

  test('a cancelled job keeps whole matrices only, and the next one goes on from there', async () => {
    let turns = 0;
    const turn = async () => {
      if (++turns === 3) throw new ModelError('cancelled');
    };
    await expect(quantizedWeights(model, requests, { cacheDirectory, turn })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const [folder] = await readdir(cacheDirectory);
    expect((await readdir(join(cacheDirectory, folder!))).length).toBe(4);
    expect((await open()).made).toEqual([2]);
  });

  test('a weight that the model lacks is named', async () => {
    const asked = [{ weight: 'model.nothing.weight', transposed: false, format }];
    await expect(open(asked)).rejects.toMatchObject({ code: 'weights-tensor-missing' });
  });

  test('a folder that cannot be written is named, and nothing is left behind', async () => {
    const file = join(cacheDirectory, 'taken');
    await writeFile(file, '');
    const opening = quantizedWeights(model, requests, { cacheDirectory: file });
    await expect(opening).rejects.toMatchObject({ code: 'folder-is-a-file', values: { path: file } });
    expect((await stat(file)).size).toBe(0);
  });
});

describe('two processes that need the same matrices', () => {
  const child = fileURLToPath(new URL('cache-child.ts', import.meta.url));
  const make = () => promisify(execFile)(process.execPath, [child, goldenPath('qwen2-tied'), cacheDirectory]);

  test('make them at the same time, each for itself, and both have them', async () => {
    const ends = await Promise.all([make(), make(), make()]);
    expect(new Set(ends.map(({ stdout }) => stdout)).size).toBe(1);
    const [folder] = await readdir(cacheDirectory);
    // A matrix and its hash; nothing of what came second.
    expect(await readdir(join(cacheDirectory, folder!))).toHaveLength(4);
  });

  test.skipIf(cannotHold !== null)(
    `use what one has mapped, and replace nothing (${cannotHold ?? 'tried here'})`,
    async () => {
      const one = [{ weight, transposed: false, format }] as const;
      const { weights } = await open(one);
      const { file } = weights.matrix(weight, false).packed;
      // Its hash is not there yet, as while the first one is just putting it in place.
      await rm(`${file}.sha256`);
      for (const each of [cacheDirectory, dirname(file)]) await chmod(each, 0o777);
      const letGo = await holdFor(60_000, file);
      try {
        expect((await open(one)).made).toEqual([0]);
      } finally {
        letGo();
      }
      expect((await open(one)).made).toEqual([]);
    },
  );
});
