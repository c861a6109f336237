/** Files made, or happening, to hold up whoever reads them: each ends soon, with a sentence that names the limit. */

import { deflateRawSync } from 'node:zlib';
import { utils, write } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { errorSentence, OfficeError } from '../../../src-main/contract/errors.ts';
import type { ImportSource } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { openDocument, textCell, withAdded, withPart } from '../../fixtures/open-document.ts';
import { tableReader } from '../../fixtures/table-reader.ts';
import { workbook, workbookOf } from '../../fixtures/workbook.ts';
import { seeded } from '../domain/guards/simulate.ts';

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

/** A binary workbook whose parts hold what is left of them after a bad copy, by seed. */
const texts = [['question', 'answer'], ...Array.from({ length: 40 }, (_, n) => [`question ${n}`, `answer ${n}`])];
const shared = { type: 'buffer', bookType: 'xlsb', bookSST: true } as const;
const binary = Buffer.from(write(utils.book_new(utils.aoa_to_sheet(texts), 'S'), shared) as Uint8Array);
const parts = ['xl/worksheets/sheet1.bin', 'xl/sharedStrings.bin', 'xl/workbook.bin', 'xl/styles.bin'] as const;
const noise = (part: string, seed: number, share: number): Buffer => {
  const random = seeded(seed);
  const spoiled = (character: string) =>
    random() < share ? String.fromCharCode(Math.floor(random() * 256)) : character;
  return withPart(binary, part, (content) => Array.from(content, spoiled).join(''), 'latin1');
};

describe('noise in a binary workbook', () => {
  test('the whole one is read', async () => {
    expect((await readSource({ kind: 'file', fileName: 'x.xlsb', bytes: binary })).rows).toHaveLength(40);
  });

  test('and with the index that Excel puts beside each sheet', async () => {
    // Its records have other numbers than those of a sheet.
    const index = Buffer.from([0x2a, 0, 0x95, 0x02, 0]);
    const bytes = withAdded(binary, 'xl/worksheets/binaryIndex1.bin', index);
    expect((await readSource({ kind: 'file', fileName: 'x.xlsb', bytes })).rows).toHaveLength(40);
  });

  test.each(parts.flatMap((part) => [0.002, 0.02, 1].map((share) => [part, share] as const)))(
    '%s, a share of %d: read or refused by name, at once',
    async (part, share) => {
      for (let seed = 1; seed <= 15; seed += 1) {
        const bytes = noise(part, seed, share);
        const before = process.cpuUsage();
        const outcome = await readSource({ kind: 'file', fileName: 'x.xlsb', bytes }).catch((error: unknown) => error);
        const { user, system } = process.cpuUsage(before);
        if (outcome instanceof Error) expect(outcome, `seed ${seed}`).toBeInstanceOf(OfficeError);
        // What goes on for ever would not come to this line: a library that counts to four billion does so for half a minute.
        expect((user + system) / 1e6, `seed ${seed}`).toBeLessThan(2);
      }
    },
  );

  test('counts beyond what is there', async () => {
    for (const [part, from, to] of [
      // A shared string of 0x7f000008 characters, with looks of which there are none.
      [parts[1], '\x13\x15\x00\x08\x00\x00\x00q', '\x13\x15\x00\x08\x00\x00\x7fq'],
      [parts[1], '\x13\x15\x00\x08\x00\x00\x00q', '\x13\x15\x01\x08\x00\x00\x00q'],
      // A sheet whose name has 0x7f000001 characters.
      [parts[2], '\x01\x00\x00\x00S\x00', '\x01\x00\x00\x7fS\x00'],
    ] as const) {
      const bytes = withPart(binary, part, (content) => replaced(content, from, to), 'latin1');
      await expect(readSource({ kind: 'file', fileName: 'x.xlsb', bytes })).rejects.toMatchObject({
        code: 'import-archive-damaged',
      });
    }
  });
});

function replaced(content: string, from: string, to: string): string {
  expect(content).toContain(from);
  return content.replace(from, to);
}

test('words in words, 200,000 deep, take a moment', async () => {
  const deep = `${'<text:span text:style-name="T1">'.repeat(200_000)}a${'</text:span>'.repeat(200_000)}`;
  const rows = [[textCell('question'), textCell('answer')], [textCell('q'), textCell('MARK')]]; // prettier-ignore
  const bytes = withPart(openDocument(rows), 'content.xml', (xml) => xml.replace('MARK', deep));
  const before = process.cpuUsage();
  const { rows: read } = await readSource({ kind: 'file', fileName: 'x.ods', bytes });
  const { user, system } = process.cpuUsage(before);
  expect(read).toMatchObject([{ cells: ['q', 'a'] }]);
  expect((user + system) / 1e6).toBeLessThan(4);
});

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
