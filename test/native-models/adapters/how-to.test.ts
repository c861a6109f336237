/** The instructions beside an adapter: real names, and nothing promised that the other program does not do. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportAdapter } from '../../../native-models/adapters/export.ts';
import { adapterHowTo } from '../../../native-models/adapters/how-to.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { adapterFile } from '../../../native-models/peft/format.ts';
import { goldenPath } from '../goldens.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 how-to '));
});
afterAll(() => rm(folder, { recursive: true }));

const names = { adapter: '第一工場 line3', base: 'Qwen2.5-0.5B' };
const howTo = (fields: Partial<Parameters<typeof adapterHowTo>[0]>, language: 'ja' | 'en' = 'en'): string =>
  adapterHowTo(loraConfig({ r: 12, target_modules: ['q_proj'], ...fields }), names, language);
/** The programs whose section holds commands. */
const served = (text: string): readonly string[] =>
  text
    .split('\n## ')
    .slice(1, -1)
    .filter((section) => section.includes('```'))
    .map((section) => section.split('\n')[0]!);

test('every program gets a command with the names and a rank that it accepts', () => {
  const text = howTo({});
  expect(served(text)).toEqual(['PEFT', 'Usumaku', 'vLLM', 'SGLang', 'llama.cpp']);
  expect(text).toContain(
    'vllm serve ./Qwen2.5-0.5B --enable-lora --max-lora-rank 16 --lora-modules "第一工場 line3=./第一工場 line3"',
  );
  expect(text).toContain('--max-lora-rank 12 --lora-paths');
  expect(text).toContain('model = "./Qwen2.5-0.5B:第一工場 line3"');
  expect(text).toContain('usumaku merge ./Qwen2.5-0.5B "./第一工場 line3" --out "./第一工場 line3-merged"');
});

test.each([
  ['DoRA', { use_dora: true }, ['PEFT', 'Usumaku']],
  ['rsLoRA', { use_rslora: true }, ['PEFT', 'Usumaku', 'vLLM']],
  ['ranks by module', { rank_pattern: { q_proj: 40 } }, ['PEFT', 'Usumaku', 'llama.cpp']],
  ['alphas by module', { alpha_pattern: { q_proj: 4 } }, ['PEFT', 'Usumaku']],
  ['Conv1D weights', { fan_in_fan_out: true }, ['PEFT', 'Usumaku']],
])('%s is offered only where it is computed', (_, fields, programs) => {
  for (const language of ['en', 'ja'] as const) expect(served(howTo(fields, language))).toEqual(programs);
});

test('one program asks every server: only address and name differ', () => {
  const programs = howTo({})
    .match(/```python[^`]+```/g)!
    .filter((text) => text.includes('OpenAI('));
  expect(programs).toHaveLength(4);
  const addresses = programs.map((text) => /base_url="([^"]+)"/.exec(text)![1]);
  expect(addresses).toEqual([8000, 8000, 30_000, 8080].map((port) => `http://127.0.0.1:${port}/v1`));
  const alike = programs.map((text) => text.replace(/base_url="[^"]+"/, '').replace(/model = .*/, ''));
  expect(new Set(alike).size).toBe(1);
});

test('both languages say the same commands', () => {
  const commands = (text: string) => text.match(/```[^`]+```/g);
  expect(commands(howTo({}, 'ja'))).toEqual(commands(howTo({}, 'en')));
});

test('an exported folder holds what it was made of, and never replaces files', async () => {
  const out = join(folder, 'line3');
  const result = await exportAdapter({ adapterDirectory: goldenPath('llama', 'lora_final'), outputDirectory: out });
  expect((await readdir(out)).sort()).toEqual([adapterFile, 'adapter_config.json', 'HOW-TO.md', 'HOW-TO.ja.md'].sort());
  const source = await readFile(goldenPath('llama', 'lora_final', adapterFile));
  expect(Buffer.compare(await readFile(join(out, adapterFile)), source)).toBe(0);
  expect(await readFile(join(out, 'HOW-TO.ja.md'), 'utf8')).toBe(result.howTo.ja);
  expect(result.bytes).toBe(source.byteLength);
  await writeFile(join(out, 'HOW-TO.md'), 'mine');
  const again = exportAdapter({ adapterDirectory: goldenPath('gpt2', 'lora_final'), outputDirectory: out });
  await expect(again).rejects.toMatchObject({ code: 'file-unwritable' });
  expect(await readFile(join(out, 'HOW-TO.md'), 'utf8')).toBe('mine');
});
