/** Files made, or happening, to hold up whoever reads them: each ends soon, with a sentence that names the limit. */

import { deflateRawSync } from 'node:zlib';
import { utils, write } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { errorSentence, OfficeError } from '../../../src-main/contract/errors.ts';
import type { ImportSource } from '../../../src-main/importers/index.ts';
import { openWorkbook } from '../../../src-main/importers/open-workbook.ts';
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

/** The parts of a small workbook, one of them another. */
const sheet = (data: string, before = '', behind = '') =>
  `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${before}<sheetData>${head}${data}</sheetData>${behind}</worksheet>`;
const pair = `<row r="2">${cell('A2', 'q')}${cell('B2', 'a')}</row>`;
const sheet1 = 'xl/worksheets/sheet1.xml';
const withSheet = (xml: string) => workbookOf('', { [sheet1]: xml });
const openDocumentWith = (change: (xml: string) => string) =>
  withPart(
    openDocument([[textCell('question'), textCell('answer')], [textCell('q'), textCell('a')]]), // prettier-ignore
    'content.xml',
    change,
  );

test('a number of OpenDocument that is too large for one is named', async () => {
  const bytes = openDocument([
    [textCell('question'), textCell('answer')],
    [textCell('q'), { attributes: 'office:value-type="float" office:value="1e400"', text: null }],
  ]);
  const { rows } = await readSource({ kind: 'file', fileName: 'x.ods', bytes });
  expect(rows).toMatchObject([{ cells: ['q', ''], faults: [{ column: 1, code: 'cannot-be-shown' }] }]);
});

/** Each made to be looked through again and again; what is read of it, or why it is refused. */
const toWaitFor: readonly (readonly [what: string, make: () => ImportSource, outcome: string | readonly string[]])[] = [
  ['a hundred comments behind a sheet', () => file(withSheet(sheet(pair) + '<!---->'.repeat(140) + 'x')), ['q', 'a']],
  [
    'two million blanks behind a formula',
    () => file(withSheet(sheet(`<row r="2"><c r="A2"><f>1</f>${' '.repeat(2e6)}<v>7</v></c>${cell('B2', 'a')}</row>`))),
    ['7', 'a'],
  ],
  [
    'raw text that begins 200,000 times',
    () => file(withSheet(sheet('<![CDATA['.repeat(2e5)))),
    'import-archive-damaged',
  ],
  ['comments that begin 300,000 times', () => file(withSheet(sheet('<!--'.repeat(3e5)))), 'import-archive-damaged'],
  ['tags that begin 200,000 times', () => file(withSheet(sheet('<c '.repeat(2e5)))), 'import-archive-damaged'],
  [
    'formats that begin 300,000 times',
    () => file(workbookOf(head + pair, { 'xl/styles.xml': `<styleSheet>${'<xf '.repeat(3e5)}</styleSheet>` })),
    'import-archive-damaged',
  ],
  [
    'widths of all columns, 20,000 times',
    () => file(withSheet(sheet(pair, `<cols>${'<col min="1" max="16384"/>'.repeat(2e4)}</cols>`))),
    'import-archive-damaged',
  ],
  [
    'links on every cell that there can be',
    () =>
      file(
        withSheet(
          sheet(pair, '', `<hyperlinks>${'<hyperlink ref="A1:XFD1048576" location="x"/>'.repeat(3000)}</hyperlinks>`),
        ),
      ),
    ['q', 'a'],
  ],
  [
    '19,000 sheets',
    () => {
      const parts = Array.from({ length: 19_000 }, (_, n) => [`xl/worksheets/s${n}.xml`, '<worksheet/>'] as const);
      return file(workbookOf(head + pair, Object.fromEntries(parts)));
    },
    'import-too-many-sheets',
  ],
  [
    'tables of OpenDocument that begin 200,000 times',
    () => file(openDocumentWith((xml) => xml.replace('</office:spreadsheet>', `${'<table:table '.repeat(2e5)}$&`))),
    'import-archive-damaged',
  ],
  [
    'one cell of OpenDocument with 60,000 formulas',
    () =>
      file(
        openDocumentWith((xml) =>
          xml.replace('<table:table-cell', `<table:table-cell ${'table:formula="a" '.repeat(6e4)}/>$&`),
        ),
      ),
    ['q', 'a'],
  ],
  [
    'billions of spaces by their number',
    () => file(openDocumentWith((xml) => xml.replace('>q<', `>${'<text:s text:c="99999"/>'.repeat(2e4)}<`))),
    'import-unpacks-too-large',
  ],
  [
    '3,000 empty sheets of OpenDocument',
    () => {
      const empty = (n: number) =>
        `<table:table table:name="T${n}"><table:table-row><table:table-cell/></table:table-row></table:table>`;
      const sheets = Array.from({ length: 3000 }, (_, n) => empty(n)).join('');
      return file(openDocumentWith((xml) => xml.replace('<office:spreadsheet>', `$&${sheets}`)));
    },
    ['q', 'a'],
  ],
  ['a cell of Markdown with 199,990 blanks', () => text(`|q|a|\n|---|---|\n|${' '.repeat(199_990)}x---|b|\n`), ['', 'x---', 'b', '']], // prettier-ignore
  ['one JSON text of 40 MB', () => text(`[{"question":"${'x'.repeat(4e7)}","answer":"a"}]`), 'import-cell-too-long'],
  ['500,000 lines of half an object', () => text('{"\n'.repeat(5e5)), 'import-too-many-rows'],
  ['a million lists', () => text(`[${'[],'.repeat(1e6)}[]]`), 'import-too-many-rows'],
];

