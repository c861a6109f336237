import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFile, loraConfig } from '../../../native-models/peft/config.ts';
import { adapterFile, readAdapter, writeAdapter } from '../../../native-models/peft/format.ts';
import { provenanceFile, requireBase } from '../../../native-models/peft/provenance.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenModels, goldenPath } from '../goldens.ts';

const adapters = goldenModels.flatMap((model) => [`${model}/lora_init`, `${model}/lora_final`]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 adapter '));
});
afterAll(() => rm(folder, { recursive: true }));

const provenance = {
  baseFingerprint: 'f'.repeat(64),
  baseName: '第一工場',
  datasetHash: 'd'.repeat(64),
  settings: { rank: 4 },
  seed: 7,
  engineVersion: '0.1.0',
  stopTokenIds: [2],
};

describe.each(adapters)('%s', (name) => {
  test('written again is what PEFT wrote, byte for byte', async () => {
    const adapter = await readAdapter(goldenPath(name));
    const copy = join(folder, name);
    const { bytes, sha256 } = await writeAdapter(copy, { ...adapter, provenance: null });
    for (const file of [adapterFile, configFile])
      expect(Buffer.compare(await readFile(join(copy, file)), await readFile(goldenPath(name, file)))).toBe(0);
    expect((await readFile(join(copy, adapterFile))).byteLength).toBe(bytes);
    expect(sha256).toBe(adapter.sha256);
    expect((await readdir(copy)).sort()).toEqual([configFile, adapterFile].sort());
  });

  test('sits on the modules and has the shapes of the base', async () => {
    const { modules, config } = await readAdapter(goldenPath(name));
    const reference = await openSafetensors(goldenPath(name, '..', 'reference.safetensors'));
    const trained = [...reference.tensors.keys()].filter((key) => key.startsWith('grad0.'));
    expect(modules.size).toBe(trained.filter((key) => key.includes('lora_A')).length);
    for (const [module, { A, B, rank, inputSize, outputSize, magnitude }] of modules) {
      expect(A.length).toBe(rank * inputSize);
      expect(B.length).toBe(outputSize * rank);
      expect(magnitude?.length).toBe(config.use_dora ? outputSize : undefined);
      expect(module).not.toContain('base_model');
    }
  });
});

test('scaling follows rank, alpha, their patterns and rsLoRA', async () => {
  const scalingOf = async (model: string, type: string) => {
    const { modules } = await readAdapter(goldenPath(model, 'lora_final'));
    return [...modules].find(([name]) => name.endsWith(type))![1];
  };
  expect(await scalingOf('llama', 'q_proj')).toMatchObject({ rank: 4, alpha: 8, scaling: 2 });
  expect(await scalingOf('llama-headdim', 'q_proj')).toMatchObject({ rank: 4, alpha: 8, scaling: 4 });
  expect(await scalingOf('qwen3', 'q_proj')).toMatchObject({ rank: 2, alpha: 4, scaling: 2 });
  expect(await scalingOf('qwen3', 'k_proj')).toMatchObject({ rank: 4, alpha: 8, scaling: 2 });
});

describe('provenance', () => {
  test('comes back, and names the base the adapter belongs to', async () => {
    const path = join(folder, 'own');
    await writeAdapter(path, { ...(await readAdapter(goldenPath('llama', 'lora_final'))), provenance });
    const adapter = await readAdapter(path);
    expect(adapter.provenance).toMatchObject(provenance);
    const parts = { weights: provenance.baseFingerprint, configuration: 'c', tokenizer: 't', template: 'j' };
    // As former versions wrote it: the weights are all that is known.
    requireBase(adapter.provenance, { parts, name: 'x' });
    requireBase(null, { parts, name: 'x' });
    const refused = (values: object) => expect.objectContaining({ code: 'adapter-wrong-base', values }) as Error;
    const other = { ...parts, weights: 'e'.repeat(64) };
    expect(() => requireBase(adapter.provenance, { parts: other, name: '第二工場' })).toThrowError(
      refused({ expected: `${provenance.baseName} (ffffffffffff)`, actual: '第二工場 (eeeeeeeeeeee)' }),
    );
    const whole = { ...provenance, baseParts: parts };
    requireBase(whole, { parts, name: 'x' });
    expect(() => requireBase(whole, { parts: { ...parts, tokenizer: 'u', template: 'k' }, name: 'x' })).toThrowError(
      refused({
        expected: `${provenance.baseName} (tokenizer.json t, chat_template.jinja j)`,
        actual: 'x (tokenizer.json u, chat_template.jinja k)',
      }),
    );
  });

  test.each([
    [adapterFile, async (path: string) => flipLastBit(path)],
    [
      configFile,
      async (path: string) =>
        writeFile(path, (await readFile(path, 'utf8')).replace('"lora_alpha": 8', '"lora_alpha": 9')),
    ],
  ])('a change in %s is noticed', async (file, damage) => {
    const path = join(folder, `damaged ${file}`);
    await writeAdapter(path, { ...(await readAdapter(goldenPath('llama', 'lora_final'))), provenance });
    await damage(join(path, file));
    await expect(readAdapter(path)).rejects.toMatchObject({
      code: 'adapter-damaged',
      values: { path: join(path, file) },
    });
  });

  test.each([['{}'], ['[1'], ['{"format":2}'], ['{"format":1,"seed":1}']])('%s is refused', async (text) => {
    const path = join(folder, 'provenance');
    await cp(goldenPath('llama', 'lora_final'), path, { recursive: true });
    await writeFile(join(path, provenanceFile), text);
    await expect(readAdapter(path)).rejects.toMatchObject({ code: 'adapter-unreadable' });
  });
});

