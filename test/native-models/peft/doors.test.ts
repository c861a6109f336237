/** One rule at every door: whoever takes an adapter for a model accepts the same ones, and refuses the others with the same words. */

import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportAdapter } from '../../../native-models/adapters/export.ts';
import { inspectAdapter } from '../../../native-models/adapters/inspect.ts';
import { merge } from '../../../native-models/adapters/merge.ts';
import { proveAdapter } from '../../../native-models/adapters/prove.ts';
import { ModelError, type ModelErrorCode } from '../../../native-models/errors.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { readAdapter, writeAdapter } from '../../../native-models/peft/format.ts';
import { openMethod } from '../../../native-models/train/methods.ts';
import { goldenPath } from '../goldens.ts';
import { settings } from '../train/plant-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'usumaku doors '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modelDirectory = goldenPath('llama');
const hooks = { control: { turn: async () => {} }, onEvent: () => {} };
let outputs = 0;
const output = (): string => join(folder, `output ${outputs++}`);

/** Everything that takes an adapter for a model, by name. */
const doors: Readonly<Record<string, (adapterDirectory: string) => Promise<unknown>>> = {
  'looked at before an import, or named to train on from': async (adapterDirectory) => {
    const { misfit } = await inspectAdapter({ modelDirectory, adapterDirectory });
    if (misfit) throw new ModelError(misfit.code as ModelErrorCode, misfit.values);
  },
  answers: async (adapterDirectory) => {
    const server = await ModelServer.open({ modelDirectory, device: 'cpu', precision: 'f32' });
    const sampling = { maxNewTokens: 1, temperature: 0, topP: 1, seed: 0 };
    await server.answer([{ ids: [5, 6], adapterDirectory }], sampling, async () => {}).finally(() => server.close());
  },
  proof: (adapterDirectory) =>
    proveAdapter(
      {
        modelDirectory,
        device: 'cpu',
        precision: 'f32',
        adapterDirectory,
        sourceDirectory: null,
        prompts: ['a'],
        examples: [],
      },
      hooks,
    ),
  logits: async (adapterDirectory) => logitsOf(await openModelFolder(modelDirectory), [5, 6], adapterDirectory, 'cpu'),
  merge: (adapterDirectory) =>
    merge({ modelDirectory, adapterDirectory, outputDirectory: output(), dtype: 'base' }, hooks),
  export: (adapterDirectory) => exportAdapter({ modelDirectory, adapterDirectory, outputDirectory: output() }),
  'training goes on': async (initialAdapterDirectory) =>
    openMethod(
      await openChatModel(modelDirectory),
      { settings, initialAdapterDirectory, device: 'cpu', cacheDirectory: output() },
      16,
    ),
};

/** A copy of an adapter that was recorded, changed on the way. */
function changed(change: (directory: string) => void, golden = 'llama'): string {
  const directory = mkdtempSync(join(folder, 'adapter '));
  cpSync(goldenPath(golden, 'lora_final'), directory, { recursive: true });
  change(directory);
  return directory;
}

const withConfig = (fields: object): string =>
  changed((directory) => {
    const path = join(directory, 'adapter_config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...config, ...fields }));
  });

async function withoutModule(lost: string): Promise<string> {
  const { config, modules } = await readAdapter(goldenPath('llama', 'lora_final'));
  const directory = output();
  const kept = new Map([...modules].filter(([name]) => name !== lost));
  await writeAdapter(directory, { config, modules: kept, provenance: null });
  return directory;
}

async function ofBase(baseFingerprint: string): Promise<string> {
  const { config, modules } = await readAdapter(goldenPath('llama', 'lora_final'));
  const directory = output();
  const made = { baseName: '第二工場', datasetHash: '', settings: {}, seed: 1, engineVersion: '1', stopTokenIds: [] };
  await writeAdapter(directory, { config, modules, provenance: { baseFingerprint, ...made } });
  return directory;
}

const names = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

test.each([
  ['as it was recorded', () => goldenPath('llama', 'lora_final'), null],
  ['a target that the model lacks', () => withConfig({ target_modules: [...names, 'query_key_value'] }), null],
  [
    'a module that its file lacks',
    () => withoutModule('model.layers.1.mlp.up_proj'),
    'lacks the matrices of 1 modules that adapter_config.json names, first model.layers.1.mlp.up_proj',
  ],
  ['no module that its file holds', () => withConfig({ target_modules: ['c_attn'] }), 'is not among target_modules'],
  ['another model', () => goldenPath('gpt2', 'lora_final'), 'but this is llama (without it)'],
  ['other weights of the same shape', () => ofBase('e'.repeat(64)), '第二工場 (eeeeeeeeeeee)'],
  ['another rank than its matrices', () => withConfig({ r: 3 }), 'does not fit its rank 3'],
  ['something that is not computed', () => withConfig({ use_qalora: true }), 'use_qalora'],
  ['a pattern that cannot be read', () => withConfig({ target_modules: '(?P<layer>.*)q_proj' }), 'target_modules'],
  [
    'a pickle only',
    () => changed((path) => renameSync(join(path, 'adapter_model.safetensors'), join(path, 'adapter_model.bin'))),
    'can run programs when it is opened',
  ],
  ['no folder', () => join(folder, 'nowhere'), 'adapter_config.json is missing'],
] as const)('%s', async (_, make, refusal) => {
  const adapter = await make();
  const said: Record<string, string | null> = {};
  for (const [door, enter] of Object.entries(doors)) {
    said[door] = await enter(adapter).then(
      () => null,
      (error: unknown) => (error as Error).message,
    );
  }
  const first = Object.values(said)[0]!;
  if (refusal === null) expect(said).toEqual(Object.fromEntries(Object.keys(doors).map((door) => [door, null])));
  else {
    expect(first).toContain(refusal);
    expect(said).toEqual(Object.fromEntries(Object.keys(doors).map((door) => [door, first])));
  }
});