/** In a process of its own: what takes a minute or more, or for ever, is refused as too slow, which no outcome here is. */
test.each(toWaitFor)('%s', async (_, make, outcome) => {
  const source = make();
  const read = await tableReader()
    .read(source)
    .catch((error: unknown) => error);
  if (typeof outcome === 'string') expect(read).toMatchObject({ code: outcome });
  else expect(read).toMatchObject({ rows: [{ cells: outcome }] });
  // Refused before the library looks into any sheet.
  if (typeof outcome === 'string' && source.kind === 'file')
    await expect(openWorkbook(source.bytes, source.fileName)).rejects.toMatchObject({ code: outcome });
});

describe('every spelling that the library takes', () => {
  const column = (attributes: string, count = 1) => `<cols>${`<col ${attributes}/>`.repeat(count)}</cols>`;
  const spellings = (name: string, value: string) => [
    `${name}="${value}"`,
    `${name}='${value}'`,
    `${name} = "${value}"`,
    `${name}=${value} `,
    `x:${name}="${value}"`,
    `${name.toUpperCase()}="${value}"`,
    `${name}_x="${value}"`,
    `\n${name}\n=\n'${value}'`,
  ];
  const refusal = async (xml: string | Buffer) => {
    const bytes =
      typeof xml === 'string' ? withSheet(xml) : withPart(withSheet(sheet(pair)), sheet1, () => xml.toString('latin1'), 'latin1'); // prettier-ignore
    await expect(openWorkbook(bytes, 'x.xlsx')).rejects.toMatchObject({ code: 'import-archive-damaged' });
  };

  test.each(spellings('max', '16384'))('of widths: %j', async (max) => {
    await refusal(sheet(pair, column(`min="1" ${max}`, 2)));
    const { rows } = await readSource(file(withSheet(sheet(pair, column(`min="1" ${max}`)))));
    expect(rows).toMatchObject([{ cells: ['q', 'a'] }]);
  });

  test.each(['min="-99999999" max="1"', 'min="1" max="99999999999"', 'min="1" max="9" max="99999999"'])(
    'of columns that no sheet has: %s',
    (ends) => refusal(sheet(pair, column(ends))),
  );

  test.each(spellings('r', '99999999999'))('of rows: %j', (r) => refusal(sheet(`<row ${r}>${cell('A2', 'q')}</row>`)));

  test.each([`r='ZZZZ2'`, `r = "ZZZZ2"`, 'r=ZZZZ2 ', 'x:r="ZZZZ2"'])('of cells: %s', (r) =>
    refusal(sheet(`<row r="2"><c ${r} t="str"><v>q</v></c></row>`)),
  );

  test.each([
    'ref="A1" ref="A1:XFD1048576"',
    'ref="A1" x:ref="A1:XFD1048576"',
    'ref=A1:XFD1048576 ',
    "\nref = 'A1:XFD1048576'",
  ])('of links: %j', async (ref) => {
    for (const link of [`<hyperlink ${ref}/>`, `<x:hyperlink ${ref}></x:hyperlink>`]) {
      const book = await openWorkbook(withSheet(sheet(pair, '', `<hyperlinks>${link}</hyperlinks>`)), 'x.xlsx');
      expect(book.sheet('Sheet1').sheet['!data']).toHaveLength(2);
      expect(JSON.stringify(book.sheet('Sheet1').sheet)).not.toContain('XFD1048576');
    }
  });

  test('of characters: a NUL is damage, and UTF-16 is checked as UTF-8 is', async () => {
    await refusal(sheet(pair, '<!--\0-->'));
    const wide = sheet(pair, column('min="1" max="16384"', 2));
    const mark = '\uFEFF';
    for (const text of [`${mark}${wide}`, wide, `${mark}${sheet(pair)}\0`]) {
      await refusal(Buffer.from(text, 'utf16le'));
      await refusal(Buffer.from(text, 'utf16le').swap16());
    }
    for (const text of [`${mark}${sheet(pair)}`, sheet(pair)])
      for (const encoded of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
        const bytes = withPart(withSheet(sheet(pair)), sheet1, () => encoded.toString('latin1'), 'latin1');
        expect((await readSource(file(bytes))).rows).toMatchObject([{ cells: ['q', 'a'] }]);
      }
  });
});

