/** What a spreadsheet shows of any number and any day in any format of the usual kinds, and in OpenDocument beside any value. */

import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSource } from '../../../src-main/importers/read.ts';
import { archiveOf, escaped, openDocument, textCell } from '../../fixtures/open-document.ts';

const read = (bytes: Uint8Array, fileName: string) => readSource({ kind: 'file', bytes, fileName });

/** The second cells of a table of questions. */
async function answers(bytes: Uint8Array, fileName: string) {
  const { rows } = await read(bytes, fileName);
  return rows.map(({ cells, faults }) => (faults?.length ? faults[0]!.code : (cells[1] ?? '')));
}

interface Shown {
  readonly value: number;
  readonly format: string;
  readonly text: string;
}

/** Formats of its own that the library remembers from book to book, until there is no room for more. */
function forgetFormats(): void {
  const table = (XLSX.SSF as { get_table(): Record<number, string> }).get_table();
  for (const id of Object.keys(table).map(Number)) if (id > 163) delete table[id];
}

function bookOf(shown: readonly Shown[], bookType: XLSX.BookType): Uint8Array {
  forgetFormats();
  const sheet = XLSX.utils.aoa_to_sheet([['question', 'answer'], ...shown.map((_, index) => [`q${index}`, ''])]);
  shown.forEach(({ value, format }, index) => {
    sheet[`B${index + 2}`] = { t: 'n', v: value, z: format } satisfies XLSX.CellObject;
  });
  return XLSX.write(XLSX.utils.book_new(sheet, 'Sheet1'), { type: 'buffer', bookType }) as Uint8Array;
}

/** Format and what it shows: literals quoted, escaped, or as they stand. */
const affix = fc.constantFrom(
  ...[
    ['', ''],
    ['"円"', '円'],
    ['円', '円'],
    ['\\個', '個'],
    [' "MPa"', ' MPa'],
    ['"N·m"', 'N·m'],
    ['℃', '℃'],
    ['"≧"', '≧'],
    ['[Red]', ''],
  ].map(([format = '', text = '']) => ({ format, text })),
);

const number: fc.Arbitrary<Shown> = fc
  .record({
    digits: fc.integer({ min: -9_999_999, max: 9_999_999 }),
    decimals: fc.integer({ min: 0, max: 3 }),
    grouped: fc.boolean(),
    zeros: fc.integer({ min: 1, max: 6 }),
    before: affix,
    after: affix,
    negative: fc.constantFrom('plain', '▲', '△', '()'),
    general: fc.boolean(),
  })
  .map(({ digits, decimals, grouped, zeros, before, after, negative, general }) => {
    const value = digits / 10 ** decimals;
    const least = grouped ? 1 : zeros;
    const [whole = '', part = ''] = Math.abs(value).toFixed(decimals).split('.');
    const wide = grouped ? whole.replace(/\B(?=(?:\d{3})+$)/gu, ',') : whole.padStart(least, '0');
    const own = general
      ? 'General'
      : `${grouped ? '#,##0' : '0'.repeat(least)}${decimals ? `.${'0'.repeat(decimals)}` : ''}`;
    const size = general ? String(Math.abs(value)) : `${wide}${decimals ? `.${part}` : ''}`;
    const around = (inner: string) => `${before.text}${inner}${after.text}`;
    const section = (inner: string) => `${before.format}${inner}${after.format}`;
    // A colour stands only at the beginning of a section.
    const format = section(own).replace(/^(.+?)\[Red\]/u, '[Red]$1');
    if (negative === 'plain') return { value, format, text: `${value < 0 ? '-' : ''}${around(size)}` };
    if (negative === '()')
      return { value, format: `${format}_);(${format})`, text: value < 0 ? `(${around(size)})` : around(size) };
    return { value, format: `${format};${negative}${format}`, text: `${value < 0 ? negative : ''}${around(size)}` };
  });

const eras = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'long', year: 'numeric', timeZone: 'UTC' });
const weekdays = '日月火水木金土';
const two = (part: number) => String(part).padStart(2, '0');
/** Between parts of a date: what stands in the format, and what is shown. */
const between = fc.constantFrom(
  ['/', '/'],
  ['-', '-'],
  ['\\-', '-'],
  ['.', '.'],
  ['"."', '.'],
  ['"年"', '年'],
  [' ', ' '],
);

