/** "The adapter really acts", on reference adapters that PEFT wrote: effect, copies, endings, and what is refused. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { ModelError } from '../../../native-models/errors.ts';
import { probe } from '../../../native-models/generate/jobs.ts';
import { inspectAdapter } from '../../../native-models/adapters/inspect.ts';
import type { ProofProgress, ProveJob } from '../../../native-models/adapters/prove.ts';
import { configFile, loraConfig } from '../../../native-models/peft/config.ts';
import { adapterFile, type AdapterMatrices, readAdapter, writeAdapter } from '../../../native-models/peft/format.ts';
import { proveAdapter } from '../../../native-models/adapters/prove.ts';
import { goldenPath } from '../goldens.ts';

const starterDirectory = resolve(import.meta.dirname, '../../../native-models/starter/model');
const prompts = ['What does E-214 mean?', '締め付けトルクは？', 'abc'];
const pairs = (...questions: string[]) => questions.map((question) => ({ id: question, question, answer: '7' }));
const examples = pairs('What is 3 plus 4?', 'How tight?');
const quiet = { control: { turn: async () => {} }, onEvent: () => {} };

const job = (model: string, adapterDirectory: string, more: Partial<ProveJob> = {}): ProveJob => ({
  modelDirectory: model,
  adapterDirectory,
  sourceDirectory: null,
  prompts,
  examples: [],
  device: 'cpu',
  precision: 'f32',
  ...more,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 proof '));
});
afterAll(() => rm(folder, { recursive: true }));

/** A reference adapter with its matrices replaced. */
async function changed(name: string, change: (matrices: AdapterMatrices) => AdapterMatrices): Promise<string> {
  const adapter = await readAdapter(goldenPath('llama', 'lora_final'));
  const modules = new Map([...adapter.modules].map(([module, matrices]) => [module, change(matrices)]));
  await writeAdapter(join(folder, name), { config: adapter.config, modules, provenance: null });
  return join(folder, name);
}

// Plain LoRA, DoRA on tied weights, rsLoRA, patterns in a sharded folder, and weights stored [in, out].
describe.each(['llama', 'llama3-rope-tied', 'llama-headdim', 'qwen3', 'gpt2'])('%s', (name) => {
  test.each(['lora_init', 'lora_final'])(
    '%s acts, is served as it was trained, and leaves the base alone',
    async (which) => {
      const evidence = await proveAdapter(job(goldenPath(name), goldenPath(name, which)), quiet);
      const { largestDifference, servedDifference } = evidence;
      console.info(
        `${name}/${which}: changes ${largestDifference.toExponential(1)}, served ${servedDifference.toExponential(1)}`,
      );
      expect(evidence).toMatchObject({
        precision: 'f32',
        prompts: 3,
        changedPrompts: 3,
        identicalTensors: null,
        answers: 0,
      });
      expect(largestDifference).toBeGreaterThan(1e-3);
      expect(servedDifference).toBeLessThan(1e-4);
      const base = { modelDirectory: goldenPath(name), prompts, device: 'cpu', precision: 'f32' } as const;
      const adapterDirectory = goldenPath(name, which);
      expect(evidence.baseProbe).toBe((await probe({ ...base, adapterDirectory: null })).fingerprint);
      expect(evidence.adapterProbe).toBe((await probe({ ...base, adapterDirectory })).fingerprint);
    },
  );
});

