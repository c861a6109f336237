/**
 * What people see where something other than a cell's own format decides: zeros that a sheet leaves empty, conditional formats
 * that bring a number format or leave the number out, formulas of OpenDocument without their results. In every format.
 */

import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRows, foundMapping } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { shownOtherwiseInStream } from '../../../src-main/importers/shown-otherwise-binary.ts';
import { openDocument, textCell, withPart } from '../../fixtures/open-document.ts';

const read = async (bytes: Buffer, format: string) => {
  const table = await readSource({ kind: 'file', bytes, fileName: `x.${format}` });
  const { examples, errors } = checkRows(table, foundMapping(table));
  return {
    pairs: examples.map(({ question, answer }) => `${question} ${answer}`),
    errors: errors.map(({ row, column, code }) => `${row} ${column} ${code}`),
    notices: table.notices,
  };
};

type Rows = readonly (readonly [string, string | number])[];

const rows: Rows = [
  ['question', 'answer'],
  ['How heavy?', 12.5],
  ['How many?', 0],
  ['Where?', 'Hall 2'],
];

const written = (bookType: 'xlsx' | 'xlsb' | 'biff8', of: Rows = rows): Buffer =>
  Buffer.from(
    XLSX.write(XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(of as [string, string][]), 'Sheet1'), {
      type: 'buffer',
      bookType,
    }) as Uint8Array,
  );

const sheet1 = 'xl/worksheets/sheet1.xml';
const number = (value: number) => ({
  attributes: `office:value-type="float" office:value="${value}"`,
  text: String(value),
});
const asCells = (of: Rows) =>
  of.map((row) => row.map((value) => (typeof value === 'number' ? number(value) : textCell(value))));

/** Flags of the window lie behind the head of its record: bit 4 shows zeros. */
const withoutZeros = (part: Buffer, head: readonly number[]): Buffer => {
  const at = part.indexOf(Buffer.from(head)) + head.length;
  expect(at).toBeGreaterThan(head.length);
  part.writeUInt16LE(part.readUInt16LE(at) & ~0x10, at);
  return part;
};

describe('a sheet that shows no zeros', () => {
  test.each([
    ['xlsx', () => withPart(written('xlsx'), sheet1, (xml) => xml.replace('<sheetView ', '<sheetView showZeros="0" '))],
    // Window2 of a worksheet is 18 bytes long.
    ['xls', () => withoutZeros(written('biff8'), [0x3e, 0x02, 0x12, 0x00])],
    [
      'xlsb',
      () => {
        // BrtBeginWsView is record 137, 30 bytes long.
        const change = (part: string) => withoutZeros(Buffer.from(part, 'latin1'), [0x89, 0x01, 0x1e]);
        return withPart(
          written('xlsb'),
          'xl/worksheets/sheet1.bin',
          (part) => change(part).toString('latin1'),
          'latin1',
        );
      },
    ],
    [
      'ods',
      () =>
        openDocument(asCells(rows), {
          'settings.xml':
            '<office:document-settings><config:config-item config:name="ShowZeroValues" config:type="boolean">false</config:config-item></office:document-settings>',
        }),
    ],
  ] as const)('%s: they are empty, as people see them, and that is said', async (format, make) => {
    expect(await read(make(), format)).toEqual({
      pairs: ['How heavy? 12.5', 'Where? Hall 2'],
      errors: ['3 answer missing-column'],
      notices: [{ code: 'hidden-zeros', values: { count: 1 } }],
    });
  });

  test.each([
    ['xlsx', () => written('xlsx')],
    ['xls', () => written('biff8')],
    ['xlsb', () => written('xlsb')],
    ['ods', () => openDocument(asCells(rows))],
  ] as const)('%s: any other shows them', async (format, make) => {
    expect(await read(make(), format)).toEqual({
      pairs: ['How heavy? 12.5', 'How many? 0', 'Where? Hall 2'],
      errors: [],
      notices: [],
    });
  });
});

/** The workbook with a conditional format over these cells, and these formats for conditions. */
const conditional = (bytes: Buffer, block: string, formats = '<dxf><numFmt numFmtId="170" formatCode="0.0"/></dxf>') =>
  withPart(
    withPart(bytes, 'xl/styles.xml', (xml) => xml.replace(/<dxfs[^>]*\/>/u, `<dxfs count="2">${formats}</dxfs>`)),
    sheet1,
    (xml) => xml.replace('</sheetData>', `</sheetData>${block}`),
  );

const rule = (dxfId: number) =>
  `<cfRule type="cellIs" dxfId="${dxfId}" priority="1" operator="greaterThan"><formula>1</formula></cfRule>`;
const over = (sqref: string, inside: string) =>
  `<conditionalFormatting sqref="${sqref}">${inside}</conditionalFormatting>`;

test.each([
  ['a number format', over('B2', rule(0))],
  ['one of several formats', over('A1:A9 B2', rule(0))],
  ['a bar without the number', over('B1:B2', '<cfRule type="dataBar"><dataBar showValue="0"/></cfRule>')],
  [
    'symbols without the number',
    over('$B$2', '<cfRule type="iconSet"><iconSet iconSet="3Flags" showValue="false"/></cfRule>'),
  ],
  [
    'an extension',
    '<extLst><ext><x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="expression"><x14:dxf><numFmt numFmtId="171" formatCode="0"/></x14:dxf></x14:cfRule><xm:sqref>B2</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>',
  ],
])('a number that a condition shows by %s is named, the others are read', async (_, block) => {
  expect(await read(conditional(written('xlsx'), block), 'xlsx')).toEqual({
    pairs: ['How many? 0', 'Where? Hall 2'],
    errors: ['2 answer shown-by-condition'],
    notices: [],
  });
});