const day: fc.Arbitrary<Shown> = fc
  .record({
    serial: fc.integer({ min: 61, max: 72_000 }),
    minutes: fc.integer({ min: 0, max: 1439 }),
    year: fc.constantFrom('yyyy', 'yy', 'ggge', 'e', 'ge'),
    month: fc.constantFrom('m', 'mm'),
    dayOfMonth: fc.constantFrom('d', 'dd'),
    weekday: fc.constantFrom('', 'aaa', 'aaaa'),
    time: fc.constantFrom('', 'h:mm', 'hh"時"mm"分"'),
    first: between,
    second: between,
    locale: fc.constantFrom('[$-411]', '[$-ja-JP]'),
    textSection: fc.boolean(),
  })
  .map(({ serial, minutes, year, month, dayOfMonth, weekday, time, first, second, locale, textSection }) => {
    const date = new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000);
    const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const era = Object.fromEntries(eras.formatToParts(date).map(({ type, value }) => [type, value]));
    const ofEra = era['year'] === '元' ? '1' : era['year']!;
    const letters: Readonly<Record<string, string>> = { 明治: 'M', 大正: 'T', 昭和: 'S', 平成: 'H', 令和: 'R' };
    const years: Readonly<Record<string, string>> = {
      yyyy: String(y),
      yy: two(y % 100),
      ggge: `${era['era']}${ofEra}`,
      e: ofEra,
      ge: `${letters[era['era']!]}${ofEra}`,
    };
    const name = weekdays[date.getUTCDay()]!;
    const shownWeekday = { '': '', aaa: `(${name})`, aaaa: `(${name}曜日)` }[weekday];
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    const times: Readonly<Record<string, string>> = {
      '': '',
      'h:mm': ` ${hours}:${two(rest)}`,
      'hh"時"mm"分"': ` ${two(hours)}時${two(rest)}分`,
    };
    const shownTime = times[time]!;
    return {
      // Half a second more, so that no minute is missed by the rounding of the fraction.
      value: serial + (minutes + 1 / 120) / 1440,
      format: `${locale}${year}${first[0]}${month}${second[0]}${dayOfMonth}${weekday && `(${weekday})`}${time && ` ${time}`}${textSection ? ';@' : ''}`,
      text: `${years[year]}${first[1]}${month === 'mm' ? two(m) : m}${second[1]}${dayOfMonth === 'dd' ? two(d) : d}${shownWeekday}${shownTime}`,
    };
  });

test.each(['xlsx', 'biff8'] as const)('any number and any day in any format, as %s', async (bookType) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(number, day), { minLength: 10, maxLength: 40 }), async (shown) => {
      const found = await answers(bookOf(shown, bookType), `x.${bookType}`);
      expect(found.map((text, index) => [shown[index]!.format, shown[index]!.value, text])).toEqual(
        shown.map(({ format, value, text }) => [format, value, text.trim()]),
      );
    }),
    { numRuns: 25 },
  );
});

const piece = fc.constantFrom('a', ' ', '  ', '\n', '\t', '漢', '&', '<b>', '𠮷', '▲', '5', '%');
const text = fc.array(piece, { maxLength: 8 }).map((parts) => `圧${parts.join('')}力`);

test('any text of OpenDocument is what is shown, spaces and lines too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
      const rows = [['question', 'answer'], ...texts.map((each, index) => [`q${index}`, each])];
      const bytes = openDocument(rows.map((cells) => cells.map(textCell)));
      expect(await answers(bytes, 'x.ods')).toEqual(texts);
    }),
    { numRuns: 40 },
  );
});

test('any value of OpenDocument is what is shown beside it', async () => {
  const cell = fc.tuple(
    fc.constantFrom(
      'office:value-type="float" office:value="-3.5"',
      'office:value-type="percentage" office:value="0.15"',
      'office:value-type="currency" office:currency="JPY" office:value="1200"',
      'office:value-type="date" office:date-value="2024-04-01"',
      'office:value-type="time" office:time-value="PT36H15M00S"',
      'office:value-type="boolean" office:boolean-value="true"',
    ),
    text,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 8 }), async (cells) => {
      const rows = cells.map(([attributes, shown], index) => [textCell(`q${index}`), { attributes, text: shown }]);
      const bytes = openDocument([[textCell('question'), textCell('answer')], ...rows]);
      expect(await answers(bytes, 'x.ods')).toEqual(cells.map(([, shown]) => shown));
    }),
    { numRuns: 40 },
  );
});

