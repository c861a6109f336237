import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWeights } from '../../../native-models/weights/checkpoint-folder.ts';
import { fingerprint, readAllWeights } from '../../../native-models/weights/fingerprint.ts';
import {
  openSafetensors,
  readBytes,
  readIntegers,
  readTensor,
  writeSafetensors,
} from '../../../native-models/weights/safetensors.ts';
import { goldenModels, goldenPath } from '../goldens.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 weights '));
});
afterAll(() => rm(folder, { recursive: true }));

describe('reference models', () => {
  test.each(goldenModels)('%s opens, and every tensor is finite', async (model) => {
    const weights = await openWeights(goldenPath(model));
    expect(weights.tensors.size).toBeGreaterThan(10);
    for (const tensor of weights.tensors.values()) {
      const values = await readTensor(tensor, { refuseNotFinite: true });
      expect(values.length).toBe(tensor.shape.reduce((product, size) => product * size, 1));
    }
  });

  test('the loss recorded for the base follows from the recorded logits and labels', async () => {
    const { tensors } = await openSafetensors(goldenPath('llama', 'reference.safetensors'));
    const labels = await readIntegers(tensors.get('labels')!);
    const [rows, length, vocabulary] = tensors.get('logits')!.shape as [number, number, number];
    const logits = await readTensor(tensors.get('logits')!);
    let sum = 0;
    let count = 0;
    for (let row = 0; row < rows; row++)
      for (let at = 0; at + 1 < length; at++) {
        const label = labels[row * length + at + 1]!;
        if (label === -100) continue;
        const line = logits.subarray((row * length + at) * vocabulary, (row * length + at + 1) * vocabulary);
        const largest = Math.max(...line);
        sum += largest + Math.log(line.reduce((total, value) => total + Math.exp(value - largest), 0)) - line[label]!;
        count++;
      }
    const { loss } = JSON.parse(await readFile(goldenPath('llama', 'reference.json'), 'utf8')) as { loss: number };
    expect(Math.abs(sum / count - loss)).toBeLessThan(1e-5);
  });

  test.each(goldenModels.flatMap((model) => [`${model}/lora_init`, `${model}/lora_final`]))(
    '%s written again is the same file, byte for byte',
    async (adapter) => {
      const path = goldenPath(adapter, 'adapter_model.safetensors');
      const { tensors, metadata } = await openSafetensors(path);
      const copy = join(folder, 'copy.safetensors');
      const read = [...tensors.values()].reverse().map(async ({ name, dtype, shape }) => {
        return { name, dtype, shape, data: await readTensor(tensors.get(name)!) };
      });
      await writeSafetensors(copy, await Promise.all(read), metadata);
      expect(Buffer.compare(await readFile(copy), await readFile(path))).toBe(0);
    },
  );
});

