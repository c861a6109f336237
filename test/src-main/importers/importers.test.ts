/** Any table people have becomes rows: encodings, separators, talk, workbooks; errors name the row and the column. */

import Encoding from 'encoding-japanese';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { ExampleIndex } from '../../../src-main/domain/example-index.ts';
import { checkRows, proposeMapping, type Table } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { workbook } from '../../fixtures/workbook.ts';

const readText = (text: string) => readSource({ kind: 'text', text });
const readFile = (bytes: Uint8Array, fileName: string) => readSource({ kind: 'file', bytes, fileName });

const csv = '質問,答え,分類\r\n①㈱髙橋のプレスE-107は？,安全柵を閉める～,警報\r\n"油は,\n何？",ISO VG 46,油\r\n';
const expected = [
  { row: 2, cells: ['①㈱髙橋のプレスE-107は？', '安全柵を閉める～', '警報'] },
  { row: 3, cells: ['油は,\n何？', 'ISO VG 46', '油'] },
];

function utf16(text: string, order: 'le' | 'be', mark: boolean): Buffer {
  const bytes = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

function japanese(text: string, to: 'SJIS' | 'EUCJP' | 'JIS'): Buffer {
  return Buffer.from(Encoding.convert(Encoding.stringToCode(text), { from: 'UNICODE', to }));
}

const mapped = (table: Table) => proposeMapping(table.hasHeading ? table.columns : null, table.columns.length);

describe('encodings', () => {
  test.each([
    ['UTF-8', Buffer.from(csv)],
    ['UTF-8', Buffer.from(`\uFEFF${csv}`)],
    ['UTF-16LE', utf16(csv, 'le', true)],
    ['UTF-16BE', utf16(csv, 'be', true)],
    ['UTF-16LE', utf16(csv, 'le', false)],
    ['UTF-16BE', utf16(csv, 'be', false)],
    ['CP932', japanese(csv, 'SJIS')],
  ])('%s', async (encoding, bytes) => {
    const table = await readFile(bytes, 'examples.csv');
    expect(table).toMatchObject({ encoding, delimiter: ',', columns: ['質問', '答え', '分類'], hasHeading: true });
    expect(table.rows).toEqual(expected);
    expect(mapped(table)).toEqual({ question: 0, answer: 1, category: 2 });
  });

  test('older Japanese encodings', async () => {
    const plain = '質問,答え\n油の種類は何ですか,鉱物油です\n';
    expect(await readFile(japanese(plain, 'EUCJP'), 'x')).toMatchObject({ encoding: 'EUC-JP', rows: [{ row: 2 }] });
    expect((await readFile(japanese(plain, 'JIS'), 'x')).rows[0]?.cells).toEqual(['油の種類は何ですか', '鉱物油です']);
  });

  test.each([
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'import-not-text'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'import-archive-damaged'],
    ['a broken workbook', Buffer.from('504b030400000000', 'hex'), 'import-archive-damaged'],
    ['nothing', Buffer.alloc(0), 'import-empty'],
    ['blank lines', Buffer.from('\uFEFF\r\n  \r\n'), 'import-empty'],
    ['a heading alone', Buffer.from('question,answer\n'), 'import-empty'],
    ['one column', Buffer.from('question\nwhat?\nwhy?\n'), 'import-one-column'],
  ])('%s is refused', async (_, bytes, code) => {
    await expect(readFile(bytes, 'file')).rejects.toMatchObject({ code });
  });
});

test.each([
  ['half of a character', (text: Buffer) => text.fill(0xd8, 2 * csv.indexOf('油') + 1, 2 * csv.indexOf('油') + 2)],
  ['cut off in the middle of a character', (text: Buffer) => text.subarray(0, -1)],
])('damaged UTF-16 is named by its line: %s', async (_, damage) => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), damage(Buffer.from(csv, 'utf16le'))]);
  const line = bytes.length % 2 === 0 ? 3 : 4;
  await expect(readFile(bytes, 'x.csv')).rejects.toMatchObject({ code: 'import-undecodable', values: { line } });
});

describe('separators', () => {
  test.each([
    ['\t', 'what, exactly?\tthis; that\nwhere?\there'],
    [';', 'question;answer\nwhat?;1,5 mm\nwhere?;2,5 mm'],
    ['|', 'question|answer\nwhat?|this'],
    [',', 'question,answer\nwhat?,this'],
  ])('%j', async (delimiter, text) => expect((await readText(text)).delimiter).toBe(delimiter));

  test('whatever a table holds comes back', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'あ', '"', ',', '\n', ';', ' ', '5'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1 }), async (rows) => {
        const text = Papa.unparse([['question', 'answer'], ...rows.map((row) => row.map((value) => `x${value}y`))]);
        expect((await readText(text)).rows.map(({ cells }) => cells)).toEqual(
          rows.map((row) => row.map((value) => `x${value}y`)),
        );
      }),
    );
  });
});

