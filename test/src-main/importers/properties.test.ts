/** Kinds rather than files: any table in every format and encoding, any damaged line, any day in any era. */

import * as XLSX from '@e965/xlsx';
import Encoding from 'encoding-japanese';
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { readSource } from '../../../src-main/importers/read.ts';
import { openDocument, textCell } from '../../fixtures/open-document.ts';

const read = (bytes: Uint8Array, fileName: string) => readSource({ kind: 'file', bytes, fileName });

type Rows = readonly (readonly string[])[];

const separated = (rows: Rows, delimiter = ',') => Papa.unparse(rows as string[][], { delimiter, newline: '\r\n' });
const objects = ([, ...rows]: Rows) => rows.map(([question, answer]) => ({ question, answer }));

function bookOf(rows: Rows, bookType: XLSX.BookType): Uint8Array {
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows as string[][]), 'Sheet1');
  return XLSX.write(book, { type: 'buffer', bookType, compression: true }) as Uint8Array;
}

/** Every way that the same table may come in. */
const ways: Readonly<Record<string, (rows: Rows) => Uint8Array>> = {
  'utf-8.csv': (rows) => Buffer.from(separated(rows)),
  'mark.csv': (rows) => Buffer.from(`\uFEFF${separated(rows)}`),
  'semicolon.csv': (rows) => Buffer.from(separated(rows, ';')),
  'tab.tsv': (rows) => Buffer.from(`\uFEFF${separated(rows, '\t')}`, 'utf16le'),
  'big.csv': (rows) => Buffer.from(`\uFEFF${separated(rows)}`, 'utf16le').swap16(),
  'cp932.csv': (rows) =>
    Buffer.from(Encoding.convert(Encoding.stringToCode(separated(rows)), { from: 'UNICODE', to: 'SJIS' })),
  'lines.jsonl': (rows) =>
    Buffer.from(
      objects(rows)
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    ),
  'array.json': (rows) => Buffer.from(JSON.stringify(objects(rows), null, 2)),
  'book.xlsx': (rows) => bookOf(rows, 'xlsx'),
  'book.xls': (rows) => bookOf(rows, 'biff8'),
  'book.ods': (rows) => openDocument(rows.map((cells) => cells.map(textCell))),
};

// Japanese in every row, so that CP932 is never a guess; signs that separate, quote and break lines.
const piece = fc.constantFrom(
  'a',
  '5',
  ' ',
  'あ',
  '漢字',
  'ｱ',
  '①',
  '髙',
  '"',
  '""',
  ',',
  ';',
  '|',
  '\n',
  '=',
  "'",
  '{',
);
const cell = fc.array(piece, { maxLength: 8 }).map((parts) => `トルク${parts.join('')}です`);
const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });

test.each(Object.entries(ways))('any table as %s is what was written', async (fileName, write) => {
  await fc.assert(
    fc.asyncProperty(table, async (pairs) => {
      const { rows } = await read(write([['question', 'answer'], ...pairs]), fileName);
      expect(rows.map(({ cells }) => cells)).toEqual(pairs);
    }),
    { numRuns: 25 },
  );
});

test('any JSON Lines with any line cut off: that line is named, the others are read', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((value) => `x${value.toWellFormed()}x`);
  const pairs = fc.array(fc.record({ question: text, answer: text }), { minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(), fc.nat(), async (records, at, cut) => {
      const lines = records.map((record) => JSON.stringify(record));
      const damaged = at % lines.length;
      const whole = lines[damaged]!;
      // The beginning of an object is never a whole one.
      lines[damaged] = whole.slice(0, 1 + (cut % (whole.length - 1)));
      const { rows, problems } = await read(Buffer.from(lines.join('\n')), 'x.jsonl');
      expect(problems).toMatchObject([{ row: damaged + 1, code: 'json-damaged' }]);
      expect(rows.map(({ cells }) => cells)).toEqual(
        records.filter((_, index) => index !== damaged).map(({ question, answer }) => [question, answer]),
      );
    }),
  );
});