// The same in 8 and 4 bits, on the weights that then answer; served and trained are compared in float32 all the same.
describe.each(['int8', 'int4'] as const)('in %s', (precision) => {
  test.each(['llama', 'llama3-rope-tied', 'llama-headdim', 'qwen3', 'gpt2'])('%s', async (name) => {
    const kept = { precision, cacheDirectory: join(folder, 'quantized') };
    const adapterDirectory = goldenPath(name, 'lora_final');
    const evidence = await proveAdapter(job(goldenPath(name), adapterDirectory, kept), quiet);
    const { servedDifference } = evidence;
    console.info(`${name} ${precision}: served ${servedDifference.toExponential(1)} from trained`);
    expect(evidence).toMatchObject({ precision, prompts: 3, changedPrompts: 3 });
    expect(servedDifference).toBeLessThan(1e-4);
    const base = {
      modelDirectory: goldenPath(name),
      prompts,
      device: 'cpu',
      precision: 'f32',
      adapterDirectory: null,
    } as const;
    expect(evidence.baseProbe).toBe((await probe({ ...base, ...kept })).fingerprint);
    expect(evidence.baseProbe).not.toBe((await probe(base)).fingerprint);
  });

  test('an adapter whose B is zero changes nothing', async () => {
    const zero = await changed(`zero ${precision}`, (matrices) => ({ ...matrices, B: matrices.B.map(() => 0) }));
    const kept = { precision, cacheDirectory: join(folder, 'quantized') };
    expect(await proveAdapter(job(goldenPath('llama'), zero, kept), quiet)).toMatchObject({
      changedPrompts: 0,
      largestDifference: 0,
    });
  });
});

describe('effect', () => {
  test('an adapter whose B is zero changes nothing, and is measured so', async () => {
    const zero = await changed('zero', (matrices) => ({ ...matrices, B: new Float32Array(matrices.B.length) }));
    const evidence = await proveAdapter(job(goldenPath('llama'), zero), quiet);
    expect(evidence).toMatchObject({ prompts: 3, changedPrompts: 0, changedTokens: 0 });
    expect(evidence.largestDifference).toBeLessThan(1e-5);
  });

  test('a fainter adapter changes less, and is still seen', async () => {
    const faint = await changed('faint B', (matrices) => ({ ...matrices, B: matrices.B.map((value) => value / 1000) }));
    const evidence = await proveAdapter(job(goldenPath('llama'), faint), quiet);
    expect(evidence.changedPrompts).toBe(3);
    expect(evidence.largestDifference).toBeLessThan(0.1);
  });

  test('an adapter for modules that the model does not have is refused with both names', async () => {
    await expect(proveAdapter(job(goldenPath('llama'), goldenPath('gpt2', 'lora_final')), quiet)).rejects.toMatchObject(
      {
        code: 'adapter-wrong-base',
      },
    );
  });
});

describe('copies', () => {
  const source = goldenPath('qwen3', 'lora_final');
  const copyTo = async (name: string): Promise<string> => {
    const copy = join(folder, name);
    await cp(source, copy, { recursive: true });
    return copy;
  };
  const prove = (copy: string) => proveAdapter(job(goldenPath('qwen3'), copy, { sourceDirectory: source }), quiet);

  test('equal their source in every tensor and logit', async () => {
    const { modules } = await readAdapter(source);
    expect(await prove(await copyTo('copy'))).toMatchObject({ identicalTensors: modules.size * 2 });
  });

  test('with one bit flipped are found out by the name of the tensor', async () => {
    const copy = await copyTo('flipped');
    const path = join(copy, adapterFile);
    const bytes = await readFile(path);
    bytes[bytes.length - 4]! ^= 1;
    await writeFile(path, bytes);
    await expect(prove(copy)).rejects.toMatchObject({
      code: 'adapter-differs',
      values: { path: copy, reason: expect.stringMatching(/^[AB] of model\.layers\.\d+\..* is another$/) as string },
    });
  });

  test('with another scaling are found out', async () => {
    const copy = await copyTo('scaled');
    const path = join(copy, configFile);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"lora_alpha": 8', '"lora_alpha": 9'));
    await expect(prove(copy)).rejects.toMatchObject({ code: 'adapter-differs' });
  });
});