describe('what does not fit together is refused by name', () => {
  const tensor = (name: string, shape: number[], fill = 0.5) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(fill);
    return { name: `base_model.model.${name}`, dtype: 'F32' as const, shape, data };
  };
  const A = tensor('m.q_proj.lora_A.weight', [2, 6]);
  const B = tensor('m.q_proj.lora_B.weight', [4, 2]);
  const magnitude = tensor('m.q_proj.lora_magnitude_vector', [4]);

  test.each([
    ['only one matrix', [A], {}, 'lacks one'],
    ['another rank than configured', [A, B], { r: 3 }, 'rank 3'],
    ['a module that target_modules leaves out', [A, B], { target_modules: ['k_proj'] }, 'target_modules'],
    ['matrices that do not fit', [A, tensor('m.q_proj.lora_B.weight', [4, 3])], {}, 'shape'],
    ['an empty matrix', [tensor('m.q_proj.lora_A.weight', [2, 0]), B], {}, 'shape'],
    ['a flat matrix', [tensor('m.q_proj.lora_A.weight', [12]), B], {}, 'shape'],
    ['magnitudes without DoRA', [A, B, magnitude], {}, 'use_dora'],
    ['DoRA without magnitudes', [A, B], { use_dora: true }, 'use_dora'],
    ['magnitudes of another size', [A, B, tensor('m.q_proj.lora_magnitude_vector', [5])], { use_dora: true }, 'shape'],
    ['an embedding', [A, B, tensor('m.embed.lora_embedding_A', [2, 6])], {}, 'lora_embedding_A'],
    ['nothing', [], {}, 'no adapter'],
    ['NaN', [tensor('m.q_proj.lora_A.weight', [2, 6], NaN), B], {}, 'm.q_proj.lora_A.weight'],
  ])('%s', async (_, tensors, fields, words) => {
    const path = await mkdtemp(join(folder, 'misfit-'));
    await writeAdapter(path, {
      config: loraConfig({ r: 2, target_modules: ['q_proj'], ...fields }),
      modules: new Map(),
      provenance: null,
    });
    await writeSafetensors(join(path, adapterFile), tensors);
    await expect(readAdapter(path)).rejects.toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining(words) as string,
    });
  });

  test('and half precision is read', async () => {
    const path = await mkdtemp(join(folder, 'half-'));
    await writeAdapter(path, {
      config: loraConfig({ r: 2, target_modules: 'all-linear' }),
      modules: new Map(),
      provenance: null,
    });
    await writeSafetensors(join(path, adapterFile), [
      { ...A, dtype: 'BF16' },
      { ...B, dtype: 'F16' },
    ]);
    expect((await readAdapter(path)).modules.get('m.q_proj')).toMatchObject({ A: A.data, B: B.data, scaling: 4 });
  });

  test('tensors named as in a state dict are read too, but not twice', async () => {
    const path = await mkdtemp(join(folder, 'state dict '));
    const config = loraConfig({ r: 2, target_modules: ['q_proj'], use_dora: true });
    await writeAdapter(path, { config, modules: new Map(), provenance: null });
    const named = ({ name, ...rest }: typeof A, from: string, to: string) => ({
      ...rest,
      name: name.replace(from, to),
    });
    const spelled = [
      named(A, 'lora_A', 'lora_A.default'),
      named(B, 'lora_B', 'lora_B.default'),
      named(magnitude, 'vector', 'vector.default.weight'),
    ];
    await writeSafetensors(join(path, adapterFile), spelled);
    expect((await readAdapter(path)).modules.get('m.q_proj')).toMatchObject({ A: A.data, magnitude: magnitude.data });
    await writeSafetensors(join(path, adapterFile), [...spelled, A]);
    await expect(readAdapter(path)).rejects.toThrow('m.q_proj has lora_A.weight twice');
  });

  test('a pickled adapter, with what to do instead', async () => {
    const path = await mkdtemp(join(folder, 'pickled-'));
    await cp(goldenPath('llama', 'lora_final', configFile), join(path, configFile));
    await writeFile(join(path, 'adapter_model.bin'), 'PK');
    await expect(readAdapter(path)).rejects.toThrow('save it as adapter_model.safetensors');
  });

  test('a folder without files', async () => {
    await expect(readAdapter(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'adapter-unreadable' });
    const path = await mkdtemp(join(folder, 'bare-'));
    await cp(goldenPath('llama', 'lora_final', configFile), join(path, configFile));
    await expect(readAdapter(path)).rejects.toMatchObject({ message: expect.stringContaining(adapterFile) as string });
  });
});

async function flipLastBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 4]! ^= 1;
  await writeFile(path, bytes);
  const [tensor] = [...(await openSafetensors(path)).tensors.values()].slice(-1);
  await readTensor(tensor!, { refuseNotFinite: true }); // still a valid file: only the fingerprint can tell
}