describe('the fingerprint of a base', () => {
  test('is the same for shards and for one file with the same tensors', async () => {
    const shards = await openWeights(goldenPath('qwen3'));
    const single = join(folder, 'single');
    const tensors = await Promise.all(
      [...shards.tensors.values()].map(async (tensor) => ({ ...tensor, data: await readBytes(tensor) })),
    );
    await writeSafetensors(join(single, 'model.safetensors'), tensors);
    const opened = await openWeights(single);
    expect(shards.files.length).toBe(3);
    expect(await fingerprint(opened)).toBe(await fingerprint(shards));
    expect(await fingerprint(opened)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('changes with one bit, one name or one shape', async () => {
    const path = join(folder, 'bits', 'model.safetensors');
    const prints = new Set<string>();
    const variants = [
      { name: 'a', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      { name: 'a', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.0000005) },
      { name: 'b', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      { name: 'a', shape: [4], data: Float32Array.of(1, 2, 3, 4) },
    ];
    for (const variant of variants) {
      await writeSafetensors(path, [{ ...variant, dtype: 'F32' }]);
      prints.add((await readAllWeights(await openWeights(join(folder, 'bits')))).fingerprint);
    }
    expect(prints.size).toBe(variants.length);
  });
});

describe('refusals', () => {
  const refused = (code: string): unknown => expect.objectContaining({ name: 'ModelError', code });

  test('a truncated file says how many bytes it lacks', async () => {
    const path = join(folder, 'cut.safetensors');
    await writeFile(path, await readFile(goldenPath('llama', 'model.safetensors')));
    const { fileBytes } = await openSafetensors(path);
    await truncate(path, fileBytes - 1);
    await expect(openSafetensors(path)).rejects.toMatchObject({
      code: 'weights-truncated',
      values: { actualBytes: fileBytes - 1, expectedBytes: fileBytes },
    });
  });

  test('NaN and infinity are refused by tensor name where asked, and read where not', async () => {
    const path = join(folder, 'nan.safetensors');
    for (const bad of [NaN, Infinity, -Infinity]) {
      await writeSafetensors(path, [{ name: 'bad', dtype: 'BF16', shape: [2], data: Float32Array.of(1, bad) }]);
      const tensor = (await openSafetensors(path)).tensors.get('bad')!;
      await expect(readTensor(tensor, { refuseNotFinite: true })).rejects.toEqual(refused('weights-not-finite'));
      expect(await readTensor(tensor)).toEqual(Float32Array.of(1, bad));
    }
  });

  test('a folder that is missing or is no model', async () => {
    await expect(openWeights(join(folder, 'nowhere'))).rejects.toEqual(refused('model-folder-missing'));
    await expect(openWeights(goldenPath('llama', 'lora_init'))).rejects.toEqual(refused('model-not-a-model'));
    await expect(openSafetensors(join(folder, 'nowhere'))).rejects.toEqual(refused('file-unreadable'));
  });

  test.each([
    ['../llama/model.safetensors', 'weights-header-invalid'],
    ['..', 'model-not-a-model'],
    [7, 'weights-header-invalid'],
    ['absent.safetensors', 'model-not-a-model'],
  ])('an index that points to %s', async (file, code) => {
    const path = join(folder, 'index');
    await rm(path, { recursive: true, force: true });
    await writeSafetensors(join(path, 'shard.safetensors'), [
      { name: 'a', dtype: 'F32', shape: [1], data: Float32Array.of(1) },
    ]);
    const index = join(path, 'model.safetensors.index.json');
    await writeFile(index, JSON.stringify({ weight_map: { a: 'shard.safetensors', b: file } }));
    await expect(openWeights(path)).rejects.toEqual(refused(code));
    await writeFile(index, JSON.stringify({ weight_map: { b: 'shard.safetensors' } }));
    await expect(openWeights(path)).rejects.toEqual(refused('weights-header-invalid'));
  });
});

test('tensors of every width lie aligned, and empty ones are kept', async () => {
  const path = join(folder, 'mixed.safetensors');
  await writeSafetensors(
    path,
    [
      { name: 'bytes', dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
      { name: 'empty', dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
      { name: 'floats', dtype: 'F32', shape: [], data: Float32Array.of(0.5) },
      { name: 'wide', dtype: 'I64', shape: [1], data: new Uint8Array(BigInt64Array.of(-100n).buffer) },
    ],
    { 説明: '試験' },
  );
  const { tensors, metadata } = await openSafetensors(path);
  expect([...tensors.keys()]).toEqual(['wide', 'empty', 'floats', 'bytes']);
  expect(metadata).toEqual({ 説明: '試験' });
  expect(tensors.get('wide')!.offset % 8).toBe(0);
  expect(await readIntegers(tensors.get('wide')!)).toEqual([-100]);
  expect(await readIntegers(tensors.get('bytes')!)).toEqual([1, 2, 3]);
  expect(await readTensor(tensors.get('floats')!)).toEqual(Float32Array.of(0.5));
  expect(await readTensor(tensors.get('empty')!)).toEqual(new Float32Array(0));
});

test('tensors beyond 2 and 4 GiB are read from where they lie', async () => {
  const path = join(folder, 'large.safetensors');
  const gap = 2 ** 31 + 8;
  const entry = (start: number, bytes: number, dtype: string) => {
    return { dtype, shape: [dtype === 'U8' ? bytes : bytes / 4], data_offsets: [start, start + bytes] };
  };
  const places = { gap1: 0, beyond2: gap, gap2: gap + 8, beyond4: 2 * gap + 8 };
  const header = JSON.stringify({
    gap1: entry(places.gap1, gap, 'U8'),
    beyond2: entry(places.beyond2, 8, 'F32'),
    gap2: entry(places.gap2, gap, 'U8'),
    beyond4: entry(places.beyond4, 8, 'F32'),
  });
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  // Holes take no room on the disk.
  const handle = await open(path, 'w');
  await handle.write(Buffer.concat([prefix, Buffer.from(header)]), 0);
  for (const [place, value] of [
    [places.beyond2, 2],
    [places.beyond4, 4],
  ] as const) {
    await handle.write(Buffer.from(Float32Array.of(value, -value).buffer), 0, 8, 8 + header.length + place);
  }
  await handle.close();
  const { tensors, fileBytes } = await openSafetensors(path);
  expect(fileBytes).toBeGreaterThan(2 ** 32);
  expect(await readTensor(tensors.get('beyond2')!)).toEqual(Float32Array.of(2, -2));
  expect(await readTensor(tensors.get('beyond4')!)).toEqual(Float32Array.of(4, -4));
});
