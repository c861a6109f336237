/** A tokenizer that ends whatever process reads it: every command that takes a model folder refuses it in the same sentence. */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tinyModel } from '../plant.ts';
import { usumaku } from './usumaku.ts';

const folder = mkdtempSync(join(tmpdir(), 'usumaku strange '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hostile = join(folder, 'hostile');
const out = join(folder, 'out');
const data = join(folder, 'data.csv');
const adapter = join(tinyModel, 'no adapter');
writeFileSync(data, 'question,answer\nWhere?,Hall 2\n');
cpSync(tinyModel, hostile, { recursive: true });
const path = join(hostile, 'tokenizer.json');
const json = JSON.parse(readFileSync(path, 'utf8')) as { pre_tokenizer: object };
// Tries every way to cut a run of letters; the library gives up and ends its process.
const split = { type: 'Split', pattern: { Regex: '(a+)+b' }, behavior: 'Isolated', invert: false };
writeFileSync(
  path,
  JSON.stringify({ ...json, pre_tokenizer: { type: 'Sequence', pretokenizers: [split, json.pre_tokenizer] } }),
);

test.each([
  ['inspect', hostile],
  ['doctor', hostile],
  ['tokenize', hostile, '--text', 'hello'],
  ['generate', hostile, '--prompt', 'hello', '--device', 'cpu'],
  ['generate', hostile, '--ids', '1', '--device', 'cpu', '--precision', 'int8', '--data', folder],
  ['logits', hostile, '--ids', '1', '--out', out, '--device', 'cpu'],
  ['train', hostile, '--data', data, '--out', join(folder, 'trained'), '--device', 'cpu'],
  ['merge', hostile, adapter, '--out', out],
  ['prove', hostile, adapter, '--device', 'cpu'],
  ['compare-precisions', hostile, '--device', 'cpu'],
  ['export', adapter, '--model', hostile, '--out', out],
  ['poc', '--model', hostile, '--data', join(folder, 'poc'), '--language', 'en'],
])('%s', async (...options) => {
  const { status, output, errors } = await usumaku(options, { XDG_DATA_HOME: folder, APPDATA: folder });
  expect(status).toBe(1);
  expect(errors.trimEnd().split('\n').at(-1)).toBe(
    `The tokenizer or chat template in ${hostile} ended the process that tried them (signal SIGABRT), so the model is not used. Nothing else was touched. Get the model from its maker again.`,
  );
  if (options[0] !== 'poc') expect(output).toBe('');
  expect(existsSync(out)).toBe(false);
});
