/**
 * Every row of test/cases/README.md is held by a test: which one stands here, and this looks that it is still there. A
 * file that is added to test/cases without a row here fails.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const cases = join(root, 'test/cases');

interface Row {
  /** A file of test/cases, a folder of it, or what the README says of a row without a file. */
  readonly row: string;
  readonly spec: string;
  /** The name of the test as it stands in the spec. */
  readonly test: string;
}

const rows = (spec: string, tests: readonly (readonly [row: string, test: string])[]): readonly Row[] =>
  tests.map(([row, test]) => ({ row, spec, test }));

const table: readonly Row[] = [
  ...rows('test/src-main/importers/cases.test.ts', [
    ['data/d4z-jsonl-40-one-bad.jsonl', 'one damaged line of JSON Lines: 39 examples, line 17 named'],
    ['data/d5d-qa-array.json', 'a JSON array'],
    ['data/d5c-alpaca.jsonl', 'Alpaca: the question is the instruction and its input'],
    ['data/d6-messages.jsonl', '%s'],
    ['data/d6b-sharegpt.jsonl', '%s'],
    ['data/d6d-trl-conversational-prompt-completion.jsonl', '%s'],
    ['data/d2-unclosed-quote.csv', 'an unclosed quote is named, and nothing is taken'],
    ['data/e4-extra-commas.csv', 'more cells than headings: the row is named'],
    ['data/d9-sep-line.csv', 'the line sep=; is no heading'],
    ['data/d12-header-variants.csv', 'headings with remarks'],
    ['data/d3j-cp932-user-gaiji.csv', 'user-defined characters of CP932'],
    ['data/cp932.jsonl', 'JSON Lines in CP932'],
    ['xlsx/x8-number-formats.xlsx', 'a workbook is read as Excel shows it'],
    ['xlsx/x3-hidden-first-sheet.xlsx', 'a hidden sheet is read only where it is chosen'],
    ['xlsx/x10-title-row.xlsx', 'headings below a title are found, said, and can be chosen'],
  ]),
  ...rows('test/src-main/hosts/cli/examples-file.test.ts', [
    ['data/cp932.jsonl', 'the command line reads what the window reads: %s'],
  ]),
  ...rows('test/src-main/services/cases.test.ts', [
    ['data/d4z-jsonl-40-one-bad.jsonl', 'JSON Lines with a damaged line'],
    ['data/d5d-qa-array.json', 'one array'],
    ['data/d5c-alpaca.jsonl', 'instruction, input and output'],
    ['data/d6-messages.jsonl', "['d6-messages', ['system-left-out']]"],
    ['data/d6b-sharegpt.jsonl', "['d6b-sharegpt', []]"],
    ['data/d6d-trl-conversational-prompt-completion.jsonl', "['d6d-trl-conversational-prompt-completion', []]"],
    ['data/d2-unclosed-quote.csv', 'a quote that never closes'],
    ['data/e4-extra-commas.csv', 'more cells than headings'],
    ['data/d9-sep-line.csv', "'d9-sep-line.csv'"],
    ['data/d12-header-variants.csv', "'d12-header-variants.csv'"],
    ['data/d3j-cp932-user-gaiji.csv', "'d3j-cp932-user-gaiji.csv'"],
    ['data/cp932.jsonl', "['cp932.jsonl', [['場所は？', '二号棟']]]"],
    ['xlsx/x8-number-formats.xlsx', 'numbers as Excel shows them'],
    ['xlsx/x3-hidden-first-sheet.xlsx', 'the visible sheet, and another where it is chosen'],
    ['xlsx/x10-title-row.xlsx', 'headings below a title'],
    ['tokenizers/t1-unigram', "test.each(['t1-unigram', 't2-whitespace', 't3-single-word'])"],
    ['tokenizers/t2-whitespace', "test.each(['t1-unigram', 't2-whitespace', 't3-single-word'])"],
    ['tokenizers/t3-single-word', "test.each(['t1-unigram', 't2-whitespace', 't3-single-word'])"],
    [
      'tokenizers/t4-added-in-config',
      't4-added-in-config: the end of answers is the declared marker, and one token long',
    ],
    ['templates/set-in-a-loop.jinja', '%s: an example is as long as the prompt that is asked, its answer and its end'],
    [
      'templates/think-block-in-finished-chats.jinja',
      '%s: an example is as long as the prompt that is asked, its answer and its end',
    ],
    ['templates/think-block-in-open-chats.jinja', '%s: no thought is shown as the answer'],
    ['models/tied-flag-own-head', 'the stored head answers, whatever the flag says'],
  ]),
  ...rows('test/native-models/text/cases.test.ts', [
    ['tokenizers/t1-unigram', '%s gives the recorded ids'],
    ['tokenizers/t2-whitespace', '%s gives the recorded ids'],
    ['tokenizers/t3-single-word', '%s gives the recorded ids'],
    ['tokenizers/t4-added-in-config', 'the folder of the case: its chat begins and ends with the declared markers'],
    ['Split with `invert`', 'a part that another library ignored: %s'],
    ['Split by string with Removed', 'a part that another library ignored: %s'],
    ['Punctuation other than Isolated', 'a part that another library ignored: %s'],
  ]),
  ...rows('test/native-models/text/jinja.test.ts', [
    ['templates/set-in-a-loop.jinja', 'a value set in one round of a loop is not there in the next'],
    ['templates/set-in-a-loop.messages.json', 'a value set in one round of a loop is not there in the next'],
    ["`strip('x')`", 'a| a\\n| a|\\ufeffa'],
    ["`lstrip('\\n')`", 'a| a\\n| a|\\ufeffa'],
    ['`[1]==[1]`', 'it compares a list by ==, which is not supported'],
    ['`strftime` with `%-d %e %j %F %I %p`', '1  1 092 2024-04-01 03 PM Monday April %'],
  ]),
  ...rows('test/native-models/text/chat-template.test.ts', [
    ['templates/think-block-in-finished-chats.jinja', '%s'],
    ['templates/think-block-in-open-chats.jinja', '%s'],
  ]),
  ...rows('test/native-models/train/thinking.test.ts', [
    [
      'templates/think-block-in-finished-chats.jinja',
      'a template that thinks scores within one answer of the plain one',
    ],
  ]),
  ...rows('test/native-models/architectures/stored-head.test.ts', [
    [
      'models/tied-flag-own-head',
      'the flag says tied, and the file holds a head: the head answers, as in transformers 5.18',
    ],
  ]),
  ...rows('test/native-models/models/check.test.ts', [
    [
      '`repetition_penalty` of generation_config.json',
      'what generation_config.json asks for and is not done is said; what changes nothing is not',
    ],
  ]),
  ...rows('test/native-models/models/identity.test.ts', [
    [
      'identity is weights, tokenizer and template',
      'an adapter stays with the template and the tokenizer it was trained with',
    ],
  ]),
  ...rows('test/native-models/peft/doors.test.ts', [
    ['target_modules name a module that the model lacks', 'a target that the model lacks'],
    ['whose file lacks tensors', 'a module that its file lacks'],
  ]),
  ...rows('test/native-models/peft/served.test.ts', [
    [
      'Gemma 3 adapters with the old key names',
      'an adapter with the names from before transformers 4.52 is the same adapter',
    ],
  ]),
];

const readme = readFileSync(join(cases, 'README.md'), 'utf8');

describe('every row of the cases', () => {
  test.each(table)('$row in $spec', ({ row, spec, test: title }) => {
    const text = readFileSync(join(root, spec), 'utf8');
    expect(text).toContain(title);
    if (row.includes('/')) expect(text).toContain(basename(row).replace(/\..*$/, ''));
    else expect(readme).toContain(row);
  });

  test('no file is left out', () => {
    const files = readdirSync(cases, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(cases, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => file !== 'README.md');
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((file) => !table.some(({ row }) => file === row || file.startsWith(`${row}/`)))).toEqual([]);
  });

  test('no row of the README is left out', () => {
    const named = [...readme.matchAll(/^\| ((?:data|xlsx|tokenizers|templates|models)\/[^|]+) \|/gm)].map(
      ([, file = '']) => file.split(',')[0]!,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !table.some(({ row }) => row === file))).toEqual([]);
  });
});