const chat = (turns: number) => ({
  messages: Array.from({ length: 2 * turns }, (_, at) => ({ role: at % 2 ? 'assistant' : 'user', content: `t${at}` })),
});

test.each([
  ['conversations of several turns', JSON.stringify(chat(2)), 'chat-turns'],
  ['what was said before, in Alpaca’s form', '{"instruction":"i","output":"o","history":[["q","a"]]}', 'chat-turns'],
  ['an answer marked as a bad one', '{"prompt":"q","completion":"a","label":false}', 'marked-bad'],
  ['another mark of a bad answer', '{"instruction":"q","output":"a","kto_tag":false}', 'marked-bad'],
  ['a key that stands twice', '{"question":"q","answer":"first","answer":"second"}', 'repeated-key'],
  ['a text of its own', '"question"', 'not-an-object'],
])('%s: named in any place of JSON Lines and of an array, also where nothing else is there', async (_, line, code) => {
  const good = '{"question":"q{[,]}\\"","answer":"a"}';
  for (const at of [0, 1, 3]) {
    const lines = [good, good, good].toSpliced(at, 0, line);
    for (const text of [lines.join('\n'), `[${lines.join(',\n')}]`]) {
      const { rows, problems } = await read(Buffer.from(text), 'x.json');
      expect(problems).toMatchObject([{ row: at + 1, code }]);
      expect(rows).toHaveLength(3);
    }
  }
  for (const text of [line, `${line}\n${line}`, `[${line}]`])
    await expect(read(Buffer.from(`${text}\n`), 'x.jsonl')).rejects.toMatchObject({
      code: 'import-rows-invalid',
      values: { row: 1, reason: code },
    });
});

test('a system message beside an instruction is told', async () => {
  const line = JSON.stringify({ instruction: 'i', input: '', output: 'o', system: 'Be brief.' });
  const { notices } = await read(Buffer.from(`${line}\n${line}`), 'x.jsonl');
  expect(notices).toEqual([{ code: 'system-left-out', values: { count: 2 } }]);
});

const first = Date.UTC(1900, 2, 1);
const day = fc.integer({ min: 0, max: Math.round((Date.UTC(2099, 0, 1) - first) / 86_400_000) });
const japanese = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { dateStyle: 'long', timeZone: 'UTC' });

test.each([
  [false, 'xlsx'],
  [true, 'xlsx'],
  [false, 'biff8'],
] as const)('any day in its era, with dates from 1904: %s, as %s', async (date1904, bookType) => {
  await fc.assert(
    fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 20 }), async (days) => {
      // Day 61 of the system of 1900 is 1 March 1900; 1904 begins 1,462 days later, and knows no day before.
      const serials = days.map((each) => each + 61).filter((serial) => !date1904 || serial >= 1462);
      const sheet = XLSX.utils.aoa_to_sheet([['question', 'answer'], ...serials.map((_, index) => [`q${index}`, ''])]);
      serials.forEach((serial, index) => {
        const v = date1904 ? serial - 1462 : serial;
        sheet[`B${index + 2}`] = { t: 'n', v, z: 'ggge"年"m"月"d"日"' } satisfies XLSX.CellObject;
      });
      const book = XLSX.utils.book_new(sheet, 'Sheet1');
      book.Workbook = { WBProps: { date1904 } };
      if (serials.length === 0) return;
      const bytes = XLSX.write(book, { type: 'buffer', bookType }) as Uint8Array;
      const { rows } = await read(bytes, `x.${bookType}`);
      const shown = serials.map((serial) => japanese.format(first + (serial - 61) * 86_400_000).replace('元年', '1年'));
      expect(rows.map(({ cells }) => cells[1])).toEqual(shown);
    }),
    { numRuns: 15 },
  );
});
