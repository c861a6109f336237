/** The check list of model folders: what is right is found, and everything that is wrong is listed together. */

import { cp, mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import type { CheckItem, ModelCheckProgress } from '../../../native-models/jobs.ts';
import type { ModelReport } from '../../../native-models/models/inspect.ts';
import { checkModel, inspectModel } from '../../../native-models/models/inspect.ts';
import { readLicence } from '../../../native-models/models/licence.ts';
import { openSafetensors, readBytes, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenModels, goldenPath } from '../goldens.ts';

const running = { turn: async () => {} };

async function check(directory: string): Promise<ModelReport> {
  return checkModel({ directory }, { control: running, onEvent: () => {} });
}

/** A copy of a reference model that may be damaged. */
async function copyOf(golden: string, name = 'モデル 置き場'): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'usumaku check '));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const directory = join(root, name);
  const filter = (path: string) => !/lora_|reference/.test(path);
  await cp(goldenPath(golden), directory, { recursive: true, filter });
  return directory;
}

const lineOf = (report: Pick<ModelReport, 'lines'>, item: CheckItem) => report.lines.find((line) => line.item === item);
const badItems = ({ lines }: ModelReport) => lines.filter(({ state }) => state === 'bad').map(({ item }) => item);
const codes = (report: ModelReport, item: CheckItem) => lineOf(report, item)?.problems.map(({ code }) => code);

async function editJson(path: string, change: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(value);
  await writeFile(path, JSON.stringify(value));
}

test.each(goldenModels)('%s passes, and says the same as inspecting it', async (name) => {
  const report = await check(goldenPath(name));
  expect(badItems(report)).toEqual([]);
  expect(report.lines.map(({ item }) => item)).toEqual([
    'configuration',
    'weights',
    'tensors',
    'values',
    'tokenizer',
    'template',
    'stopTokens',
    'generation',
    'context',
    'licence',
  ]);
  expect(await inspectModel({ directory: goldenPath(name) })).toEqual({ ...report.summary, unmetWishes: [] });
  expect(lineOf(report, 'values')?.found['fingerprint']).toBe(report.summary?.parts.weights);
  expect(lineOf(report, 'stopTokens')?.state).toBe('good');
});

test('what generation_config.json asks for and is not done is said; what changes nothing is not', async () => {
  const directory = await copyOf('qwen3');
  const generationLine = async (config: object) => {
    await writeFile(join(directory, 'generation_config.json'), JSON.stringify({ eos_token_id: 2, ...config }));
    return lineOf(await check(directory), 'generation');
  };
  const sampling = { do_sample: true, temperature: 0.7, top_k: 20, top_p: 0.8 };
  expect(await generationLine({ ...sampling, repetition_penalty: 1.05, pad_token_id: 0 })).toMatchObject({
    state: 'attention',
    found: { asked: 'do_sample true, temperature 0.7, top_k 20, top_p 0.8, repetition_penalty 1.05' },
  });
  expect((await inspectModel({ directory })).unmetWishes).toHaveLength(5);
  const neutral = { temperature: 0.6, top_k: 50, repetition_penalty: 1, num_beams: 1, use_cache: true, min_length: 0 };
  expect(await generationLine(neutral)).toMatchObject({ state: 'good', found: { asked: '' } });
});

test('everything that is wrong is listed together, and nothing twice', async () => {
  const directory = await copyOf('qwen3');
  await rm(join(directory, 'model-00002-of-00003.safetensors'));
  await truncate(join(directory, 'model-00003-of-00003.safetensors'), 5000);
  await editJson(join(directory, 'config.json'), (config) => (config['vocab_size'] = 99));
  await rm(join(directory, 'chat_template.jinja'));
  const report = await check(directory);
  expect(codes(report, 'weights')).toEqual(expect.arrayContaining(['model-not-a-model', 'weights-truncated']));
  expect(new Set(codes(report, 'tensors'))).toEqual(new Set(['weights-shape-mismatch']));
  expect(codes(report, 'tokenizer')).toEqual(['tokenizer-mismatch']);
  // Nothing can be said of the template before the tokenizer is right.
  expect(lineOf(report, 'template')?.state).toBe('unknown');
  expect(report.summary).toBeNull();
  await expect(inspectModel({ directory })).rejects.toMatchObject(lineOf(report, 'weights')!.problems[0]!);
});

