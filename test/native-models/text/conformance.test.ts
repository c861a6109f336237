/** The maintainers' comparison of tokenizers and templates with recorded values finds what differs, and nothing else. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { computed, differences, type Recording, readRecording } from '../../conformance/compare.ts';
import { conformanceTexts } from '../../conformance/texts.ts';
import { goldenModels, goldenPath, textReference } from '../goldens.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 conformance '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = resolve(import.meta.dirname, '../../conformance/run.ts');

function run(...options: string[]): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [script, ...options], (_, output, errors) =>
      done({ status: child.exitCode ?? -1, output: output + errors }),
    );
  });
}

test.each(goldenModels)('%s agrees with transformers', async (model) => {
  const recording = (await readRecording(goldenPath(model)))!;
  expect(recording.texts).toHaveLength(textReference(model).tokenize.length);
  expect(await differences(goldenPath(model), recording)).toEqual([]);
});

test('the texts are the same every time, and of many kinds', () => {
  const texts = conformanceTexts();
  expect(texts).toHaveLength(3010);
  expect(conformanceTexts()).toEqual(texts);
  for (const kind of [/[ぁ-ん]/u, /\p{Emoji_Presentation}/u, /\p{M}/u, /\p{Cc}/u, /[a-z]/u, /\u{20BB7}/u])
    expect(texts.filter((text) => kind.test(text)).length).toBeGreaterThan(50);
});

test('a recording agrees with itself; what changes is named', async () => {
  const directory = join(folder, 'model');
  cpSync(goldenPath('llama'), directory, { recursive: true });
  const recording = await computed(directory, conformanceTexts().slice(0, 200));
  expect(recording.source).toContain('no other implementation');
  expect(await differences(directory, recording)).toEqual([]);
  const template = join(directory, 'chat_template.jinja');
  writeFileSync(template, readFileSync(template, 'utf8').replaceAll('<|im_start|>', '<|im_start|> '));
  const said = await differences(directory, recording);
  expect(said).toHaveLength(recording.chats.length);
  expect(said[0]).toMatch(/^prompt of \[\{"role":"user".*<\|im_start\|>user.* recorded, .*<\|im_start\|> user.* now$/);
});

test('the command records, compares, and ends with status 1 where something differs', async () => {
  const directory = join(folder, 'by command');
  cpSync(goldenPath('qwen3'), directory, { recursive: true });
  expect(await run('--record', directory)).toMatchObject({ status: 0 });
  expect(await run(directory)).toMatchObject({ status: 0 });
  const file = join(directory, 'conformance.json');
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const [first, ...others] = recording.texts;
  writeFileSync(file, JSON.stringify({ ...recording, texts: [{ ...first, ids: [1] }, ...others] }));
  const { status, output } = await run(directory, join(folder, 'nowhere'));
  expect(status).toBe(1);
  expect(output).toContain('1 differences');
  expect(output).toMatch(/ids of "The press.*": \[1\] recorded/);
  expect(output).toContain('there is no such folder');
  expect((await run()).status).toBe(2);
});

test('nonsense is a sentence, and a folder that ends its process costs the next one nothing', async () => {
  const nonsense = join(folder, 'nonsense');
  cpSync(goldenPath('llama'), nonsense, { recursive: true });
  for (const [text, words] of [
    ['{', 'conformance.json holds no recorded values'],
    ['{"source":"x"}', 'texts'],
    ['{"source":"x","texts":[{"text":5}],"chats":[]}', 'texts.0.text'],
  ] as const) {
    writeFileSync(join(nonsense, 'conformance.json'), text);
    await expect(readRecording(nonsense)).rejects.toThrow(words);
  }
  for (const options of [[], ['--nonsense'], ['']]) {
    const { status, output } = await run(...options);
    expect(status).toBe(2);
    expect(output).toContain('Name at least one folder');
  }
  const path = join(nonsense, 'tokenizer.json');
  const json = JSON.parse(readFileSync(path, 'utf8')) as { pre_tokenizer: object };
  const split = { type: 'Split', pattern: { Regex: '(a+)+b' }, behavior: 'Isolated', invert: false };
  const pre_tokenizer = { type: 'Sequence', pretokenizers: [split, json.pre_tokenizer] };
  writeFileSync(path, JSON.stringify({ ...json, pre_tokenizer }));
  const text = 'a'.repeat(3000);
  const recording = { source: 'nobody', texts: [{ text, ids: [], decoded: text }], chats: [] };
  writeFileSync(join(nonsense, 'conformance.json'), JSON.stringify(recording));
  const { status, output } = await run(nonsense, join(folder, 'missing'), goldenPath('llama'));
  expect(status).toBe(1);
  expect(output).toContain(`${nonsense}: reading it ended the process (SIGABRT)`);
  expect(output).toContain('missing: there is no such folder');
  expect(output).toContain('7 texts and 0 chats of transformers, 0 differences');
});
