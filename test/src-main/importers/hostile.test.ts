/** Files made, or happening, to hold up whoever reads them: each ends soon, with a sentence that names the limit. */

import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { errorSentence } from '../../../src-main/contract/errors.ts';
import type { ImportSource } from '../../../src-main/importers/index.ts';
import { tableReader } from '../../fixtures/table-reader.ts';
import { workbook, workbookOf } from '../../fixtures/workbook.ts';

const text = (value: string): ImportSource => ({ kind: 'text', text: value });
const file = (bytes: Uint8Array): ImportSource => ({ kind: 'file', fileName: 'x.xlsx', bytes });
const cell = (place: string, value: string) => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
const head = `<row r="1">${cell('A1', 'question')}${cell('B1', 'answer')}</row>`;
const zeros = (bytes: number) => ({ packed: deflateRawSync(Buffer.alloc(bytes)), bytes });

const refused: readonly (readonly [string, () => ImportSource, string])[] = [
  [
    'cells in the far corner',
    () => file(workbookOf(`${head}<row r="1048576">${cell('A1048576', 'q')}${cell('XFD1048576', 'a')}</row>`)),
    'import-too-many-columns',
  ],
  [
    '400 MB in 400 KB',
    () => file(workbookOf(head, { 'xl/sharedStrings.xml': zeros(400_000_000) })),
    'import-unpacks-too-large',
  ],
  [
    '20,000 lines with different keys',
    () => text(Array.from({ length: 20_000 }, (_, n) => JSON.stringify({ [`a${n}`]: 'x', [`b${n}`]: 'y' })).join('\n')),
    'import-too-many-columns',
  ],
  [
    'a sheet that ends in the middle',
    () => file(workbookOf(head, { 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${head}<row r="2">` })),
    'import-archive-damaged',
  ],
  ['a sheet of nothing', () => file(workbookOf(head, { 'xl/worksheets/sheet1.xml': '' })), 'import-archive-damaged'],
  [
    'a cell in a column that no sheet has',
    () => file(workbookOf(`${head}<row r="2">${cell('ZZZZ2', 'q')}</row>`)),
    'import-archive-damaged',
  ],
  [
    'a row that no sheet has',
    () => file(workbookOf(`${head}<row r="99999999999">${cell('A99999999999', 'q')}</row>`)),
    'import-archive-damaged',
  ],
  [
    'one sheet twice in the archive',
    () => {
      const bytes = workbookOf(head, { 'xl/worksheets/sheet2.xml': '<worksheet/>' });
      return file(Buffer.from(bytes.toString('latin1').replaceAll('sheet2.xml', 'sheet1.xml'), 'latin1'));
    },
    'import-archive-damaged',
  ],
  ['Q and 200,000 spaces', () => text(`Q${' '.repeat(200_000)}`), 'import-cell-too-long'],
  ['3 million columns', () => text(`${'a,'.repeat(3_000_000)}\nq,a`), 'import-too-many-columns'],
  ['a million brackets', () => text('['.repeat(1_000_000)), 'import-json-damaged'],
];

describe('a reading process', () => {
  test.each(refused)('%s', async (_, source, code) => {
    const error = await tableReader()
      .read(source())
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    for (const language of ['ja', 'en'] as const)
      expect(errorSentence(error as { code: string; values: Record<string, string> }, language)).not.toMatch(/[{}?]/u);
  });

  test('125,000 rows are read', async () => {
    const rows = Array.from({ length: 125_000 }, (_, n) => `q${n},a${n}`);
    const table = await tableReader().read(text(['question,answer', ...rows].join('\n')));
    expect(table.rows).toHaveLength(125_000);
    expect(table.rows.at(-1)).toEqual({ row: 125_001, cells: ['q124999', 'a124999'] });
  });

  test('what nobody needs of a workbook is never unpacked', async () => {
    const bytes = workbookOf(`${head}<row r="2">${cell('A2', 'q')}${cell('B2', 'a')}</row>`, {
      'xl/media/image1.bin': zeros(300_000_000),
    });
    expect((await tableReader().read(file(bytes))).rows).toHaveLength(1);
  });

  test('takes no longer than it may, and the next one is read', async () => {
    const bytes = workbook([
      ['question', 'answer'],
      ['q', 'a'],
    ]);
    await expect(tableReader(0).read(file(bytes))).rejects.toMatchObject({ code: 'import-too-slow' });
    expect((await tableReader().read(file(bytes))).rows).toHaveLength(1);
  });
});