test('a folder of something else lacks everything, each thing by name', async () => {
  const directory = await copyOf('llama');
  for (const file of ['config.json', 'tokenizer.json']) await rm(join(directory, file));
  await rename(join(directory, 'model.safetensors'), join(directory, 'model-Q4_K_M.gguf'));
  const report = await check(directory);
  expect(lineOf(report, 'configuration')?.problems).toMatchObject([{ values: { file: 'config.json' } }]);
  expect(lineOf(report, 'weights')?.problems).toMatchObject([
    { code: 'weights-not-safetensors', values: { file: 'model-Q4_K_M.gguf' } },
  ]);
  expect(lineOf(report, 'tokenizer')?.problems).toMatchObject([{ values: { file: 'tokenizer.json' } }]);
  expect(report.lines.filter(({ state }) => state === 'unknown').map(({ item }) => item)).toEqual([
    'tensors',
    'values',
    'template',
    'stopTokens',
    'context',
  ]);
});

test('config.json that cannot be read is said once', async () => {
  const directory = await copyOf('llama');
  await writeFile(join(directory, 'config.json'), '{ "model_type": ');
  const report = await check(directory);
  expect(badItems(report)).toEqual(['configuration']);
  expect(codes(report, 'configuration')).toEqual(['model-config-unreadable']);
});

test.each([
  ['shards without their index', 'qwen3', 'model.safetensors.index.json'],
  ['no weights at all', 'llama', 'model.safetensors'],
])('%s', async (_, golden, file) => {
  const directory = await copyOf(golden);
  await rm(join(directory, file));
  const report = await check(directory);
  expect(lineOf(report, 'weights')?.problems).toMatchObject([{ code: 'model-not-a-model', values: { file } }]);
});

test('a Git LFS pointer is recognised as what it is', async () => {
  const directory = await copyOf('llama');
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4096\n';
  await writeFile(join(directory, 'model.safetensors'), pointer);
  expect(codes(await check(directory), 'weights')).toEqual(['weights-pointer']);
});

test.each([
  ['llama', 'F32', 4, [0, 0, 0xc0, 0x7f]],
  ['mistral-window', 'F16', 2, [0, 0x7c]],
  ['qwen2-tied', 'BF16', 2, [0x80, 0xff]],
])('%s with a damaged value in %s is refused by the name of its tensor', async (golden, dtype, width, bits) => {
  const directory = await copyOf(golden);
  const path = join(directory, 'model.safetensors');
  const tensor = [...(await openSafetensors(path)).tensors.values()].find((each) =>
    each.name.endsWith('up_proj.weight'),
  );
  if (!tensor) throw new Error('There is no such tensor.');
  expect(tensor.dtype).toBe(dtype);
  const bytes = await readFile(path);
  bytes.set(bits, tensor.offset + tensor.byteLength - width);
  await writeFile(path, bytes);
  const report = await check(directory);
  expect(badItems(report)).toEqual(['values']);
  expect(lineOf(report, 'values')?.problems).toEqual([
    { code: 'weights-not-finite', values: { tensor: tensor.name, path } },
  ]);
  await expect(inspectModel({ directory })).rejects.toMatchObject({ code: 'weights-not-finite' });
});

test('infinite values that the model does not use are nobody’s concern', async () => {
  const directory = await copyOf('llama');
  const path = join(directory, 'model.safetensors');
  const { tensors } = await openSafetensors(path);
  const kept = [...tensors.values()].map((tensor) => ({ ...tensor, data: () => readBytes(tensor) }));
  const mask = { name: 'mask', dtype: 'F32' as const, shape: [1], data: Float32Array.of(-Infinity) };
  await writeSafetensors(join(directory, 'new.safetensors'), [...kept, mask]);
  await rename(join(directory, 'new.safetensors'), path);
  expect((await check(directory)).summary).not.toBeNull();
});

test('a model that names no end of its answers is usable, but somebody should know', async () => {
  const directory = await copyOf('llama');
  await rm(join(directory, 'generation_config.json'));
  await editJson(join(directory, 'config.json'), (config) => delete config['eos_token_id']);
  await editJson(join(directory, 'tokenizer_config.json'), (config) => delete config['eos_token']);
  await rm(join(directory, 'special_tokens_map.json'), { force: true });
  await writeFile(join(directory, 'chat_template.jinja'), '{% for m in messages %}{{ m.content }}\n{% endfor %}');
  const report = await check(directory);
  expect(lineOf(report, 'stopTokens')).toMatchObject({ state: 'attention', found: { count: 0 } });
  expect(report.summary).not.toBeNull();
});

test.each([
  ['beside another end', true],
  ['and no other end', false],
])('an end of answers that the tokenizer does not know is named, %s', async (_, other) => {
  const directory = await copyOf('llama');
  if (!other) {
    await rm(join(directory, 'generation_config.json'));
    await editJson(join(directory, 'config.json'), (config) => delete config['eos_token_id']);
  }
  await editJson(join(directory, 'tokenizer_config.json'), (config) => (config['eos_token'] = '<|nowhere|>'));
  const report = await check(directory);
  expect(lineOf(report, 'stopTokens')).toMatchObject({ state: 'attention', found: { unknownEnd: '<|nowhere|>' } });
  expect(report.summary).not.toBeNull();
});

