/** The commands as somebody types them: the whole path on a tiny real model, and wrong input. */

import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyModel } from '../plant.ts';

const commands = resolve(import.meta.dirname, '../../../../src-main/hosts/cli');
const { CI: _ci, XDG_CACHE_HOME: _cache, ...withoutCi } = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'PoC 試し '));
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs with `folder` as working directory, so that a report without `--data` lands there, and with a home and a
 * temporary folder of its own, to see what is left in them; what is kept of tokenizers that were tried lies with that of
 * the other tests. Without `CI`, under which libraries behave better.
 */
function run(command: string, ...options: string[]): Promise<Ended> {
  return start(command, options, {});
}

/** The same for somebody who sets nothing: whatever is kept lands in the home. */
function runAtHome(command: string, ...options: string[]): Promise<Ended> {
  return start(command, options, { XDG_DATA_HOME: undefined });
}

function start(command: string, options: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const home = { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(commands, command), ...options],
      {
        cwd: folder,
        env: { ...withoutCi, LANG: 'en_US.UTF-8', ...home, ...environment },
      },
      (_, output, errors) => done({ status: child.exitCode ?? -1, output, errors }),
    );
  });
}

const examples = (count: number) =>
  [
    'question,answer',
    ...Array.from({ length: count }, (_, index) => `What is the torque of P-${index}?,${index + 20} N·m`),
  ].join('\n');

/** Weights without a meaning end their answers by chance; with many stop tokens they surely do, as an adapter must. */
function modelThatStops(): string {
  const directory = join(folder, 'model');
  mkdirSync(directory);
  const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];
  for (const name of names) copyFileSync(join(tinyModel, name), join(directory, name));
  const stopTokens = Array.from({ length: 120 }, (_, index) => index * 3 + 2);
  writeFileSync(join(directory, 'generation_config.json'), JSON.stringify({ eos_token_id: stopTokens }));
  return directory;
}

test('the whole path ends in the promised line, a report, and nothing left behind', async () => {
  const file = join(folder, '事例.csv');
  writeFileSync(file, examples(24));
  const { status, output, errors } = await run(
    'poc.ts',
    ...['--json', '--preset', 'quick', '--model', modelThatStops(), '--examples', file, '--language', 'en'],
    // Random weights learn nothing worth applying.
    ...['--precision', 'int8', '--apply-anyway', 'a test'],
  );
  expect(errors).toBe('');
  expect(status).toBe(0);
  const events = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const kinds = [...new Set(events.map(({ event }) => event))];
  expect(kinds).toEqual([
    ...['prepared', 'frozen', 'training', 'trained', 'evaluating', 'evaluated', 'applied', 'asked', 'reverted'],
    ...['comparing-costs', 'report', 'done'],
  ]);
  const done = events.at(-1) ?? {};
  expect(Object.keys(done)).toEqual([
    ...['event', 'heldOut', 'regression', 'trainSeconds', 'evaluateSeconds', 'peakBytes', 'adapterBytes'],
    ...['baseBytes', 'precision', 'revertIdentical'],
  ]);
  const share = expect.toSatisfy((value) => typeof value === 'number' && value >= 0 && value <= 1) as unknown;
  const positive = expect.toSatisfy((value) => typeof value === 'number' && value > 0) as unknown;
  expect(done).toEqual({
    event: 'done',
    heldOut: { base: share, adapter: share },
    regression: { base: share, adapter: share },
    trainSeconds: positive,
    evaluateSeconds: positive,
    peakBytes: positive,
    adapterBytes: positive,
    baseBytes: positive,
    precision: 'int8',
    revertIdentical: true,
  });
  const report = events.at(-2) as { path: string; files: string[]; costs: object };
  expect(report.costs).toMatchObject({
    comparedSteps: 9,
    adapter: { seconds: { value: positive, source: 'measured' } },
    full: {
      parameters: { value: 117_056, source: 'from-steps' },
      // A machine that other work keeps busy cannot time so few steps, and says so.
      seconds: { value: positive, source: expect.stringMatching(/^(?:from-steps|computed)$/) as string },
    },
  });
  expect(report.path.startsWith(folder)).toBe(true);
  expect(report.files.map((path) => path.split('.').at(-1))).toEqual(['html', 'pptx', 'csv']);
  const text = readFileSync(report.path, 'utf8');
  expect(text).toContain('from 9 measured steps');
  expect(text).toContain('bit for bit as before');
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('an adapter that does not meet the criteria ends with status 1, and with the report that says why', async () => {
  const file = join(folder, 'examples.csv');
  writeFileSync(file, examples(24));
  const options = ['--json', '--preset', 'quick', '--model', modelThatStops(), '--examples', file, '--language', 'en'];
  const { status, output, errors } = await run('poc.ts', ...options);
  expect(status).toBe(1);
  expect(errors.trimEnd().split('\n')).toHaveLength(1);
  expect(errors).toContain('does not meet the success criteria');
  const events = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event }) => event)).not.toContain('applied');
  expect(events.at(-1)).toMatchObject({ event: 'done', revertIdentical: null });
  const text = readFileSync((events.at(-2) as { path: string }).path, 'utf8');
  expect(text).toContain('Why it did not pass');
  expect(text).toContain('taught in one wording only');
});

