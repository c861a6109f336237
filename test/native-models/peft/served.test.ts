/** Gemma 3's folder holds a model that also sees pictures: adapters keep to its language model, in PEFT's names for the whole. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { type ChatModel, openChatModel } from '../../../native-models/models/chat-model.ts';
import { loraConfig, type LoraConfig, readLoraConfig } from '../../../native-models/peft/config.ts';
import { type AdapterMatrices, readAdapter, writeAdapter } from '../../../native-models/peft/format.ts';
import { openAdapter } from '../../../native-models/peft/open.ts';
import { isTarget } from '../../../native-models/peft/target-modules.ts';
import { openMethod } from '../../../native-models/train/methods.ts';
import { variants, writeVariant } from '../architectures/variants.ts';
import { goldenPath } from '../goldens.ts';
import { settings } from '../train/plant-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'gemma3 '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let model: ChatModel;
beforeAll(async () => {
  const directory = join(folder, 'model');
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    cpSync(goldenPath('llama', file), join(directory, file));
  await writeVariant(
    variants.find(({ config }) => config['model_type'] === 'gemma3')!,
    directory,
  );
  model = await openChatModel(directory);
});

/** How `Gemma3ForConditionalGeneration` of transformers 4.52 and later names its layers; SigLIP's are the tower's. */
const tower = 'model.vision_tower.vision_model.encoder.layers.0';
const language = 'model.language_model.layers.0';
const names = 'q_proj k_proj v_proj o_proj gate_proj up_proj down_proj'.split(' ');

/** What PEFT saves when it was told `all-linear`: every linear layer of both parts. */
async function foreign(directory: string, towerB: number, config: Partial<LoraConfig> = {}) {
  const matrices = (inputSize: number, outputSize: number, b: number): AdapterMatrices => {
    const [A, B] = [new Float32Array(2 * inputSize).fill(0.01), new Float32Array(outputSize * 2).fill(b)];
    return { A, B, rank: 2, inputSize, outputSize, magnitude: null };
  };
  const own = model.decoder.linearModules.map(
    ({ name, inputSize, outputSize }) => [name, matrices(inputSize, outputSize, 0.02)] as const,
  );
  const other = ['self_attn.q_proj', 'self_attn.out_proj', 'mlp.fc1'].map(
    (name) => [`${tower}.${name}`, matrices(8, 8, towerB)] as const,
  );
  await writeAdapter(directory, {
    config: loraConfig({ r: 2, target_modules: [...names, 'out_proj', 'fc1'], ...config }),
    modules: new Map([...own, ...other]),
    provenance: null,
  });
  return directory;
}

test('what is trained here goes onto the language model alone when PEFT loads it on the whole', async () => {
  for (const targetModules of ['all-linear', ['q_proj', 'v_proj'], String.raw`.*\.(q|k)_proj`]) {
    const out = join(folder, `trained on ${targetModules}`.replace(/\W/g, '_'));
    const job = { settings: { ...settings, targetModules }, device: 'cpu', cacheDirectory: folder } as const;
    await (await openMethod(model, job, 64)).write(out, 'data');
    const config = await readLoraConfig(out);
    expect(isTarget(config, `${tower}.self_attn.q_proj`)).toBe(false);
    expect(isTarget(config, `${language}.self_attn.q_proj`)).toBe(true);
    const { modules } = await readAdapter(out);
    expect(modules.has(`${language}.self_attn.q_proj`)).toBe(true);
    expect([...modules.keys()].every((name) => name.startsWith('model.language_model.layers.'))).toBe(true);
  }
});

test('an adapter whose tower has no effect is used without it, and trained on without it', async () => {
  const directory = await foreign(join(folder, 'texts alone'), 0);
  const { config, modules } = await openAdapter(model, directory);
  expect([...modules.keys()].sort()).toEqual(model.decoder.linearModules.map(({ name }) => name).sort());
  expect(adapterShape(model.decoder, config).groups).toHaveLength(names.length);
  const out = join(folder, 'trained on');
  const job = { settings, initialAdapterDirectory: directory, device: 'cpu', cacheDirectory: folder } as const;
  const method = await openMethod(model, job, 64);
  await method.write(out, 'data');
  const written = await readLoraConfig(out);
  expect(written.target_modules).toEqual(names);
  expect(isTarget(written, `${tower}.self_attn.q_proj`)).toBe(false);
});

test.each([
  ['matrices', 0.5, {}],
  ['its own exclusion of something else', 0.5, { exclude_modules: ['lm_head'] }],
])('an adapter whose tower acts is refused by name: %s', async (_, towerB, config) => {
  const directory = await foreign(join(folder, 'pictures'), towerB, config);
  await expect(openAdapter(model, directory)).rejects.toThrow(
    `3 modules of a part that is not computed here, first ${tower}.`,
  );
});

test('an adapter with the names from before transformers 4.52 is the same adapter', async () => {
  const present = join(folder, 'names of now');
  await foreign(present, 0);
  const { config, modules } = await readAdapter(present);
  const former = new Map(
    [...modules].map(([name, matrices]) => [
      name.replace('model.language_model.', 'language_model.model.').replace('model.vision_tower.', 'vision_tower.'),
      matrices,
    ]),
  );
  const directory = join(folder, 'names of then');
  await writeAdapter(directory, { config, modules: former, provenance: null });
  const [now, then] = [await openAdapter(model, present), await openAdapter(model, directory)];
  expect([...then.modules.keys()]).toEqual([...now.modules.keys()]);
  expect(then.config).toEqual(now.config);
});
