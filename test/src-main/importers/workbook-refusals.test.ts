/** Packed files that are no workbook, or a damaged one: a sentence of ours in both languages; what the library said goes to the log. */

import { CFB, utils, write } from '@e965/xlsx';
import { expect, test } from 'vitest';
import { errorSentence } from '../../../src-main/contract/errors.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { createTableReader } from '../../../src-main/importers/index.ts';
import { archiveOf, openDocument, textCell, without } from '../../fixtures/open-document.ts';

const log: { readonly fields: object }[] = [];
const reader = createTableReader({
  entry: `${import.meta.dirname}/../../../src-main/importers/reading-process.ts`,
  startProcess: forkProcess,
  log: { error: (fields) => void log.push({ fields }) },
});

const containers = CFB as unknown as {
  utils: { cfb_new(): object; cfb_add(archive: object, path: string, data: Buffer): void };
  write(archive: object, options: { type: 'buffer' }): Buffer;
};

/** A file of old Office with streams of these names. */
function container(...names: readonly string[]): Buffer {
  const archive = containers.utils.cfb_new();
  for (const name of names) containers.utils.cfb_add(archive, `/${name}`, Buffer.alloc(5_000, 1));
  return containers.write(archive, { type: 'buffer' });
}

const sheet = utils.book_new(utils.aoa_to_sheet([['question', 'answer'], ['q', 'a']]), 'S'); // prettier-ignore
const workbook = (bookType: 'xlsx' | 'biff8') => Buffer.from(write(sheet, { type: 'buffer', bookType }) as Uint8Array);
const types = (name: string) =>
  `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.${name}.main+xml"/></Types>`;

test.each([
  ['a document', archiveOf({ '[Content_Types].xml': types('wordprocessingml.document'), 'word/document.xml': '<w/>' })],
  ['a presentation', archiveOf({ '[Content_Types].xml': types('presentationml.presentation'), 'ppt/p.xml': '<p/>' })],
  ['an archive of texts', archiveOf({ 'notes.xml': '<notes/>' })],
  ['an archive of nothing that is read', archiveOf({ 'notes.txt': 'x' })],
  ['a drawing of OpenDocument', archiveOf({ 'content.xml': '<office:drawing/>' })],
  ['an old document', container('WordDocument', '1Table')],
  ['a mail', container('__properties_version1.0')],
])('%s is no workbook', async (_, bytes) => {
  const refusal = reader.read({ kind: 'file', fileName: '質問.xlsx', bytes });
  await expect(refusal).rejects.toMatchObject({ code: 'import-not-a-workbook', values: { file: '質問.xlsx' } });
});

test('a workbook with a password', async () => {
  const bytes = container('EncryptedPackage', 'EncryptionInfo');
  const refusal = reader.read({ kind: 'file', fileName: 'x.xlsx', bytes });
  await expect(refusal).rejects.toMatchObject({ code: 'import-encrypted', values: { file: 'x.xlsx' } });
});

const withoutSheet = archiveOf({
  '[Content_Types].xml': types('spreadsheetml.sheet'),
  'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
});
const binary = Buffer.from(write(sheet, { type: 'buffer', bookType: 'xlsb' }) as Uint8Array);

/** An old workbook whose list of sheets names a place beyond its end. */
function withoutStream(): Buffer {
  const bytes = Buffer.from(whole.xls);
  // BoundSheet8: its type, its length, and the place of the sheet. [MS-XLS] 2.4.28
  for (let at = 512; at + 8 < bytes.length; at += 1)
    if (
      bytes.readUInt16LE(at) === 0x85 &&
      bytes.readUInt16LE(at + 2) < 40 &&
      bytes.readUInt32LE(at + 4) < bytes.length
    ) {
      bytes.writeUInt32LE(bytes.length * 2, at + 4);
      return bytes;
    }
  throw new Error('no list of sheets');
}

const whole = { xlsx: workbook('xlsx'), xls: workbook('biff8'), ods: openDocument([[textCell('q'), textCell('a')]]) };

test.each([
  ['a copy that broke off', whole.xlsx.subarray(0, whole.xlsx.length / 2)],
  ['one that broke off at the end', whole.xlsx.subarray(0, -10)],
  ['an open document that broke off', whole.ods.subarray(0, whole.ods.length / 2)],
  ['an old workbook of nothing but its first bytes', whole.xls.subarray(0, 8)],
  ['a workbook whose sheet is missing', withoutSheet],
  ['a binary workbook whose sheet is missing', without(binary, 'xl/worksheets/sheet1.bin')],
  ['an old workbook whose sheet is missing', withoutStream()],
])('%s is damaged, in words of ours alone', async (_, bytes) => {
  log.length = 0;
  const error: unknown = await reader
    .read({ kind: 'file', fileName: 'x.xlsx', bytes })
    .catch((refused: unknown) => refused);
  expect(error).toMatchObject({ code: 'import-archive-damaged', values: { file: 'x.xlsx' } });
  const { code, values } = error as { readonly code: string; readonly values: Record<string, string> };
  expect(values).toEqual({ file: 'x.xlsx' });
  expect(
    errorSentence({ code, values }, 'ja')
      .replaceAll('x.xlsx', '')
      .replaceAll(/Excel|CSV/g, ''),
  ).not.toMatch(/[a-z]/i);
  // Whoever looks for the cause finds what the library said.
  expect(log).toMatchObject([{ fields: { code, detail: expect.stringContaining('Error') as string } }]);
});

test('the same workbooks are read where they are whole', async () => {
  for (const bytes of [whole.xlsx, whole.xls])
    expect((await reader.read({ kind: 'file', fileName: 'x', bytes })).rows).toMatchObject([{ cells: ['q', 'a'] }]);
});