test('wrong input is one sentence and status 2; work that fails is one sentence and status 1', async () => {
  const wrong = await Promise.all([
    run('poc.ts', '--preset', 'fast'),
    run('main.ts', 'serve', '--port', '70000'),
    run('main.ts', 'frobnicate'),
  ]);
  for (const { status, output, errors } of wrong) {
    expect(status).toBe(2);
    expect(output).toBe('');
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  }
  const missing = await run('poc.ts', '--json', '--model', join(folder, 'no model'), '--language', 'ja');
  expect(missing.status).toBe(1);
  expect(missing.output).toBe('');
  expect(missing.errors.trimEnd()).toBe(
    `${join(folder, 'no model')} にフォルダーがありません。場所を確かめるか、ディスクを接続し直してください。`,
  );
  expect(existsSync(join(folder, '.usumaku'))).toBe(false);
});

test('an empty path is refused and never means the usual folder', async () => {
  const named = [
    [runAtHome('main.ts', 'revert', '--data', ''), "option '--data <folder>' is empty. Give a path, or leave it out."],
    [runAtHome('main.ts', 'rollout', 'list', '--data', ' '), "option '--data <folder>' is empty."],
    [runAtHome('main.ts', 'train', tinyModel, '--data', 'x.csv', '--out', ''), "option '--out <folder>' is empty."],
    [runAtHome('main.ts', 'inspect', ''), "argument 'model' is empty. Give a path."],
    [runAtHome('main.ts', 'merge', tinyModel, '', '--out', 'x'), "argument 'adapter' is empty. Give a path."],
    [runAtHome('poc.ts', '--examples', ''), "option '--examples <file>' is empty."],
    [runAtHome('../open-app.ts', '--no-open', '--data', ''), "option '--data <folder>' is empty."],
  ] as const;
  for (const [ended, sentence] of named) {
    const { status, output, errors } = await ended;
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toContain(`The ${sentence}`);
  }
  expect(readdirSync(join(folder, 'home'))).toEqual([]);
});