describe('many sheets', () => {
  const named = (count: number, filled: number) => {
    const book = utils.book_new();
    for (let n = 1; n <= count; n += 1)
      utils.book_append_sheet(book, utils.aoa_to_sheet(n === filled ? [['question', 'answer'], ['q', 'a']] : []), `S${n}`); // prettier-ignore
    return book;
  };

  test.each(['xlsx', 'xlsb', 'biff8', 'ods'] as const)(
    'the one that holds something is found: %s',
    async (bookType) => {
      const bytes = write(named(60, 56), { type: 'buffer', bookType }) as Uint8Array;
      const table = await readSource(file(bytes));
      expect(table).toMatchObject({ sheet: 'S56', rows: [{ cells: ['q', 'a'] }] });
      expect(table.sheets).toHaveLength(60);
    },
  );

  test('nothing in any of them is nothing', async () => {
    const bytes = write(named(60, 0), { type: 'buffer', bookType: 'xlsx' }) as Uint8Array;
    await expect(readSource(file(bytes))).rejects.toMatchObject({ code: 'import-empty' });
  });

  test('1,600 with relations of their own are read', async () => {
    const all = Array.from({ length: 1600 }, (_, n) => n + 1);
    const packages = 'http://schemas.openxmlformats.org/package/2006/relationships';
    const documents = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const listed = all.map((n) => `<sheet name="S${n}" sheetId="${n}" r:id="rId${n}"/>`).join('');
    const places = all.map(
      (n) => `<Relationship Id="rId${n}" Type="${documents}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
    );
    const parts = all.flatMap((n) => [
      [`xl/worksheets/sheet${n}.xml`, n === 1 ? sheet(pair) : `<worksheet xmlns="${main}"><sheetData/></worksheet>`],
      [`xl/worksheets/_rels/sheet${n}.xml.rels`, `<Relationships xmlns="${packages}"/>`],
    ]);
    const bytes = workbookOf('', {
      'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${documents}"><sheets>${listed}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}">${places.join('')}</Relationships>`,
      ...(Object.fromEntries(parts) as Record<string, string>),
    });
    expect(await readSource(file(bytes))).toMatchObject({ sheet: 'S1', rows: [{ cells: ['q', 'a'] }] });
  });
});

describe('words in words', () => {
  const nested = (depth: number) => {
    const deep = `${'<text:span text:style-name="T1">'.repeat(depth)}a${'</text:span>'.repeat(depth)}`;
    const rows = [[textCell('question'), textCell('answer')], [textCell('q'), textCell('MARK')]]; // prettier-ignore
    return withPart(openDocument(rows), 'content.xml', (xml) => xml.replace('MARK', deep));
  };

  test('200,000 deep, are refused before anybody looks into them', async () => {
    // Before the library is asked for a sheet.
    await expect(openWorkbook(nested(200_000), 'x.ods')).rejects.toMatchObject({
      code: 'import-nested-too-deep',
      values: { part: 'content.xml' },
    });
  });

  test('200 deep, are read', async () => {
    const { rows } = await readSource({ kind: 'file', fileName: 'x.ods', bytes: nested(200) });
    expect(rows).toMatchObject([{ cells: ['q', 'a'] }]);
  });

  test('a sign in quotes is no end of a tag', async () => {
    const signs = (depth: number) =>
      `${'<text:span a="/>" text:style-name=\'>\'>'.repeat(depth)}a${'</text:span>'.repeat(depth)}`;
    const rows = [[textCell('question'), textCell('answer')], [textCell('q'), textCell('MARK')]]; // prettier-ignore
    const bytes = withPart(openDocument(rows), 'content.xml', (xml) => xml.replace('MARK', signs(3)));
    expect((await readSource({ kind: 'file', fileName: 'x.ods', bytes })).rows).toMatchObject([{ cells: ['q', 'a'] }]);
  });

  test('next to each other there may be any number', async () => {
    const many = `${'<text:span/>'.repeat(2000)}<!-- ${'<p>'.repeat(500)} --><![CDATA[${'<p>'.repeat(2)}]]>a`;
    const rows = [[textCell('question'), textCell('answer')], [textCell('q'), textCell('MARK')]]; // prettier-ignore
    const bytes = withPart(openDocument(rows), 'content.xml', (xml) => xml.replace('MARK', many));
    expect((await readSource({ kind: 'file', fileName: 'x.ods', bytes })).rows).toMatchObject([
      { cells: ['q', '<p><p>a'] },
    ]);
  });
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
    const all = ['question,answer', ...rows].join('\n');
    // In pieces, whose ends lie within rows and characters.
    const bytes = Buffer.from(all.replaceAll('q', '質'));
    expect(bytes.length).toBeGreaterThan(2 ** 20);
    for (const source of [text(all), { kind: 'file', fileName: 'x.csv', bytes } as const]) {
      const table = await tableReader().read(source);
      expect(table.rows).toHaveLength(125_000);
      const [question] = source.kind === 'file' ? ['質124999'] : ['q124999'];
      expect(table.rows.at(-1)).toEqual({ row: 125_001, cells: [question, 'a124999'] });
    }
  });

  test('100,000 rows that cannot be read are named as they stand', async () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `{"question":"q${n}","answer":`);
    const { rows, problems } = await tableReader().read(text(['{"question":"q","answer":"a"}', ...lines].join('\n')));
    expect(rows).toHaveLength(1);
    expect(problems).toHaveLength(100_000);
    expect(problems.at(-1)).toMatchObject({ row: 100_001, code: 'json-damaged' });
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
