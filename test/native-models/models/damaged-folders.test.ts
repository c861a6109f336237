/**
 * A model folder with one byte other than it was, cut, emptied, or with something else in a file's place: refused by name, or
 * another model, which nobody takes for the one that was added. What counts as the same must mean the same.
 */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { inspectModel } from '../../../native-models/models/inspect.ts';
import { openSafetensors, readBytes } from '../../../native-models/weights/safetensors.ts';
import { seeded } from '../../src-main/domain/guards/simulate.ts';
import { goldenPath } from '../goldens.ts';

const texts = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
] as const;
const weights = 'model.safetensors';
/** Bytes changed of each file. */
const flips = 20;
/** As in `identity.ts`: fields of config.json that change no answer. */
const withoutEffect = ['_name_or_path', 'architectures', 'dtype', 'torch_dtype', 'transformers_version', 'use_cache'];

let root: string;
let directory: string;
let right: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), '薄膜 damaged model '));
  directory = join(root, 'model');
  await mkdir(directory);
  for (const name of [...texts, weights]) await cp(join(goldenPath('llama'), name), join(directory, name));
  right = (await inspectModel({ directory })).fingerprint;
});
afterAll(() => rm(root, { recursive: true }));

/** What comes of the folder as it is now: the code of a refusal, or whether it is the same model. */
async function outcome(): Promise<string> {
  try {
    return (await inspectModel({ directory })).fingerprint === right ? 'same' : 'another';
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
}

/** What a file says that is of any effect. */
async function meaning(name: string, path: string): Promise<unknown> {
  if (name === weights) {
    const { tensors } = await openSafetensors(path);
    const read = [...tensors.values()].map(async (tensor) => [
      tensor.name,
      tensor.dtype,
      tensor.shape,
      await readBytes(tensor),
    ]);
    return Promise.all(read);
  }
  const text = await readFile(path, 'utf8');
  if (name.endsWith('.jinja')) return text.replace(/\r\n?/g, '\n');
  const json = JSON.parse(text) as Record<string, unknown>;
  if (name === 'generation_config.json') return json['eos_token_id'];
  if (name === 'tokenizer_config.json') return Object.entries(json).filter(([field]) => field.endsWith('_token'));
  const kept = Object.entries(json).filter(([field]) => name !== 'config.json' || !withoutEffect.includes(field));
  return Object.fromEntries(kept);
}

async function whole(name: string): Promise<void> {
  await rm(join(directory, name), { recursive: true, force: true });
  await cp(join(goldenPath('llama'), name), join(directory, name));
}

describe.each([...texts, weights])('%s', (name) => {
  test('with one byte changed, by seed', async () => {
    const [path, original] = [join(directory, name), join(goldenPath('llama'), name)];
    const bytes = await readFile(original);
    const random = seeded(name.length);
    const header = name === weights ? 8 + Number(bytes.readBigUInt64LE()) : bytes.length;
    const found = new Set<string>();
    for (let n = 0; n < flips; n += 1) {
      // Half of them in the header of weights, which are mostly numbers.
      const at = Math.floor(random() * (n % 2 ? bytes.length : header));
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << Math.floor(random() * 8);
      await writeFile(path, changed);
      const came = await outcome();
      found.add(came);
      if (came === 'same') expect(await meaning(name, path), `byte ${at}`).toEqual(await meaning(name, original));
    }
    await whole(name);
    expect(await outcome()).toBe('same');
    expect([...found].some((each) => each !== 'same')).toBe(true);
  });

  test('cut anywhere, and empty', async () => {
    const { size } = await stat(join(directory, name));
    for (const part of [0, 0.1, 0.5, 0.9, 1]) {
      // The last byte may be the end of a line, without which a text is the same.
      await truncate(join(directory, name), Math.min(size - 2, Math.floor(part * size)));
      const came = await outcome();
      // A template is a text of any length.
      if (name === 'chat_template.jinja') expect(came).not.toBe('same');
      else expect(came, String(part)).toMatch(/^(?:model|weights|tokenizer)-/u);
      await whole(name);
    }
    expect(await outcome()).toBe('same');
  });

  test('with a folder or a pipe in its place', async () => {
    const path = join(directory, name);
    await rm(path);
    await mkdir(join(path, 'deep'), { recursive: true });
    expect(await outcome()).toMatch(/^(?:file-is-a-folder|file-unreadable|weights-missing|model-not-a-model)$/u);
    await rm(path, { recursive: true });
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [path]);
      // A pipe is no file of weights, and there is no other.
      expect(await outcome()).toBe(name === weights ? 'model-not-a-model' : 'file-not-ordinary');
    }
    await whole(name);
    expect(await outcome()).toBe('same');
  });
});

test('weights that changed under the same size and the same time are read again', async () => {
  const path = join(directory, weights);
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[bytes.length - 3]! ^= 1;
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
  expect(await outcome()).toBe('another');
  await whole(weights);
});
