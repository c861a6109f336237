import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { configFile, loraConfig, readLoraConfig, writeLoraConfig } from '../../../native-models/peft/config.ts';
import { goldenPath } from '../goldens.ts';

let folder: string;
let golden: Record<string, unknown>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 config '));
  golden = JSON.parse(await readFile(goldenPath('llama', 'lora_final', configFile), 'utf8')) as Record<string, unknown>;
});
afterAll(() => rm(folder, { recursive: true }));

async function readText(text: string) {
  await writeFile(join(folder, configFile), text);
  return readLoraConfig(folder);
}

test('what is written is read back', async () => {
  const config = loraConfig({
    r: 16,
    lora_alpha: 32,
    lora_dropout: 0.05,
    target_modules: ['q_proj', 'v_proj'],
    rank_pattern: { 'layers.0.*q_proj': 4 },
    layers_to_transform: [0, 1],
    base_model_name_or_path: 'C:\\Users\\田中 太郎\\model',
  });
  expect(await readText(writeLoraConfig(config))).toEqual(config);
  expect(writeLoraConfig(config)).toContain('"lora_dropout": 0.05');
  expect(writeLoraConfig(loraConfig({ target_modules: [] }))).toContain('"lora_dropout": 0.0,');
});

describe('a field that would change the result is refused by name and value', () => {
  test.each([
    ['bias', 'all'],
    ['use_qalora', true],
    ['modules_to_save', ['lm_head']],
    ['layer_replication', [[0, 4]]],
    ['init_lora_weights', 'pissa'],
    ['trainable_token_indices', [1]],
    ['target_parameters', ['experts']],
    ['lora_bias', true],
    ['task_type', 'SEQ_CLS'],
    ['r', 0],
    ['r', 2.5],
    ['lora_alpha', null],
    ['lora_dropout', 1],
    ['rank_pattern', { q_proj: -1 }],
    ['target_modules', [1]],
    ['layers_to_transform', [-1]],
    ['a_field_of_the_future', { strength: 2 }],
  ])('%s', async (name, value) => {
    const reading = readText(JSON.stringify({ ...golden, [name]: value }));
    await expect(reading).rejects.toMatchObject({
      code: 'adapter-unreadable',
      values: { reason: expect.stringContaining(`${name} is ${JSON.stringify(value)}`) as string },
    });
  });

  test('peft_type and missing targets', async () => {
    await expect(readText(JSON.stringify({ ...golden, peft_type: 'IA3' }))).rejects.toThrow('"IA3"');
    await expect(readText(JSON.stringify({ ...golden, target_modules: null }))).rejects.toThrow('target_modules');
    const regex = { ...golden, target_modules: '.*q_proj', layers_to_transform: [0] };
    await expect(readText(JSON.stringify(regex))).rejects.toThrow('layers_to_transform');
  });
});

test('fields of other PEFT versions that are off, and absent ones, are fine', async () => {
  expect(await readText('{"peft_type":"LORA","target_modules":["q_proj"]}')).toEqual(
    loraConfig({ target_modules: ['q_proj'] }),
  );
  const future = { ...golden, new_method_config: null, use_new_method: false, new_list: [], peft_version: '0.30.0' };
  expect(await readText(JSON.stringify(future))).toEqual(await readText(JSON.stringify(golden)));
});

test('a damaged file is refused, whatever is in it', async () => {
  const text = JSON.stringify(golden);
  const anyField = fc.constantFrom(...Object.keys(golden));
  const damaged = fc.oneof(
    fc.nat(text.length - 1).map((length) => text.slice(0, length)),
    fc.tuple(anyField, fc.jsonValue()).map(([name, value]) => JSON.stringify({ ...golden, [name]: value })),
    anyField.map((name) => JSON.stringify({ ...golden, [name]: undefined })),
    fc.json(),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(damaged, async (content) => {
      const outcome: unknown = await readText(content).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ModelError);
      else expect(await readText(writeLoraConfig(outcome as never))).toEqual(outcome);
    }),
    { numRuns: 300 },
  );
});