test.each([
  ['brings a colour alone', over('B2:B9', rule(1))],
  ['is a bar beside the number', over('B2:B9', '<cfRule type="dataBar"><dataBar/></cfRule>')],
  ['stands elsewhere', over('B20:B29 C2', rule(0))],
])('a conditional format that %s changes nothing', async (_, block) => {
  const formats = '<dxf><numFmt numFmtId="170" formatCode="0.0"/></dxf><dxf><fill/></dxf>';
  const found = await read(conditional(written('xlsx'), block, formats), 'xlsx');
  expect(found.pairs).toHaveLength(3);
});

test('any range of a conditional format: the numbers in it are named, no other cell is', async () => {
  const place = fc.integer({ min: 2, max: 12 });
  await fc.assert(
    fc.asyncProperty(place, place, async (one, other) => {
      const [top, bottom] = [Math.min(one, other), Math.max(one, other)];
      const all: Rows = [
        ['question', 'answer'],
        ...Array.from({ length: 11 }, (_, at) => [`q${at + 2}`, at % 3 === 0 ? 'text' : at + 1] as const),
      ];
      const { errors, pairs } = await read(
        conditional(written('xlsx', all), over(`B${top}:B${bottom}`, rule(0))),
        'xlsx',
      );
      const inside = all.flatMap(([, value], at) =>
        typeof value === 'number' && at + 1 >= top && at + 1 <= bottom ? [at + 1] : [],
      );
      expect(errors).toEqual(inside.map((row) => `${row} answer shown-by-condition`));
      expect(pairs).toHaveLength(11 - inside.length);
    }),
    { numRuns: 25 },
  );
});

describe('OpenDocument', () => {
  const styles = (mapped: string) => ({
    'styles.xml': `<office:styles><style:style style:name="Heavy" style:family="table-cell" style:data-style-name="N120"><style:text-properties/></style:style><style:style style:name="Red" style:family="table-cell"><style:text-properties/></style:style></office:styles>`,
    automatic: `<style:style style:name="ce1" style:family="table-cell"><style:map style:condition="cell-content()&gt;1" style:apply-style-name="${mapped}"/></style:style>`,
  });
  const styled = asCells(rows).map((row) =>
    row.map((cell) => ({ ...cell, attributes: `table:style-name="ce1" ${cell.attributes}` })),
  );

  test('a number that a condition shows by a number format is named', async () => {
    expect(await read(openDocument(styled, styles('Heavy')), 'ods')).toMatchObject({
      pairs: ['Where? Hall 2'],
      errors: ['2 answer shown-by-condition', '3 answer shown-by-condition'],
    });
    expect((await read(openDocument(styled, styles('Red')), 'ods')).pairs).toHaveLength(3);
  });

  test('also where the style is that of the column', async () => {
    const columns = '<table:table-column/><table:table-column table:default-cell-style-name="ce1"/>';
    const bytes = openDocument(asCells(rows), { ...styles('Heavy'), columns });
    expect((await read(bytes, 'ods')).pairs).toEqual(['Where? Hall 2']);
  });

  test('symbols without the number', async () => {
    const behind =
      '<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address="\'My sheet\'.B2:\'My sheet\'.B2"><calcext:icon-set calcext:show-value="false"/></calcext:conditional-format></calcext:conditional-formats>';
    expect((await read(openDocument(asCells(rows), { behind }), 'ods')).errors).toEqual([
      '2 answer shown-by-condition',
    ]);
  });

  test.each(['', 'office:value-type="float"'])('a formula without its result is named: %j', async (type) => {
    const formula = (attributes: string, text: string | null) => ({
      attributes: `table:formula="of:=SUM([.B9])" ${attributes}`,
      text,
    });
    const bytes = openDocument([
      [textCell('question'), textCell('answer')],
      [textCell('q'), formula(type, null)],
      [textCell('r'), formula('office:value-type="float" office:value="5"', '5')],
      [textCell('s'), formula('office:value-type="string" office:string-value=""', '')],
      [textCell('t'), formula('office:value-type="string"', 'Hall 2')],
    ]);
    expect(await read(bytes, 'ods')).toEqual({
      pairs: ['r 5', 't Hall 2'],
      errors: ['2 answer not-computed', '4 answer empty-answer'],
      notices: [],
    });
  });
});

test('XLS: rules with a number format, before and since Excel 2007', () => {
  const record = (type: number, data: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(data.length, 2);
    return Buffer.concat([head, data]);
  };
  const words = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);
  const [begin, end] = [record(0x0809, Buffer.alloc(16)), record(0x000a, Buffer.alloc(0))];
  const ranges = words(1, 0, 0, 9, 0, 9, 1, 1, 4, 1, 1);
  const flags = (bits: number) => {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(bits, 0);
    return data;
  };
  const rulesOf = (bits: number, newer: boolean) =>
    newer
      ? [
          record(0x0879, Buffer.concat([Buffer.alloc(12), ranges])),
          record(0x087a, Buffer.concat([Buffer.alloc(22), flags(bits)])),
        ]
      : [record(0x01b0, ranges), record(0x01b1, Buffer.concat([Buffer.alloc(6), flags(bits)]))];
  for (const newer of [false, true])
    for (const bits of [0x0200_0000, 0x0400_0000]) {
      const globals = (place: number) =>
        Buffer.concat([begin, record(0x0085, Buffer.concat([flags(place), Buffer.alloc(4)])), end]);
      const stream = Buffer.concat([globals(globals(0).length), begin, ...rulesOf(bits, newer), end]);
      const [sheet] = shownOtherwiseInStream(stream);
      expect(sheet).toMatchObject({
        hidesZeros: false,
        byCondition: bits === 0x0200_0000 ? [{ top: 1, bottom: 4, left: 1, right: 1 }] : [],
      });
    }
});
