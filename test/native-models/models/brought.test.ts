/** Folders as somebody brings them on a stick, wrong in ways of their own: each is refused, and the sentence names what is wrong. */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { inspectModel } from '../../../native-models/models/inspect.ts';
import { readLoraConfig } from '../../../native-models/peft/config.ts';
import { openChatTemplate } from '../../../native-models/text/chat-template.ts';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { goldenPath } from '../goldens.ts';

type Json = Record<string, unknown>;
const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8')) as Json;
const llama = goldenPath('llama');

/** No refusal needs that many; a list of a million is no sentence. */
const longestSentence = 1_000;

/** @param files what stands there instead, by name */
function folderWith(files: Readonly<Record<string, Json | string>>): string {
  const folder = temporaryDirectory('model');
  mkdirSync(folder, { recursive: true });
  for (const name of [
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'model.safetensors',
  ])
    cpSync(join(llama, name), join(folder, name), { errorOnExist: false });
  for (const [name, content] of Object.entries(files)) {
    rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

async function refusal(work: () => Promise<unknown>): Promise<ModelError> {
  const found = await work().catch((error: unknown) => error);
  if (!(found instanceof ModelError)) throw new Error(`not refused by name: ${String(found)}`);
  expect(found.message.length).toBeLessThan(longestSentence);
  return found;
}

const config = read(join(llama, 'config.json'));
const scaled = (rope: Json) => ({ ...config, rope_scaling: rope });

test.each<[string, Json | string, string]>([
  ['a family that every object knows', { ...config, model_type: 'constructor' }, 'model_type is constructor'],
  ['a family that is no text', { ...config, model_type: { toString: 1 } }, 'model_type is {"toString":1}'],
  ['no family', { ...config, model_type: null }, 'model_type is null'],
  ['yarn without an end', scaled({ rope_type: 'yarn', factor: 1e308 }), 'rope_scaling.factor is 1e+308'],
  ['dynamic without an end', scaled({ rope_type: 'dynamic', factor: 1e300 }), 'rope_scaling.factor is 1e+300'],
  ['a factor of nothing', scaled({ rope_type: 'linear', factor: 0 }), 'rope_scaling.factor is 0'],
  ['no heads', { ...config, num_attention_heads: 0 }, 'num_attention_heads is 0'],
  ['half a layer', { ...config, num_hidden_layers: 1.5 }, 'num_hidden_layers is 1.5'],
  ['an activation that every object knows', { ...config, hidden_act: '__proto__' }, 'hidden_act is __proto__'],
  ['more tokens than bytes on any disk', { ...config, vocab_size: 2 ** 53 }, 'vocab_size is 9007199254740992'],
  ['seventeen megabytes', { ...config, note: 'x'.repeat(17 << 20) }, 'is larger than 16 MB'],
  ['a list', '[{"model_type":"llama"}]', 'it is not an object'],
])('config.json: %s', async (_, content, words) => {
  const folder = folderWith({ 'config.json': content });
  expect((await refusal(() => inspectModel({ directory: folder }))).message).toContain(words);
});

/** The first tensor as it is, with something changed. */
function weights(change: (tensor: Json, header: Json) => void): string {
  const bytes = readFileSync(join(llama, 'model.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Json;
  change(header[Object.keys(header).find((name) => name !== '__metadata__')!] as Json, header);
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  const folder = folderWith({});
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([prefix, json, bytes.subarray(8 + length)]));
  return folder;
}

test.each<[string, (tensor: Json, header: Json) => void, string]>([
  ['a hundred thousand dimensions', (t) => (t['shape'] = Array(100_000).fill(1)), 'has 100000 dimensions'],
  ['half a row', (t) => (t['shape'] = [2.5]), 'a shape that is not a list of sizes'],
  ['rows below nothing', (t) => (t['shape'] = [-4, -4]), 'a shape that is not a list of sizes'],
  ['more than any file', (t) => (t['shape'] = [2 ** 32, 2 ** 32]), 'is larger than any file'],
  ['a kind of number that is none', (t) => (t['dtype'] = 'F8_E9'), 'the unknown dtype "F8_E9"'],
  ['a kind of number without an end', (t) => (t['dtype'] = 'F'.repeat(1e5)), 'the unknown dtype'],
  ['an end before its beginning', (t) => (t['data_offsets'] = [512, 0]), 'ends before it begins'],
  ['a place below nothing', (t) => (t['data_offsets'] = [-512, 0]), 'data_offsets that are not two positions'],
  ['notes that are no texts', (_, header) => (header['__metadata__'] = { a: { b: 1 } }), '__metadata__'],
  ['a name without an end', (t, header) => (header['x'.repeat(1e6)] = t), 'is not valid safetensors'],
])('model.safetensors: %s', async (_, change, words) => {
  const folder = weights(change);
  expect((await refusal(() => inspectModel({ directory: folder }))).message).toContain(words);
});

const tokenizer = read(join(llama, 'tokenizer.json'));
const replacing = (count: number, content: string) => ({
  type: 'Sequence',
  normalizers: Array.from({ length: count }, () => ({ type: 'Replace', pattern: { String: 'e' }, content })),
});
const vocabulary = (change: (vocab: Record<string, number>, names: readonly string[]) => void) => {
  const model = structuredClone(tokenizer['model']) as Json & { vocab: Record<string, number> };
  change(model.vocab, Object.keys(model.vocab));
  return { ...tokenizer, model };
};

test.each<[string, Json, string]>([
  ['a word becomes a terabyte', { ...tokenizer, normalizer: replacing(12, 'e'.repeat(10)) }, 'more than 1000 times'],
  ['a letter becomes a book', { ...tokenizer, normalizer: replacing(1, 'e'.repeat(1e6)) }, 'more than 1000 times'],
  [
    'an answer becomes a terabyte',
    { ...tokenizer, decoder: { type: 'Sequence', decoders: replacing(12, 'e'.repeat(10)).normalizers } },
    'its decoder makes texts',
  ],
  [
    'two tokens with one id',
    vocabulary((vocab, names) => (vocab[names[40]!] = vocab[names[41]!]!)),
    'two of its tokens have the id',
  ],
  ['an id below nothing', vocabulary((vocab, names) => (vocab[names[40]!] = -1)), 'invalid value: integer `-1`'],
  ['nothing in it', {}, 'cannot be used'],
])('tokenizer.json: %s', async (_, content, words) => {
  const folder = folderWith({ 'tokenizer.json': content });
  expect((await refusal(() => openTokenizer(folder))).message).toContain(words);
});

const texts = read(join(llama, 'tokenizer_config.json'));
test.each<[string, unknown, string]>([
  ['a number', 7, 'neither a text nor a list'],
  ['true', true, 'neither a text nor a list'],
  ['named templates, none of them the default', [{ name: 'rag', template: 'x' }], 'neither a text nor a list'],
  ['a default without a template', [null, { name: 'default' }], 'neither a text nor a list'],
  ['parentheses without an end', `{{ ${'('.repeat(1e5)}1${')'.repeat(1e5)} }}`, 'nested too deep'],
  ['a loop that is cut off', '{% for m in messages %}', 'cut off'],
  ['a billion spaces', '{{ messages | tojson(indent=1000000000) }}', 'writes too much'],
  ['steps without an end', '{% for i in range(1000000000000) %}{{ i }}{% endfor %}', 'range is too large'],
  ['the engine behind it', "{{ messages.constructor.constructor('return process')() }}", 'not supported'],
  ['nothing of the question', '<|im_start|>user<|im_end|>', 'it leaves the question out'],
])('chat_template: %s', async (_, template, words) => {
  const folder = folderWith({ 'tokenizer_config.json': { ...texts, chat_template: template } });
  const opened = await openTokenizer(folder);
  expect((await refusal(() => openChatTemplate(folder, opened))).message).toContain(words);
});

const adapter = read(join(goldenPath('llama', 'lora_final'), 'adapter_config.json'));
test.each<[string, Json]>([
  ['lora_alpha', { lora_alpha: 1e300 }],
  ['lora_alpha', { lora_alpha: -1 }],
  ['alpha_pattern', { alpha_pattern: { q_proj: 1e39 } }],
  ['alpha_pattern', { alpha_pattern: { q_proj: 'many' } }],
  ['rank_pattern', { rank_pattern: Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`q${n}`, 4])) }],
  ['rank_pattern', { rank_pattern: [4] }],
  ['target_modules', { target_modules: [['q_proj']] }],
  ['layers_to_transform', { layers_to_transform: 'all' }],
  ['layer_replication', { layer_replication: [[0, 4]] }],
  ['use_rslora', { use_rslora: 'yes' }],
])('adapter_config.json: %s', async (field, change) => {
  const folder = folderWith({ 'adapter_config.json': { ...adapter, ...change } });
  expect((await refusal(() => readLoraConfig(folder))).message).toContain(field);
});