describe('headings', () => {
  test.each([
    ['No,回答,質問\n1,a,q', { question: 2, answer: 1, category: null }],
    ['カテゴリー,Question,ANSWER\nc,q,a', { question: 1, answer: 2, category: 0 }],
    ['質問,備考\nq,a', { question: 0, answer: 1, category: null }],
    ['q text,a text\nb,c', { question: 0, answer: 1, category: null }],
    ['Ｑ,Ａ,x,y\n1,2,3,4', { question: 0, answer: 1, category: null }],
  ])('%j', async (text, mapping) => expect(mapped(await readText(text))).toEqual(mapping));

  test('a file without a heading keeps its first row', async () => {
    const table = await readText('油は？,VG 46\n圧は？,0.6 MPa');
    expect(table.columns).toEqual(['A', 'B']);
    expect(table.rows).toHaveLength(2);
  });
});

describe('talk', () => {
  test.each([
    [
      'Q: what oil?\nA: VG 46\n\nQ: what torque?\nA: 25\nN·m',
      [
        ['what oil?', 'VG 46'],
        ['what torque?', '25\nN·m'],
      ],
    ],
    [
      '質問：油は？ 答え：VG 46\n質問：圧は？　答え：0.6',
      [
        ['油は？', 'VG 46'],
        ['圧は？', '0.6'],
      ],
    ],
    ['Ｑ１：長い\n質問\nＡ１：はい', [['長い\n質問', 'はい']]],
    ['Q: a Plan A: is it good?\nA: yes', [['a Plan A: is it good?', 'yes']]],
    [
      'Q: no answer\nQ: next\nA: yes',
      [
        ['no answer', ''],
        ['next', 'yes'],
      ],
    ],
  ])('%j', async (text, pairs) => {
    const table = await readText(text);
    expect(table.delimiter).toBe('Q/A');
    expect(table.rows.map(({ cells }) => cells)).toEqual(pairs);
  });
});

test('JSON Lines: keys are columns, the first object is line 1', async () => {
  const table = await readText('{"question":"q1","answer":"a1"}\n\n{"answer":"a2","question":"q2","category":"c"}\n');
  expect(table).toMatchObject({ delimiter: 'jsonl', columns: ['question', 'answer', 'category'] });
  expect(table.rows).toEqual([
    { row: 1, cells: ['q1', 'a1'] },
    { row: 3, cells: ['q2', 'a2', 'c'] },
  ]);
});

test('a workbook', async () => {
  const table = await readFile(
    workbook([
      ['質問', '答え'],
      ['トルクは？', 25],
      ['', ''],
      ['油は？', 'VG 46'],
    ]),
    'x.xlsx',
  );
  expect(table).toMatchObject({ delimiter: 'xlsx', columns: ['質問', '答え'] });
  expect(table.rows).toEqual([
    { row: 2, cells: ['トルクは？', '25'] },
    { row: 4, cells: ['油は？', 'VG 46'] },
  ]);
});

describe('rows', () => {
  const mapping = { question: 0, answer: 1, category: 2 };
  const check = async (text: string, present: readonly { question: string; answer: string }[] = []) => {
    const index = new ExampleIndex();
    for (const [place, pair] of present.entries())
      index.put({ ...pair, id: String(place), category: '', split: 'auto' });
    return checkRows(await readText(text), mapping, { present: (pair) => index.has(pair), limited: true });
  };

  test('errors name the row as a spreadsheet shows it, and the column', async () => {
    const { examples, errors } = await check(
      `質問,答え,分類\nq1,a1,c\n,a2,c\nq3,,c\n\nq4\nq1,a1,again\n${'x'.repeat(20_001)},a,c`,
      [],
    );
    expect(examples).toEqual([{ row: 2, question: 'q1', answer: 'a1', category: 'c' }]);
    expect(errors).toMatchObject([
      { row: 3, column: '質問', code: 'empty-question' },
      { row: 4, column: '答え', code: 'empty-answer' },
      { row: 6, column: '答え', code: 'missing-column' },
      { row: 7, column: '質問', code: 'duplicate-row', value: 'q1' },
      { row: 8, column: '質問', code: 'too-long' },
    ]);
    expect(errors[4]?.value.length).toBeLessThan(100);
  });

  test('what is collected already is a duplicate; another answer is not', async () => {
    const present = [{ question: '油は?', answer: 'VG46' }];
    expect((await check('油は？,ＶＧ46,c', present)).errors).toMatchObject([{ row: 1, code: 'duplicate-row' }]);
    expect((await check('油は？,VG 68,c', present)).errors).toEqual([]);
  });
});
