/** Files of real people's kinds that other tools read wrongly, with their right values: see test/cases/README.md. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRows, completeMapping, proposeMapping } from '../../../src-main/importers/index.ts';
import { type ImportChoice, readSource } from '../../../src-main/importers/read.ts';

async function read(path: string, choice?: ImportChoice) {
  const bytes = readFileSync(join(import.meta.dirname, '../../cases', path));
  const table = await readSource({ kind: 'file', bytes, fileName: path }, choice);
  const width = table.columns.length;
  const mapping = completeMapping(proposeMapping(table.hasHeading ? table.columns : null, width, table.rows), width);
  const { examples, errors } = checkRows(table, mapping);
  return { table, errors, pairs: examples.map(({ question, answer }) => [question, answer]) };
}

const parts = (count: number) =>
  Array.from({ length: count }, (_, index) => [`Where is part ${index + 1}?`, `Shelf ${index + 1}`]);

test('one damaged line of JSON Lines: 39 examples, line 17 named', async () => {
  const { pairs, errors } = await read('data/d4z-jsonl-40-one-bad.jsonl');
  expect(pairs).toHaveLength(39);
  expect(errors).toMatchObject([{ row: 17, code: 'json-damaged' }]);
});

test('a JSON array', async () => {
  const { pairs } = await read('data/d5d-qa-array.json');
  expect(pairs).toHaveLength(10);
  expect(pairs[0]).toEqual(['Where is part 1, row 1?', 'Shelf 1, bin 1']);
});

test('Alpaca: the question is the instruction and its input', async () => {
  const { pairs } = await read('data/d5c-alpaca.jsonl');
  expect(pairs[0]).toEqual(['Translate to English.\n弁', 'valve']);
  expect(new Set(pairs.map(([question]) => question)).size).toBe(4);
});

test.each(['d6-messages', 'd6b-sharegpt', 'd6d-trl-conversational-prompt-completion'])('%s', async (name) => {
  const { pairs, table } = await read(`data/${name}.jsonl`);
  expect(pairs).toEqual(parts(5));
  expect(table.notices.map(({ code }) => code)).toEqual(name === 'd6-messages' ? ['system-left-out'] : []);
});

test('an unclosed quote is named, and nothing is taken', async () => {
  await expect(read('data/d2-unclosed-quote.csv')).rejects.toMatchObject({
    code: 'import-quote-open',
    values: { row: 4, column: 'B' },
  });
});

test('more cells than headings: the row is named', async () => {
  const { pairs, errors } = await read('data/e4-extra-commas.csv');
  expect(pairs).toEqual([['Who?', 'Lead']]);
  expect(errors).toMatchObject([{ row: 2, column: 'C', code: 'surplus-cells', value: 'left side' }]);
});

test('the line sep=; is no heading', async () => {
  const expected = [
    ['Where?', 'Hall 2'],
    ['Who?', 'Line lead'],
  ];
  expect((await read('data/d9-sep-line.csv')).pairs).toEqual(expected);
});

test('headings with remarks', async () => {
  const expected = [
    ['場所は？', '二号棟'],
    ['圧力は？', '上限２'],
  ];
  expect((await read('data/d12-header-variants.csv')).pairs).toEqual(expected);
});

test('user-defined characters of CP932', async () => {
  expect((await read('data/d3j-cp932-user-gaiji.csv')).pairs[0]).toEqual(['氏名は？', '\uE000\uE001さん']);
});

test('JSON Lines in CP932', async () => {
  const { pairs, table } = await read('data/cp932.jsonl');
  expect(table.encoding).toBe('CP932');
  expect(pairs).toEqual([['場所は？', '二号棟']]);
});

test('a workbook is read as Excel shows it', async () => {
  const { pairs, errors } = await read('xlsx/x8-number-formats.xlsx');
  expect(errors).toEqual([]);
  expect(Object.fromEntries(pairs as [string, string][])).toEqual({
    'share of scrap?': '15%',
    'share exact?': '12.5%',
    'part number?': '0042',
    'postal?': '123-4567',
    'price?': '1,200,000円',
    'when?': '2024年4月1日',
    'when with time?': '2024/4/1 13:45',
    'start of shift?': '8:30',
    'duration?': '36:15',
    'temperature?': '20.0℃',
    'tolerance?': '0.30',
    'reiwa date?': '令和6年4月1日',
    'fraction?': '1/2',
    'sci?': '1.5E-07',
    'text number?': '007',
    'neg?': '▲3.5',
    'month only?': '4月',
    'dp?': '3.00',
  });
});

test('a hidden sheet is read only where it is chosen', async () => {
  const { pairs, table } = await read('xlsx/x3-hidden-first-sheet.xlsx');
  expect(pairs).toEqual([['Where?', 'Hall 2']]);
  expect(table.sheets).toEqual([
    { name: 'S1', hidden: true },
    { name: 'S2', hidden: false },
  ]);
  expect((await read('xlsx/x3-hidden-first-sheet.xlsx', { sheet: 'S1' })).pairs).toEqual([
    ['old draft Q', 'old draft A'],
  ]);
});

test('headings below a title are found, said, and can be chosen', async () => {
  const { pairs, table } = await read('xlsx/x10-title-row.xlsx');
  expect(pairs[0]).toEqual(['圧力の上限は？', '21 MPa']);
  expect(table).toMatchObject({ headingRow: 3, notices: [{ code: 'rows-above-heading', values: { row: 3 } }] });
  const bytes = readFileSync(join(import.meta.dirname, '../../cases/xlsx/x10-title-row.xlsx'));
  const none = await readSource({ kind: 'file', bytes, fileName: 'x.xlsx' }, { headingRow: null });
  expect(none).toMatchObject({ headingRow: null, hasHeading: false });
});
