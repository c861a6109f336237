/** What makes a model another one, and what does not. */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { differingParts, identityFiles, identityOf } from '../../../native-models/models/identity.ts';
import { inspectModel } from '../../../native-models/models/inspect.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { openAdapter } from '../../../native-models/peft/open.ts';
import { openMethod } from '../../../native-models/train/methods.ts';
import { openWeights } from '../../../native-models/weights/checkpoint-folder.ts';
import { modelFiles } from '../../../src-main/services/model-files.ts';
import { goldenPath } from '../goldens.ts';
import { settings } from '../train/plant-job.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 identity '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a model with other content in one file. */
function copyWith(name: string, change: (text: string) => string): string {
  const directory = mkdtempSync(join(folder, 'model '));
  cpSync(goldenPath('llama'), directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  return directory;
}

const json =
  (change: (json: Record<string, unknown>) => object) =>
  (text: string): string =>
    JSON.stringify(change(JSON.parse(text || '{}') as Record<string, unknown>));

const identity = async (directory: string) => identityOf(await openWeights(directory));

test.each([
  ['another tokenizer', 'tokenizer.json', json((file) => ({ ...file, normalizer: { type: 'NFC' } })), ['tokenizer']],
  ['one more token', 'added_tokens.json', json(() => ({ '<|x|>': 384 })), ['tokenizer']],
  ['another marker', 'tokenizer_config.json', json((file) => ({ ...file, bos_token: '<|im_end|>' })), ['tokenizer']],
  ['another template', 'chat_template.jinja', (text: string) => `${text} `, ['template']],
  ['another end', 'generation_config.json', json((file) => ({ ...file, eos_token_id: [2, 5] })), ['configuration']],
  ['another period', 'config.json', json((file) => ({ ...file, rms_norm_eps: 0.5 })), ['configuration']],
  ['line ends of Windows', 'chat_template.jinja', (text: string) => text.replaceAll('\n', '\r\n'), []],
  ['padding', 'tokenizer.json', json((file) => ({ ...file, padding: null, truncation: null })), []],
  ['written by another version', 'config.json', json((file) => ({ ...file, transformers_version: '9' })), []],
  ['fields in another order', 'config.json', json((file) => Object.fromEntries(Object.entries(file).reverse())), []],
  ['how it samples', 'generation_config.json', json((file) => ({ ...file, temperature: 0.3 })), []],
])('%s', async (_, file, change, parts) => {
  const [known, other] = [await identity(goldenPath('llama')), await identity(copyWith(file, change))];
  expect(differingParts(known.parts, other.parts)).toEqual(parts);
  expect(known.fingerprint === other.fingerprint).toBe(parts.length === 0);
});

test('a file that changes in its place is read again', async () => {
  const directory = copyWith('chat_template.jinja', (text) => text);
  const before = await identity(directory);
  expect(before).toEqual(await identity(goldenPath('llama')));
  writeFileSync(join(directory, 'chat_template.jinja'), '{{ messages[0].content }}');
  expect(differingParts(before.parts, (await identity(directory)).parts)).toEqual(['template']);
});

test('a summary names its parts', async () => {
  const { fingerprint, parts } = await inspectModel({ directory: goldenPath('llama') });
  expect({ fingerprint, parts }).toEqual(await identity(goldenPath('llama')));
});

test('an adapter stays with the template and the tokenizer it was trained with', async () => {
  const out = join(folder, 'adapter');
  const model = await openChatModel(goldenPath('llama'));
  await (await openMethod(model, { settings, device: 'cpu', cacheDirectory: folder }, 64)).write(out, 'data');
  await openAdapter(model, out);
  const other = await openModelFolder(copyWith('chat_template.jinja', (text) => `${text}{# other #}`));
  await expect(openAdapter(other, out)).rejects.toThrow(
    /^The adapter was trained on llama \(chat_template\.jinja [0-9a-f]{12}\), but this is model /,
  );
});

test('the library notices a change of every file that decides', async () => {
  for (const name of identityFiles) {
    const names = (await modelFiles(copyWith(name, (text) => `${text}\n`)))?.map((file) => file.name);
    expect(names).toContain(name);
  }
});
