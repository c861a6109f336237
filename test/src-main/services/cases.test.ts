/**
 * Every row of test/cases/README.md through the door that the window uses: requests to the office, nothing else. What the
 * readers and the machine room make of these files is held elsewhere (test/house/cases.test.ts); this holds what people get.
 */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import { Random } from '../../../native-models/random.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import { writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { compose } from '../../../src-main/compose.ts';
import type { ModelCheck } from '../../../src-main/contract/entities.ts';
import { atThisPc } from '../../../src-main/contract/caller.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../src-main/contract/requests.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { openOffice } from '../../fixtures/office.ts';

const cases = join(import.meta.dirname, '../../cases');
const project = {
  ...{ site: 'S', department: 'D', purpose: 'P', targetScore: 0.8, largestRegression: 0.02 },
  ...{ questionsPerDay: 1, minutesPerQuestion: 1, hourlyCost: 1, currency: 'JPY' },
};

/** A file dropped on Collect, its usable rows kept: what was read, what was said, and what stands in the list afterwards. */
async function imported(path: string, choice?: { readonly sheet?: string; readonly headingRow?: number | null }) {
  const { ask } = await openOffice();
  const base64 = readFileSync(join(cases, path)).toString('base64');
  const first = await ask('import.preview', { kind: 'file', fileName: basename(path), base64 });
  const preview = choice ? await ask('import.choose', { importId: first.importId, ...choice }) : first;
  const { importId, mapping, notices } = preview;
  const { errors, valid } = await ask('import.check', { importId, mapping });
  const { added } = await ask('import.commit', { importId, mapping, skipInvalid: true });
  const { examples, total } = await ask('examples.list', { offset: 0, limit: 1000 });
  expect([added, total]).toEqual([valid, valid]);
  const pairs = examples.map(({ question, answer }) => [question, answer]);
  return { preview, notices: notices.map(({ code }) => code), errors, pairs };
}

const parts = (count: number, question: (part: number) => string, answer: (part: number) => string) =>
  Array.from({ length: count }, (_, index) => [question(index + 1), answer(index + 1)]);
const inAnyOrder = (pairs: readonly (readonly string[])[]) => pairs.map((pair) => pair.join('\n')).toSorted();

describe('data', () => {
  test('JSON Lines with a damaged line', async () => {
    const { pairs, errors } = await imported('data/d4z-jsonl-40-one-bad.jsonl');
    expect(pairs).toHaveLength(39);
    expect(errors).toMatchObject([{ row: 17, code: 'json-damaged' }]);
  });

  test('one array', async () => {
    const { pairs, errors } = await imported('data/d5d-qa-array.json');
    expect(inAnyOrder(pairs)).toEqual(
      inAnyOrder(parts(10, (part) => `Where is part ${part}, row ${part}?`, (part) => `Shelf ${part}, bin ${part}`)),
    ); // prettier-ignore
    expect(errors).toEqual([]);
  });

  test('instruction, input and output', async () => {
    const { pairs } = await imported('data/d5c-alpaca.jsonl');
    expect(new Set(pairs.map(([question]) => question)).size).toBe(4);
    expect(pairs).toContainEqual(['Translate to English.\n弁', 'valve']);
  });

  test.each([
    ['d6-messages', ['system-left-out']],
    ['d6b-sharegpt', []],
    ['d6d-trl-conversational-prompt-completion', []],
  ])('%s', async (name, said) => {
    const { pairs, notices, errors } = await imported(`data/${name}.jsonl`);
    expect(inAnyOrder(pairs)).toEqual(
      inAnyOrder(parts(5, (part) => `Where is part ${part}?`, (part) => `Shelf ${part}`)),
    ); // prettier-ignore
    expect([notices, errors]).toEqual([said, []]);
  });

  test('a quote that never closes', async () => {
    await expect(imported('data/d2-unclosed-quote.csv')).rejects.toMatchObject({
      code: 'import-quote-open',
      values: { row: 4, column: 'B' },
    });
  });

  test('more cells than headings', async () => {
    const { pairs, errors } = await imported('data/e4-extra-commas.csv');
    expect(pairs).toEqual([['Who?', 'Lead']]);
    expect(errors).toMatchObject([{ row: 2, column: 'C', code: 'surplus-cells', value: 'left side' }]);
  });

  test.each([
    [
      'd9-sep-line.csv',
      [
        ['Where?', 'Hall 2'],
        ['Who?', 'Line lead'],
      ],
    ],
    [
      'd12-header-variants.csv',
      [
        ['場所は？', '二号棟'],
        ['圧力は？', '上限２'],
      ],
    ],
    [
      'd3j-cp932-user-gaiji.csv',
      [
        ['氏名は？', '\uE000\uE001さん'],
        ['圧力は？', '上限２'],
      ],
    ],
    ['cp932.jsonl', [['場所は？', '二号棟']]],
  ])('%s', async (name, right) => {
    const { pairs, errors } = await imported(`data/${name}`);
    expect(inAnyOrder(pairs)).toEqual(inAnyOrder(right));
    expect(errors).toEqual([]);
  });
});