test('a file that cannot be used is named in one sentence', async () => {
  const empty = join(folder, 'empty.jsonl');
  const noPair = join(folder, 'no pair.jsonl');
  writeFileSync(empty, '');
  writeFileSync(noPair, '{"id":"1","question":"What is 3 plus 4?","answer":"7"}\n\nhello\n');
  const adapter = join(tinyModel, 'lora_final');
  const ended = await Promise.all([
    run('main.ts', 'prove', tinyModel, adapter, '--data', empty),
    run('main.ts', 'prove', tinyModel, adapter, '--data', noPair),
    run('main.ts', 'prove', tinyModel, adapter, '--data', folder),
    run('main.ts', 'prove', noPair, adapter),
    run('main.ts', 'prove', tinyModel, noPair),
    run('main.ts', 'logits', tinyModel, '--ids', '1', '--out', folder),
    run('main.ts', 'generate', tinyModel, '--messages', join(folder, 'none.json')),
    run('poc.ts', '--json', '--examples', join(folder, 'none.csv'), '--model', tinyModel, '--language', 'en'),
  ]);
  const said = [
    'The file is empty.',
    '1 rows cannot be used (first: row 3: The JSON is damaged)',
    `${folder} is a folder. Give the path of a file.`,
    `${noPair} is a file. Choose the folder that holds it.`,
    `The adapter in ${noPair} cannot be read`,
    `${folder} is a folder. Give the path of a file.`,
    `The file ${join(folder, 'none.json')} could not be read`,
    `The file ${join(folder, 'none.csv')} could not be read`,
  ];
  for (const [index, { status, errors }] of ended.entries()) {
    expect(status).toBe(1);
    expect(errors).toContain(said[index]);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  }
});

test('nothing reports home: no device id, no telemetry store', async () => {
  expect((await runAtHome('main.ts', 'doctor', '--json')).status).toBe(0);
  expect([...readdirSync(join(folder, 'home')), ...readdirSync(join(folder, 'tmp'))]).toEqual([]);
});

test('doctor tells devices and the model as one JSON line', async () => {
  const { status, output } = await run('main.ts', 'doctor', tinyModel, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    event: 'doctor',
    devices: { chosen: expect.any(String) as string, cpuCores: expect.any(Number) as number },
    model: {
      architecture: 'llama',
      parameters: 117_056,
      plan: { fits: true, estimatedSeconds: expect.any(Number) as number, measuredSteps: expect.any(Number) as number },
      use: { tokensPerSecond: expect.any(Number) as number, firstTokenSeconds: expect.any(Number) as number },
    },
  });
});

test('generate gives the reference ids of the tiny model, and asks for one kind of input', async () => {
  const { greedy_ids: ids } = JSON.parse(readFileSync(join(tinyModel, 'reference.json'), 'utf8')) as {
    greedy_ids: number[];
  };
  const asked = [
    'generate',
    tinyModel,
    '--prompt',
    'What does E-214 mean?',
    '--max-tokens',
    String(ids.length),
    '--json',
  ];
  const { status, output } = await run('main.ts', ...asked);
  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ ids, precision: 'f32' });
  const data = join(folder, 'データ');
  const inBits = [...asked, '--precision', 'int8', '--data', data];
  const rounded = await run('main.ts', ...inBits);
  expect(JSON.parse(rounded.output)).toMatchObject({ precision: 'int8' });
  // Told where the base is put into 8 bits, and not where it is there already.
  expect(rounded.errors).toMatch(/Converting the base to int8, once \d+\/\d+\n(.*\n)*The base is ready\.\n$/);
  expect(await run('main.ts', ...inBits)).toMatchObject({ status: 0, output: rounded.output, errors: '' });
  // One folder, named after the base's fingerprint.
  expect(readdirSync(join(data, 'quantized'))).toEqual([expect.stringMatching(/^[0-9a-f]{16}-blocks-1$/)]);
  expect(await run('main.ts', 'generate', tinyModel)).toMatchObject({ status: 2, output: '' });
});