describe('answers', () => {
  test('that go on for ever are counted', async () => {
    const ends = async (...questions: string[]) => {
      const asked = { examples: pairs(...questions) };
      return proveAdapter(job(goldenPath('llama'), goldenPath('llama', 'lora_final'), asked), quiet);
    };
    expect(await ends('What is 3 plus 4?', 'How tight?')).toMatchObject({ endedAnswers: 0, answerLimit: 64 });
    // Weights without a meaning end some answers by chance.
    expect(await ends('What is 3 plus 4?', 'Tell me')).toMatchObject({ answers: 2, endedAnswers: 1 });
  });

  test('of the starter end, with a faint adapter too', async () => {
    const faint = join(folder, 'faint');
    await writeFaintAdapter(faint);
    const evidence = await proveAdapter(job(starterDirectory, faint, { examples }), quiet);
    expect(evidence).toMatchObject({ answers: 2, endedAnswers: 2, changedPrompts: 3 });
    // Modules that it leaves alone are served as the base computes them.
    expect(evidence.servedDifference).toBeLessThan(1e-4);
  });

  test('may take twice the tokens of the right answer', async () => {
    const long = [{ id: 'long', question: 'Tell me everything', answer: 'word '.repeat(60) }];
    const progress: ProofProgress[] = [];
    const asked = job(goldenPath('llama'), goldenPath('llama', 'lora_final'), { examples: long });
    const evidence = await proveAdapter(asked, { ...quiet, onEvent: (each) => void progress.push(each) });
    expect(evidence.answerLimit).toBeGreaterThanOrEqual(120);
    const total = prompts.length + evidence.answerLimit;
    expect(progress.at(-1)).toEqual({ done: total, total });
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  test('stop being written when the proof is cancelled', async () => {
    let turns = 0;
    const turn = async (): Promise<void> => {
      if (++turns === 8) throw new ModelError('cancelled');
    };
    const asked = job(goldenPath('llama'), goldenPath('llama', 'lora_final'), { examples });
    await expect(proveAdapter(asked, { ...quiet, control: { turn } })).rejects.toThrow('cancelled');
    expect(turns).toBe(8);
  });
});

describe('inspecting an adapter', () => {
  const inspect = (model: string, adapterDirectory: string) =>
    inspectAdapter({ modelDirectory: goldenPath(model), adapterDirectory });

  test('says what it is and that it fits', async () => {
    const { modules, sha256 } = await readAdapter(goldenPath('qwen3', 'lora_final'));
    expect(await inspect('qwen3', goldenPath('qwen3', 'lora_final'))).toMatchObject({
      method: 'lora',
      ranks: [2, 4],
      alpha: 8,
      tensors: modules.size * 2,
      sha256,
      baseName: '../shared/goldens/qwen3',
      provenance: null,
      misfit: null,
    });
    expect(await inspect('llama3-rope-tied', goldenPath('llama3-rope-tied', 'lora_final'))).toMatchObject({
      method: 'dora',
    });
    expect(await inspect('llama-headdim', goldenPath('llama-headdim', 'lora_final'))).toMatchObject({
      method: 'rslora',
    });
  });

  test('says that it belongs to another model, and fails for what is no adapter', async () => {
    expect((await inspect('gpt2', goldenPath('llama', 'lora_final'))).misfit).toMatchObject({
      code: 'adapter-wrong-base',
      values: { actual: expect.stringContaining('gpt2') as string },
    });
    await expect(inspect('llama', goldenPath('llama'))).rejects.toMatchObject({ code: 'adapter-unreadable' });
  });
});

/** A faint adapter of rank 2 on the query projection of the starter's first layer. */
async function writeFaintAdapter(directory: string): Promise<void> {
  const { decoder } = await openModelFolder(starterDirectory);
  const { name, inputSize, outputSize } = decoder.linearModules[0]!;
  const A = Float32Array.from({ length: 2 * inputSize }, (_, at) => ((at % 5) - 2) * 1e-2);
  const B = Float32Array.from({ length: outputSize * 2 }, (_, at) => ((at % 7) - 3) * 1e-2);
  await writeAdapter(directory, {
    config: loraConfig({ r: 2, lora_alpha: 2, target_modules: [name] }),
    modules: new Map([[name, { A, B, rank: 2, inputSize, outputSize, magnitude: null }]]),
    provenance: null,
  });
}
