/** Adapters on the command line: from elsewhere, after kill -9, and on a base that is not theirs. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { goldenPath } from '../../../native-models/goldens.ts';
import { commandLine, usumaku, usumakuJson } from './usumaku.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 adapters '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tokens = goldenPath('llama', 'reference.safetensors');
const training = (out: string, ...more: string[]): string[] => [
  ...['train', goldenPath('llama'), '--tokens', tokens, '--out', out, '--lr', '0.005', '--schedule', 'constant'],
  ...more,
];
const lossesOf = (events: readonly Record<string, unknown>[]) => events.flatMap(({ loss }) => loss ?? []);

test('a run from a foreign adapter that was killed ends, resumed, with the same bytes as an undisturbed one', async () => {
  const steps = ['--init-adapter', goldenPath('llama', 'lora_init'), '--steps', '300', '--save-every', '5'];
  const whole = join(folder, 'whole');
  const events = await usumakuJson(training(whole, ...steps));
  const out = join(folder, 'killed');
  const child = spawn(process.execPath, [commandLine, ...training(out, ...steps), '--json'], { stdio: 'pipe' });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    if ((JSON.parse(line) as { step?: number }).step === 20) child.kill('SIGKILL');
  }
  await exit;
  expect(existsSync(join(out, 'adapter_config.json'))).toBe(false);

  const fresh = await usumaku(training(out, ...steps));
  expect(fresh).toMatchObject({ status: 1, output: '' });
  expect(fresh.errors).toContain('--resume');
  const resumed = await usumakuJson(training(out, ...steps, '--resume'));
  expect(lossesOf(resumed).length).toBeLessThan(300);
  expect(lossesOf(resumed)).toEqual(lossesOf(events).slice(-lossesOf(resumed).length));
  const bytes = (path: string) => readFileSync(join(path, 'adapter_model.safetensors'));
  expect(Buffer.compare(bytes(out), bytes(whole))).toBe(0);
  expect(readdirSync(out)).toContain('HOW-TO.ja.md');
});

test('an adapter is refused on a base that differs in one byte, with both names', async () => {
  const out = join(folder, 'rank one');
  await usumakuJson(training(out, '--steps', '1', '--rank', '1', '--targets', String.raw`.*\.1\.mlp\..*`));
  const other = join(folder, '別の基礎モデル');
  cpSync(goldenPath('llama'), other, { recursive: true, filter: (path) => !path.includes('lora_') });
  rmSync(join(other, 'model.safetensors'));
  const weights = readFileSync(goldenPath('llama', 'model.safetensors'));
  weights[weights.length - 1]! ^= 1;
  writeFileSync(join(other, 'model.safetensors'), weights);
  const { status, errors } = await usumaku(['merge', other, out, '--out', join(folder, 'merged')]);
  expect(status).toBe(1);
  expect(errors).toMatch(/llama.*別の基礎モデル/);
  expect(existsSync(join(folder, 'merged'))).toBe(false);
});

test('a finished run stays as it is, and no folder with files is trained into', async () => {
  const out = join(folder, 'finished');
  await usumakuJson(training(out, '--steps', '1', '--rank', '1'));
  const before = readdirSync(out).map((file) => [file, statSync(join(out, file)).mtimeMs]);
  expect(await usumakuJson(training(out, '--steps', '3', '--rank', '1', '--resume'))).toEqual([
    { event: 'finished', out },
  ]);
  const again = await usumaku(training(out, '--steps', '1', '--rank', '1'));
  expect(again).toMatchObject({ status: 1, output: '' });
  expect(again.errors).toContain(`${out} holds files already`);
  expect(readdirSync(out).map((file) => [file, statSync(join(out, file)).mtimeMs])).toEqual(before);

  const foreign = join(folder, 'foreign');
  mkdirSync(foreign);
  writeFileSync(join(foreign, '給与.xlsx'), '');
  for (const resume of [[], ['--resume']]) {
    const refused = await usumaku(training(foreign, '--steps', '1', ...resume));
    expect(refused).toMatchObject({ status: 1, output: '' });
    expect(refused.errors).toContain('給与.xlsx');
  }
  expect(readdirSync(foreign)).toEqual(['給与.xlsx']);
});

test('an adapter that is continued decides its shape; whoever asks for another is told both', async () => {
  const initial = ['--init-adapter', goldenPath('llama', 'lora_init'), '--steps', '1'];
  const contradicted = await Promise.all(
    [
      ['--rank', '6'],
      ['--alpha', '3'],
      ['--method', 'dora'],
      ['--targets', 'q_proj'],
    ].map((options, index) => usumaku(training(join(folder, `contradicted ${index}`), ...initial, ...options))),
  );
  expect(contradicted.map(({ status, errors }) => [status, errors.trimEnd().replace(/ as in the .*/, '')])).toEqual([
    [1, 'The setting “rank” is 6; it must be 4'],
    [1, 'The setting “alpha” is 3; it must be 8'],
    [1, 'The setting “method” is dora; it must be lora'],
    [1, expect.stringMatching(/^The setting “target_modules” is q_proj; it must be .*q_proj, /) as string],
  ]);
  const out = join(folder, 'agreed');
  await usumakuJson(training(out, ...initial, '--rank', '4', '--targets', 'all-linear', '--dropout', '0.1'));
  const config = JSON.parse(readFileSync(join(out, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({ r: 4, lora_alpha: 8, lora_dropout: 0.1 });
  const record = JSON.parse(readFileSync(join(out, 'usumaku.json'), 'utf8')) as { settings: object };
  expect(record.settings).toMatchObject({ method: 'lora', rank: 4, alpha: 8, dropout: 0.1 });
});

test('a merged model lies in shards no larger than asked for, and answers as before', async () => {
  const out = join(folder, 'in shards');
  const merging = ['merge', goldenPath('llama'), goldenPath('llama', 'lora_final'), '--out', out];
  for (const size of ['0', 'large', '5 apples', '-1MB']) {
    expect(await usumaku([...merging, '--max-shard-size', size])).toMatchObject({ status: 2, output: '' });
  }
  await usumakuJson([...merging, '--max-shard-size', '0.2MB']);
  const shards = readdirSync(out).filter((file) => file.endsWith('.safetensors'));
  expect(shards.length).toBeGreaterThan(1);
  for (const file of shards) expect(statSync(join(out, file)).size).toBeLessThan(210_000);
  const asked = ['--ids', '5,6,7', '--max-tokens', '8', '--ignore-eos'];
  const [merged] = await usumakuJson(['generate', out, ...asked]);
  const adapter = ['--adapter', goldenPath('llama', 'lora_final')];
  expect(merged).toEqual((await usumakuJson(['generate', goldenPath('llama'), ...asked, ...adapter]))[0]);
});

test.each([
  ['a file as output folder', ['--out', join(folder, 'file', 'x')], 1],
  ['no rank', ['--rank', '0'], 2],
  ['no steps', ['--steps', '0'], 2],
  ['all inputs dropped', ['--dropout', '1'], 2],
  ['a rate that is no number', ['--lr', 'NaN'], 2],
  ['more warm-up than steps', ['--warmup', '3', '--steps', '2'], 2],
  ['a whole model from an adapter', ['--method', 'full', '--init-adapter', goldenPath('llama', 'lora_init')], 2],
  ['a module that is not there', ['--targets', 'q_proj,nope'], 1],
  ['an adapter of another model', ['--init-adapter', goldenPath('gpt2', 'lora_init')], 1],
])('%s is refused in one line before anything is written', async (_, options, status) => {
  writeFileSync(join(folder, 'file'), '');
  const out = join(folder, 'refused');
  const ended = await usumaku(training(out, ...options));
  expect(ended).toMatchObject({ status, output: '' });
  expect(ended.errors.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(out)).toBe(false);
});

test('precisions are compared on the questions of a file, with the progress told to programs', async () => {
  const questions = join(folder, 'questions.jsonl');
  writeFileSync(questions, '{"id":"1","question":"What is the torque?","answer":"93 N·m"}\n');
  const home = { XDG_DATA_HOME: join(folder, 'data') };
  const command = ['compare-precisions', goldenPath('llama'), '--adapter', goldenPath('llama', 'lora_final')];
  const events = await usumakuJson([...command, '--data', questions, '--device', 'cpu'], home);
  expect(events.at(0)).toMatchObject({ event: 'measuring', precision: 'f32', done: 0, total: 6 });
  expect(events.at(-1)).toMatchObject({
    event: 'precisions',
    device: 'cpu',
    precisions: [
      { precision: 'f32', quality: { score: { total: 1 } }, against: null },
      { precision: 'int8', against: { clearlyWorse: false, paired: { verdict: 'not-enough-evidence' } } },
      { precision: 'int4', against: { paired: { verdict: 'not-enough-evidence' } } },
    ],
  });
  const wrong = await usumaku([...command, '--data', goldenPath('llama', 'config.json')], home);
  expect(wrong).toMatchObject({ status: 1, output: '' });
  expect(wrong.errors).toContain('Say which column holds the question');
});