test('prove measures an adapter, and fails for one whose answers never end', async () => {
  const adapter = join(tinyModel, 'lora_final');
  const { status, output } = await run('main.ts', 'prove', tinyModel, adapter, '--json');
  expect(status).toBe(0);
  const event = { event: 'proof', changedPrompts: 16, prompts: 16, answers: 5, identicalTensors: null };
  expect(JSON.parse(output)).toMatchObject(event);
  const data = join(folder, 'questions.jsonl');
  writeFileSync(data, '{"id":"1","question":"What is 3 plus 4?","answer":"7"}\n');
  const endless = await run('main.ts', 'prove', tinyModel, adapter, '--data', data);
  expect(endless.status).toBe(1);
  expect(endless.output).toContain('0 of 1 answers end within 64 tokens');
  expect(endless.errors.trimEnd().split('\n')).toHaveLength(1);
});

test('train writes a PEFT folder that generate takes, and leaves no checkpoints', async () => {
  const data = join(folder, '事例.jsonl');
  const lines = Array.from({ length: 16 }, (_, index) => ({
    id: `${index}`,
    question: `P-${index}?`,
    answer: `${index} N·m`,
  }));
  writeFileSync(data, lines.map((line) => JSON.stringify(line)).join('\n'));
  const out = join(folder, 'アダプター');
  const options = ['--epochs', '2', '--batch', '4', '--lr', '0.05', '--rank', '4', '--json'];
  const { status, output } = await run('main.ts', 'train', tinyModel, '--data', data, '--out', out, ...options);
  expect(status).toBe(0);
  const events = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.slice(0, -1).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(Object.keys(events[0] ?? {})).toEqual([
    ...['step', 'loss', 'gradNorm', 'learningRate', 'tokensPerSecond', 'residentBytes'],
  ]);
  expect(events.at(-1)).toMatchObject({ event: 'done', steps: 8 });
  expect(readdirSync(out)).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
  expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
  const asked = ['generate', tinyModel, '--prompt', 'P-1?', '--max-tokens', '8', '--json'];
  const [base, adapted] = await Promise.all([run('main.ts', ...asked), run('main.ts', ...asked, '--adapter', out)]);
  expect(adapted.status).toBe(0);
  expect(adapted.output).not.toBe(base.output);
});

test('train on a base in 8 bits says how the base is kept before its first step', async () => {
  const data = join(folder, 'bits.jsonl');
  writeFileSync(data, '{"id":"1","question":"P-1?","answer":"1 N·m"}\n');
  const bits = ['--base-precision', 'int8', '--cache', join(folder, 'bits'), '--steps', '1'];
  const train = async (out: string, ...more: string[]) =>
    run('main.ts', 'train', tinyModel, '--data', data, '--out', join(folder, out), ...bits, ...more);
  const { status, output, errors } = await train('bits first', '--json');
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  const events = output
    .trimEnd()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { readonly event?: string; readonly step?: number; readonly precision?: string },
    );
  const told = events.filter(({ event }) => event === 'quantizing');
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ precision }) => precision === 'int8')).toBe(true);
  expect(events.slice(told.length).map(({ event, step }) => event ?? step)).toEqual(['prepared', 1, 'done']);
  expect(events[told.length]).toMatchObject({ basePrecision: 'int8', steps: 1, device: 'cpu' });
  // The blocks are there now.
  const again = await train('bits again');
  expect(again).toMatchObject({ status: 0, errors: '' });
  expect(again.output).toContain('the base in int8');
});

test.each([
  [['blah'], 'usumaku', ['poc', 'serve', 'rollout', 'export']],
  [['projects', 'blah'], 'projects', ['list', 'create', 'archive', 'restore']],
  [['safety', '--data', 'x', 'blah'], 'safety', ['list', 'add']],
  [['rollout', 'blah', '--json'], 'rollout', ['start', 'edit', 'route']],
  [['rollout', 'route', 'blah'], 'route', ['add', 'rename', 'retire']],
])('%j is refused with the commands that there are', async (words, group, known) => {
  const { status, output, errors } = await run('main.ts', ...words);
  expect([status, output]).toEqual([2, '']);
  expect(errors).toMatch(new RegExp(`^'${group}' has no command 'blah'\\. It has: .*\\.\n$`));
  for (const name of known) expect(errors).toContain(name);
});