describe('xlsx', () => {
  test('numbers as Excel shows them', async () => {
    const { pairs, errors } = await imported('xlsx/x8-number-formats.xlsx');
    expect(errors).toEqual([]);
    expect(Object.fromEntries(pairs as [string, string][])).toMatchObject({
      'start of shift?': '8:30',
      'duration?': '36:15',
      'when with time?': '2024/4/1 13:45',
      'share of scrap?': '15%',
      'part number?': '0042',
      'price?': '1,200,000円',
      'reiwa date?': '令和6年4月1日',
      'neg?': '▲3.5',
    });
  });

  test('the visible sheet, and another where it is chosen', async () => {
    const { pairs, preview } = await imported('xlsx/x3-hidden-first-sheet.xlsx');
    expect(pairs).toEqual([['Where?', 'Hall 2']]);
    expect([preview.sheet, preview.sheets]).toEqual([
      'S2',
      [
        { name: 'S1', hidden: true },
        { name: 'S2', hidden: false },
      ],
    ]);
    expect((await imported('xlsx/x3-hidden-first-sheet.xlsx', { sheet: 'S1' })).pairs).toEqual([
      ['old draft Q', 'old draft A'],
    ]);
  });

  test('headings below a title', async () => {
    const { pairs, preview, notices } = await imported('xlsx/x10-title-row.xlsx');
    expect(pairs).toContainEqual(['圧力の上限は？', '21 MPa']);
    expect([preview.headingRow, notices]).toEqual([3, ['rows-above-heading']]);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'usumaku cases '));
/** The app on its real model process: one for all models. */
let app: ReturnType<typeof openApp>;
beforeAll(() => {
  app = openApp();
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

function openApp() {
  const dataDirectory = join(folder, 'data');
  const opened = compose({ dataDirectory, log: { info: () => {}, error: () => {} }, startProcess: forkProcess });
  const ask = async <Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> => {
    const reply = await opened.dispatch(name, input, atThisPc('cli'));
    if (!reply.ok) throw Object.assign(new Error(JSON.stringify(reply.error)), reply.error);
    return reply.value as RequestOutput<Name>;
  };
  /** What Set up says of a folder: its check list, once it is whole. */
  async function checkList(directory: string) {
    const ended = Promise.withResolvers<ModelCheck>();
    const stop = opened.subscribe((event) => {
      if (event.kind === 'checking-model' && event.check.state !== 'running') ended.resolve(event.check);
    });
    await ask('models.check', { directory });
    const { lines, error } = await ended.promise;
    stop();
    expect(error).toBeNull();
    return Object.fromEntries(lines.map((line) => [line.item, line]));
  }
  return { ask, checkList, close: () => opened.close() };
}

interface FolderParts {
  readonly template?: string;
  /** So few that every example is too long, which is how the window comes to say how long it is. */
  readonly contextLength?: number;
  readonly tied?: boolean;
}

/** A model folder of a case: with weights drawn from a seed where it has none. */
async function modelFolder(from: string, { template, contextLength, tied }: FolderParts): Promise<string> {
  const directory = join(mkdtempSync(join(folder, 'model ')), basename(from));
  cpSync(from, directory, { recursive: true });
  const config = {
    ...(JSON.parse(readFileSync(join(from, 'config.json'), 'utf8')) as Record<string, unknown>),
    ...(contextLength !== undefined && { max_position_embeddings: contextLength }),
    ...(tied !== undefined && { tie_word_embeddings: tied }),
  };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  if (template !== undefined) writeFileSync(join(directory, 'chat_template.jinja'), template);
  if (existsSync(join(from, 'model.safetensors'))) return directory;
  const random = new Random(7);
  const tensors = [...decoderFromConfig(config).weightShapes].map(([name, shape]) => {
    const count = shape.reduce((product, each) => product * each, 1);
    const values = Float32Array.from({ length: count }, () => random.fraction() - 0.5);
    return { name, dtype: 'F32' as const, shape, data: new Uint8Array(values.buffer) };
  });
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' });
  return directory;
}

/** The project on this model. */
async function use(directory: string): Promise<void> {
  const { id } = await app.ask('models.add', { directory });
  await app.ask('project.save', { ...project, modelId: id });
}

/** How many tokens Collect says that each example has, question by question. */
async function tokensOf(directory: string, pairs: readonly (readonly [string, string])[]) {
  await use(directory);
  for (const [question, answer] of pairs) await app.ask('examples.add', { question, answer });
  const { findings } = await app.ask('datasets.readiness', {});
  const tokens = new Map(
    findings.map(({ kind, values }) => [kind === 'too-long' && values['question'], values['tokens']]),
  );
  return pairs.map(([question]) => Number(tokens.get(question)));
}

/** Question, answer, end: nothing else counts. */
const bare = `{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}</s>{% endif %}{% endfor %}`;
const read = (path: string) => readFileSync(join(cases, path), 'utf8');

describe('tokenizers', () => {
  test.each(['t1-unigram', 't2-whitespace', 't3-single-word'])('%s', async (name) => {
    const directory = await modelFolder(join(cases, 'tokenizers', name), { template: bare, contextLength: 3 });
    const recorded = JSON.parse(read(`tokenizers/${name}/expected.json`)) as {
      readonly text: string;
      readonly ids: readonly number[];
    }[];
    expect(await app.checkList(directory)).toMatchObject({ tokenizer: { state: 'good' }, template: { state: 'good' } });
    const counts = await tokensOf(directory, recorded.map(({ text }) => [text, '7'] as const)); // prettier-ignore
    // An answer of one digit and the end of its turn; Unigram marks the beginning of a text that begins anew.
    const behind = counts.map((count, index) => count - recorded[index]!.ids.length);
    expect(behind).toEqual(recorded.map(() => 2));
  });

  test('t4-added-in-config: the end of answers is the declared marker, and one token long', async () => {
    const directory = await modelFolder(join(cases, 'tokenizers/t4-added-in-config'), { contextLength: 3 });
    const list = await app.checkList(directory);
    expect(list['tokenizer']).toMatchObject({ state: 'good', found: { tokens: 507 } });
    expect(list['stopTokens']).toMatchObject({
      state: 'good',
      found: { tokens: expect.stringMatching(/^<\|im_end\|> ?$/u) as string },
    });
    const [short, long] = await tokensOf(directory, [
      ['Q', 'A'],
      ['Q<', 'A'],
    ]);
    // <|im_start|> twice and <|im_end|> twice as one token each, and seven others.
    expect([short, long! - short!]).toEqual([11, 1]);
  });
});

describe('templates', () => {
  const starter = async (template: string) => modelFolder(starterModelDirectory, { template, contextLength: 8 });

  test.each([
    ['set-in-a-loop', ''],
    ['think-block-in-finished-chats', '<think>\n\n</think>\n\n'],
    ['think-block-in-open-chats', '<think>\n\n</think>\n\n'],
  ])('%s: an example is as long as the prompt that is asked, its answer and its end', async (name, opening) => {
    const tokenizer = await openTokenizer(starterModelDirectory);
    const directory = await starter(read(`templates/${name}.jinja`));
    expect(await app.checkList(directory)).toMatchObject({
      template: { state: 'good' },
      stopTokens: { state: 'good', found: { tokens: '<|im_end|>' } },
    });
    const text = `<|im_start|>user\n油圧ポンプの点検は？<|im_end|>\n<|im_start|>assistant\n${opening}`;
    const right = await tokenizer.encode(text);
    const [tokens] = await tokensOf(directory, [['油圧ポンプの点検は？', '7']]);
    expect(tokens! - right.length).toBe(2);
  });

  test.each(['think-block-in-finished-chats', 'think-block-in-open-chats'])(
    '%s: no thought is shown as the answer',
    async (name) => {
      await use(await modelFolder(starterModelDirectory, { template: read(`templates/${name}.jinja`) }));
      const { base } = await app.ask('ask.ask', { question: '見学は何時からですか？' });
      expect(base.text).not.toMatch(/think/u);
    },
  );
});

test('models/tied-flag-own-head: the stored head answers, whatever the flag says', async () => {
  const template = bare;
  const given = join(cases, 'models/tied-flag-own-head');
  const answers: string[] = [];
  for (const tied of [true, false]) {
    await use(await modelFolder(given, { template, tied }));
    const { base } = await app.ask('ask.ask', { question: 'Where is part 7?' });
    answers.push(base.text);
  }
  expect(answers[0]).not.toBe('');
  expect(answers[0]).toBe(answers[1]);
});