test('reading tells how far it is, and stops where it is told to', async () => {
  const directory = await copyOf('qwen3');
  const seen: ModelCheckProgress[] = [];
  await checkModel({ directory }, { control: running, onEvent: (progress) => void seen.push(progress) });
  expect(seen[0]).toMatchObject({ doneBytes: 0, secondsLeft: 0 });
  expect(lineOf(seen[0]!, 'values')?.state).toBe('waiting');
  expect(lineOf(seen[0]!, 'tokenizer')?.state).toBe('good');

  let turns = 0;
  const control = {
    turn: async () => {
      turns += 1;
      if (turns === 2) throw new ModelError('cancelled');
    },
  };
  await expect(checkModel({ directory }, { control, onEvent: () => {} })).rejects.toMatchObject({ code: 'cancelled' });
  expect(turns).toBe(2);
});

test('a folder that is not there is no check list', async () => {
  await expect(check('/no/such/folder')).rejects.toMatchObject({ code: 'model-folder-missing' });
  const file = join(await copyOf('llama', 'model'), 'config.json');
  await expect(check(file)).rejects.toMatchObject({ code: 'folder-is-a-file', values: { path: file } });
});

test('a snapshot in the cache of Hugging Face is called by the model’s name', async () => {
  const directory = await copyOf('llama', 'models--Qwen--Qwen2.5-0.5B-Instruct/snapshots/7ae5576');
  expect((await inspectModel({ directory })).name).toBe('Qwen2.5-0.5B-Instruct');
});

test.each([
  ['---\nlicense: apache-2.0\nlanguage: ja\n---\n# Card', 'apache-2.0'],
  ['---\r\nlicense:\r\n- mit\r\ntags:\r\n---\r\n', 'mit'],
  ['---\nlicense: other\nlicense_name: "qwen-research"\nlicense_link: LICENSE\n---\n', 'qwen-research'],
  ['---\nlanguage: ja\n---\nlicense: none of it', null],
  ['# No front matter\nlicense: apache-2.0\n', null],
])('the model card %j names the licence %s', async (card, name) => {
  const directory = await copyOf('llama');
  await writeFile(join(directory, 'README.md'), card);
  expect(await readLicence({ directory })).toEqual({ name, texts: [] });
});

test('licence files are named by what they say and kept to be read', async () => {
  const directory = await copyOf('llama');
  expect(await readLicence({ directory })).toEqual({ name: null, texts: [] });
  await writeFile(join(directory, 'NOTICE'), 'Copyright of the maker');
  await writeFile(join(directory, 'LICENSE.txt'), '\n   Apache License\n   Version 2.0, January 2004\n');
  await mkdir(join(directory, 'licenses'));
  expect(await readLicence({ directory })).toMatchObject({
    name: 'Apache-2.0',
    texts: [{ file: 'LICENSE.txt' }, { file: 'NOTICE', text: 'Copyright of the maker' }],
  });
  await writeFile(join(directory, 'LICENSE.txt'), 'LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\nRelease date');
  expect((await readLicence({ directory })).name).toBe('LLAMA 3.2 COMMUNITY LICENSE AGREEMENT');
});

test.each([
  ['text', 'generation_config.json', '2', '2'],
  ['text in a list', 'generation_config.json', [2, '3'], '3'],
  ['the token instead of its id', 'config.json', '</s>', '</s>'],
  ['beyond the vocabulary', 'config.json', 999_999, '999999'],
  ['one behind the last token', 'generation_config.json', [2, 384], '384'],
  ['below zero', 'config.json', -1, '-1'],
  ['half a token', 'generation_config.json', 1.5, '1.5'],
  ['yes', 'config.json', true, 'true'],
  ['a list in a list', 'config.json', [[2]], '[2]'],
])('an end of answers that is no token id is refused by its file and value: %s', async (_, file, value, shown) => {
  const directory = await copyOf('llama');
  await editJson(join(directory, file), (config) => (config['eos_token_id'] = value));
  const { vocab_size: size } = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as {
    vocab_size: number;
  };
  const values = { field: `eos_token_id (${file})`, value: shown, supported: `a token id from 0 to ${size - 1}` };
  const report = await check(directory);
  expect(badItems(report)).toEqual(['stopTokens']);
  expect(lineOf(report, 'stopTokens')?.problems).toEqual([{ code: 'model-unsupported', values }]);
  expect(report.summary).toBeNull();
  await expect(inspectModel({ directory })).rejects.toMatchObject({ code: 'model-unsupported', values });
});
