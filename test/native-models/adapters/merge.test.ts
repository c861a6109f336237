/** A merged model in shards: the same bytes as in one file, and what base and adapter compute. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { merge } from '../../../native-models/adapters/merge.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import type { MergeJob } from '../../../native-models/adapters/merge.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { readBytes } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import { largestDifference, openGolden } from '../goldens/golden.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 merge '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const largest = 60_000;
const shardName = /^model-\d{5}-of-\d{5}\.safetensors$/;

function mergeInto(name: string, outputDirectory: string, more: Partial<MergeJob> = {}) {
  const job = { modelDirectory: goldenPath(name), adapterDirectory: goldenPath(name, 'lora_final') };
  const hooks = { control: { turn: async () => {} }, onEvent: () => {} };
  return merge({ ...job, outputDirectory, dtype: 'base', ...more }, hooks);
}

// bfloat16 with tied embeddings, float16, a base that lies in shards itself, and Conv1D.
test.each([
  ['qwen2-tied', 5e-2],
  ['mistral-window', 1e-2],
  ['qwen3', 1e-4],
  ['gpt2', 1e-4],
])('%s in shards', async (name, tolerance) => {
  const [one, many] = [join(folder, name), join(folder, `${name} in shards`)];
  await mergeInto(name, one);
  const { fingerprint } = await mergeInto(name, many, { maxShardBytes: largest });
  expect(readdirSync(one).filter((file) => file.includes('safetensors'))).toEqual(['model.safetensors']);

  const files = readdirSync(many).filter((file) => file.endsWith('.safetensors'));
  expect(files.length).toBeGreaterThan(2);
  expect(files.every((file) => shardName.test(file))).toBe(true);
  const [whole, sharded] = [await openModelFolder(one), await openModelFolder(many)];
  for (const file of files) {
    const tensors = [...sharded.weights.tensors.values()].filter((tensor) => tensor.file === join(many, file));
    const bytes = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(tensors.length === 1 || bytes <= largest, `${file} holds ${bytes} bytes`).toBe(true);
  }
  const index = JSON.parse(readFileSync(join(many, 'model.safetensors.index.json'), 'utf8')) as { metadata: object };
  expect(index.metadata).toEqual({ total_size: sharded.weights.byteLength });
  expect([...sharded.weights.tensors.keys()].sort()).toEqual([...whole.weights.tensors.keys()].sort());
  for (const [tensor, expected] of whole.weights.tensors) {
    expect(Buffer.compare(await readBytes(sharded.weights.tensors.get(tensor)!), await readBytes(expected))).toBe(0);
  }
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);

  const { model, sequences } = await openGolden(name);
  const ids = sequences[0]!.ids;
  const expected = floatsOf(await logitsOf(model, ids, goldenPath(name, 'lora_final'), 'cpu'));
  const difference = largestDifference(floatsOf(await logitsOf(sharded, ids, null, 'cpu')), expected);
  console.info(`${name} merged into ${files.length} shards: ${difference.toExponential(1)}`);
  expect(difference).toBeLessThan(tolerance);
});

test('everything else of the folder comes along, and float32 is named in every part of the configuration', async () => {
  const base = join(folder, 'base');
  cpSync(goldenPath('qwen2-tied'), base, { recursive: true, filter: (path) => !/lora_|reference/.test(path) });
  const extra = {
    'USE_POLICY.md': 'policy',
    LICENSE: 'MIT',
    'chat_template.jinja': 'x',
    'generation_config.json': '{}',
  };
  for (const [file, text] of Object.entries({ ...extra, 'pytorch_model.bin.index.json': '{}', 'notes.onnx': '' }))
    writeFileSync(join(base, file), text);
  const config = JSON.parse(readFileSync(join(base, 'config.json'), 'utf8')) as Record<string, unknown>;
  const part = { torch_dtype: 'bfloat16' };
  writeFileSync(join(base, 'config.json'), JSON.stringify({ ...config, text_config: part }));
  const out = join(folder, 'whole');
  await mergeInto('qwen2-tied', out, { modelDirectory: base, dtype: 'f32' });
  const kept = readdirSync(base).filter((file) => !/index|onnx/.test(file));
  expect(readdirSync(out).sort()).toEqual(kept.sort());
  for (const [file, text] of Object.entries(extra)) expect(readFileSync(join(out, file), 'utf8')).toBe(text);
  const merged = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as Record<string, unknown>;
  const field = 'dtype' in config ? 'dtype' : 'torch_dtype';
  expect(merged).toEqual({ ...config, [field]: 'float32', text_config: { torch_dtype: 'float32' } });
  expect(statSync(join(out, 'model.safetensors')).size).toBeGreaterThan(
    1.9 * statSync(join(base, 'model.safetensors')).size,
  );
});

test('a merge that fails on the way leaves nothing', async () => {
  const out = join(folder, 'stopped');
  let turns = 0;
  const turn = async (): Promise<void> => {
    if (++turns > 5) throw new Error('stopped');
  };
  const job = { modelDirectory: goldenPath('llama'), adapterDirectory: goldenPath('llama', 'lora_final') };
  const before = readdirSync(folder);
  const failing = merge(
    { ...job, outputDirectory: out, dtype: 'base', maxShardBytes: largest },
    { control: { turn }, onEvent: () => {} },
  );
  await expect(failing).rejects.toThrow('stopped');
  expect(readdirSync(folder)).toEqual(before);
});
