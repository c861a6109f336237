/** Files that were put together, saved as something else or crossed out by hand: named, never taken for what they are not. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRows, foundMapping } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { openDocument, textCell, withPart } from '../../fixtures/open-document.ts';
import { workbookOf } from '../../fixtures/workbook.ts';

const read = async (bytes: Buffer | string, fileName: string) => {
  const table = await readSource({ kind: 'file', bytes: Buffer.from(bytes), fileName });
  const { examples, errors } = checkRows(table, foundMapping(table));
  return {
    pairs: examples.map(({ question, answer }) => `${question} ${answer}`),
    errors: errors.map(({ row, column, code }) => `${row} ${column} ${code}`),
    notices: table.notices.map(({ code }) => code),
  };
};

test('headings that stand once more are named, whatever the number of files that were put together', async () => {
  const parts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(parts, fc.constantFrom(',', ';', '\t'), async (lengths, separator) => {
      const rows = lengths.flatMap((length, file) => [
        ['question', 'answer'],
        ...Array.from({ length }, (_, at) => [`q${file}-${at}`, `a${at}`]),
      ]);
      const { pairs, errors } = await read(rows.map((row) => row.join(separator)).join('\n'), 'x.csv');
      expect(pairs).toHaveLength(lengths.reduce((sum, length) => sum + length, 0));
      expect(errors).toHaveLength(lengths.length - 1);
      expect(errors.every((error) => error.endsWith('headings-again'))).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['SYLK', 'ID;PWXL;N;E\nC;Y1;X1;K"question"\nC;X2;K"answer"\nE\n'],
  ['a web archive', 'MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<table><td>a, b</td></table>\r\n'],
  ['RTF', '{\\rtf1\\ansi question, answer\\par Where?, Hall 2}'],
  ['DIF', 'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\n'],
  ['PDF', '%PDF-1.4\n1 0 obj\n<< /Type /Catalog, /Pages 2 0 R >>\n'],
])('%s is no table of separated text', async (_, text) => {
  await expect(read(text, 'x.csv')).rejects.toMatchObject({ code: 'import-not-text' });
});

test.each(['\u200B', '\u2060\u00AD', '\uFEFF \u200E'])('an answer that nobody sees is empty: %j', async (answer) => {
  const { errors } = await read(
    `${JSON.stringify({ question: 'q', answer })}\n{"question":"r","answer":"a"}\n`,
    'x.jsonl',
  );
  expect(errors).toEqual(['1 answer empty-answer']);
});

test('control characters that JSON escapes are named', async () => {
  const line = (answer: string) => JSON.stringify({ question: `q ${answer.length}`, answer });
  const { pairs, errors } = await read([line('a\0'), line('\x1B[31m'), line('good\ttab')].join('\n'), 'x.jsonl');
  expect(errors).toEqual(['1 answer broken-character', '2 answer broken-character']);
  expect(pairs).toEqual(['q 8 good\ttab']);
});

describe('struck through', () => {
  const text = (place: string, of: string, more = '') =>
    `<c r="${place}"${more} t="inlineStr"><is><t>${of}</t></is></c>`;
  const rows = (cell: string) =>
    `<row r="1">${text('A1', 'question')}${text('B1', 'answer')}</row><row r="2">${text('A2', 'q')}${cell}</row><row r="3">${text('A3', 'r')}${text('B3', 'a')}</row>`;
  const named = { pairs: ['r a'], errors: ['2 answer struck-through'], notices: [] };

  test('a part of a cell', async () => {
    const cell = '<c r="B2" t="inlineStr"><is><r><rPr><strike/></rPr><t>45</t></r><r><t>50</t></r></is></c>';
    expect(await read(workbookOf(rows(cell)), 'x.xlsx')).toEqual(named);
    expect((await read(workbookOf(rows(cell.replace('<strike/>', '<strike val="0"/>'))), 'x.xlsx')).pairs).toHaveLength(
      2,
    );
  });

  test('a part of a shared string, and a whole cell by its format', async () => {
    const [relations, documents] = [
      'http://schemas.openxmlformats.org/package/2006/relationships',
      'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
    ];
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
    const relation = (id: number, type: string) =>
      `<Relationship Id="rId${id}" Type="${documents}/${type}" Target="${type}.xml"/>`;
    const book = (cell: string) =>
      withPart(
        workbookOf(rows(cell), {
          'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${documents}/worksheet" Target="worksheets/sheet1.xml"/>${relation(2, 'sharedStrings')}${relation(3, 'styles')}</Relationships>`,
          'xl/sharedStrings.xml': `<sst xmlns="${main}"><si><t>plain</t></si><si><r><rPr><strike/></rPr><t>45</t></r><r><t>50</t></r></si></sst>`,
          'xl/styles.xml': `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/></font><font><strike/><sz val="11"/></font></fonts><cellXfs count="2"><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>`,
        }),
        '[Content_Types].xml',
        (xml) =>
          xml.replace(
            '</Types>',
            `<Override PartName="/xl/sharedStrings.xml" ContentType="${kind}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/></Types>`,
          ),
      );
    expect(await read(book('<c r="B2" t="s"><v>1</v></c>'), 'x.xlsx')).toEqual(named);
    expect(await read(book(text('B2', 'old', ' s="1"')), 'x.xlsx')).toEqual(named);
    expect(await read(book('<c r="B2" s="1"><v>45</v></c>'), 'x.xlsx')).toEqual(named);
    expect((await read(book('<c r="B2" t="s"><v>0</v></c>'), 'x.xlsx')).pairs).toEqual(['q plain', 'r a']);
  });

  test.each([
    ['a cell', '<table:table-cell table:style-name="gone"', ''],
    ['words of a cell', '<table:table-cell', '<text:span text:style-name="gone">4</text:span>'],
  ])('OpenDocument: %s', async (_, cell, words) => {
    const of = [
      [textCell('question'), textCell('answer')],
      [textCell('q'), textCell('STRUCK')],
      [textCell('r'), textCell('a')],
    ];
    const struck = (line: string) =>
      withPart(
        openDocument(of, {
          automatic: `<style:style style:name="gone" style:family="text"><style:text-properties style:text-line-through-style="${line}"/></style:style>`,
        }),
        'content.xml',
        (xml) => xml.replace(/<table:table-cell (?=[^>]*><text:p>STRUCK)/u, `${cell} `).replace('STRUCK', `${words}5`),
      );
    expect(await read(struck('solid'), 'x.ods')).toEqual(named);
    expect((await read(struck('none'), 'x.ods')).pairs).toHaveLength(2);
  });
});

test('rows and columns without height or width are hidden, as Excel hides them', async () => {
  const text = (place: string, of: string) => `<c r="${place}" t="inlineStr"><is><t>${of}</t></is></c>`;
  const rows = `<row r="1">${text('A1', 'question')}${text('B1', 'answer')}${text('C1', 'category')}</row><row r="2" ht="0" customHeight="1">${text('A2', 'q')}${text('B2', 'a')}</row><row r="3" ht="15">${text('A3', 'r')}${text('B3', 'b')}</row>`;
  const bytes = withPart(workbookOf(rows), 'xl/worksheets/sheet1.xml', (xml) =>
    xml.replace('<sheetData>', '<cols><col min="3" max="3" width="0" customWidth="1"/></cols><sheetData>'),
  );
  expect(await read(bytes, 'x.xlsx')).toEqual({
    pairs: ['r b'],
    errors: [],
    notices: ['hidden-rows', 'hidden-columns'],
  });
});

test.each([
  ['a cell twice', ['A1', 'B1', 'A2', 'B2', 'B2']],
  ['a row twice', ['A1', 'B1', 'A2', 'B2', 'A2', 'B2']],
  ['cells out of order', ['A1', 'B1', 'B2', 'A2']],
])('%s: nobody knows which counts, so nothing is taken', async (_, places) => {
  const rows = places.map((place) => `<row><c r="${place}" t="inlineStr"><is><t>question</t></is></c></row>`);
  await expect(read(workbookOf(rows.join('')), 'x.xlsx')).rejects.toMatchObject({ code: 'import-unreadable' });
});
