/** What nobody sees of a workbook is not taken, and that is said: hidden sheets, rows and columns, in every format. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRows, foundMapping } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { hiddenFormats, hiddenWorkbook } from '../../fixtures/hidden-workbook.ts';

const draft = [
  ['question', 'answer'],
  ['Where?', 'an old draft'],
];
const read = (bytes: Buffer, format: string, sheet?: string) =>
  readSource({ kind: 'file', bytes, fileName: `x.${format}` }, { sheet });

describe.each(hiddenFormats)('%s', (format) => {
  const rows = [
    ['No', 'question', 'remark', 'answer', ''],
    ['1', 'Where?', 'not for others', 'Hall 2', ''],
    ['2', 'Who?', 'left the plant', 'Sato', ''],
    ['3', 'When?', '', 'At 8:30', ''],
    ['4', 'How?', '', 'With the crane', 'surplus'],
  ];

  test('a hidden sheet is passed over, hidden rows and columns are left out and said to be', async () => {
    const table = await read(hiddenWorkbook(format, draft, rows, { rows: [2], columns: [2] }), format);
    expect(table).toMatchObject({ sheet: 'Shown', columns: ['No', 'question', 'answer'], headingRow: 1 });
    expect(table.sheets).toEqual([
      { name: 'Draft', hidden: true },
      { name: 'Shown', hidden: false },
    ]);
    expect(table.notices).toEqual([
      { code: 'hidden-rows', values: { count: 1 } },
      { code: 'hidden-columns', values: { count: 1, columns: 'C' } },
    ]);
    const { examples, errors } = checkRows(table, foundMapping(table));
    expect(examples.map(({ row, question, answer }) => [row, question, answer])).toEqual([
      [2, 'Where?', 'Hall 2'],
      [4, 'When?', 'At 8:30'],
    ]);
    // The letter is the one that the spreadsheet shows.
    expect(errors).toMatchObject([{ row: 5, column: 'E', code: 'surplus-cells', value: 'surplus' }]);
  });

  test('nothing hidden: everything is there, and nothing is said', async () => {
    const table = await read(hiddenWorkbook(format, draft, rows.slice(0, 4), { rows: [], columns: [] }), format);
    expect(table).toMatchObject({ columns: ['No', 'question', 'remark', 'answer'], notices: [] });
    expect(table.rows).toHaveLength(3);
  });

  test('a hidden sheet is read where it is chosen', async () => {
    const table = await read(hiddenWorkbook(format, draft, rows, { rows: [], columns: [] }), format, 'Draft');
    expect(table.rows).toEqual([{ row: 2, cells: ['Where?', 'an old draft'] }]);
  });

  test('any rows and columns hidden: the others are what is read, in their places', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 3, max: 8 }),
        fc.array(fc.nat(7), { maxLength: 4 }),
        fc.array(fc.nat(7), { maxLength: 4 }),
        async (height, width, rowDraws, columnDraws) => {
          // Enough is left for a table.
          const hidden = {
            rows: [...new Set(rowDraws)].filter((at) => at < height && at > 0).slice(0, height - 2),
            columns: [...new Set(columnDraws)].filter((at) => at < width).slice(0, width - 2),
          };
          const all = Array.from({ length: height }, (_, row) =>
            Array.from({ length: width }, (__, column) => `cell ${row}-${column}`),
          );
          const { rows: found } = await read(hiddenWorkbook(format, draft, all, hidden), format);
          const expected = all.flatMap((cells, row) =>
            hidden.rows.includes(row)
              ? []
              : [{ row: row + 1, cells: cells.filter((_, column) => !hidden.columns.includes(column)) }],
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});