/** One sheet of Excel, with its cells as XML. */
function sheetOf(cells: readonly string[], strings = ''): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const types = 'http://schemas.openxmlformats.org/package/2006';
  const kinds = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const inline = (of: string) => `<c t="inlineStr"><is><t>${of}</t></is></c>`;
  const rows = [['question', inline('answer')], ...cells.map((each, index) => [`q${index}`, each] as const)];
  const override = (part: string, type: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${kinds}/${type}" Target="${target}"/>`;
  return archiveOf({
    '[Content_Types].xml': `<Types xmlns="${types}/content-types">${override('workbook', 'sheet.main')}${override('worksheets/sheet1', 'worksheet')}${override('sharedStrings', 'sharedStrings')}</Types>`,
    '_rels/.rels': `<Relationships xmlns="${types}/relationships">${relation('r', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${types}/relationships">${relation('r1', 'worksheet', 'worksheets/sheet1.xml')}${relation('r2', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${kinds}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${strings}</sst>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows.map(([question, answer]) => `<row>${inline(question)}${answer}</row>`).join('')}</sheetData></worksheet>`,
  });
}

const characters = (of: string, write: (code: number) => string) =>
  [...of].map((character) => write(character.codePointAt(0)!)).join('');

test('any text of Excel comes whole, however its XML is written', async () => {
  const ways: readonly ((of: string) => string)[] = [
    escaped,
    (of) => `<![CDATA[${of}]]>`,
    (of) => characters(of, (code) => `&#${code};`),
    (of) => characters(of, (code) => `&#x${code.toString(16)};`),
    (of) => `${escaped(of.slice(0, 1))}<!-- not shown -->${escaped(of.slice(1))}`,
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, fc.nat(ways.length - 1)), { minLength: 1, maxLength: 8 }),
      async (drawn) => {
        const written = drawn.map(([of, way]) => `<t xml:space="preserve">${ways[way]!(of)}</t>`);
        const inline = sheetOf(written.map((each) => `<c t="inlineStr"><is>${each}</is></c>`));
        const shared = sheetOf(
          written.map((_, index) => `<c t="s"><v>${index}</v></c>`),
          // Readings above Japanese words are no part of them.
          written.map((each) => `<si>${each}<rPh sb="0" eb="1"><t>あつ</t></rPh></si>`).join(''),
        );
        const texts = drawn.map(([of]) => of);
        expect(await answers(inline, 'x.xlsx')).toEqual(texts);
        expect(await answers(shared, 'x.xlsx')).toEqual(texts);
      },
    ),
    { numRuns: 40 },
  );
});

test('a sheet that cannot be read is refused, not taken for an empty one', async () => {
  const missing = sheetOf(['<c t="s"><v>7</v></c>']);
  await expect(read(missing, 'x.xlsx')).rejects.toMatchObject({ code: 'import-unreadable' });
});

test('a byte of an archive that turned over is refused', async () => {
  const bytes = sheetOf(['<c t="inlineStr"><is><t>Hall 2</t></is></c>']);
  const at = bytes.indexOf('Hall 2');
  expect(at).toBeGreaterThan(0);
  bytes[at] = 'B'.charCodeAt(0);
  await expect(read(bytes, 'x.xlsx')).rejects.toMatchObject({ code: 'import-archive-damaged' });
});

test('cells of OpenDocument with a value and no text are shown or named, never passed over', async () => {
  const cells = [
    'float" office:value="7.25',
    'date" office:date-value="2024-04-01',
    'time" office:time-value="PT08H30M00S',
  ];
  const row = (attributes: string) => [textCell('q'), { attributes: `office:value-type="${attributes}"`, text: '' }];
  const bytes = openDocument([[textCell('question'), textCell('answer')], ...cells.map(row)]);
  expect(await answers(bytes, 'x.ods')).toEqual(['7.25', '2024/4/1', '08:30:00']);
});
