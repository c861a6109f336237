/** Files named to a command: read by the window's reader, so that no encoding and no form is read otherwise here. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { readExamplesFile } from '../../../../src-main/hosts/cli/examples-file.ts';

const folder = mkdtempSync(join(tmpdir(), '事例 '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inCp932 = readFileSync(join(import.meta.dirname, '../../../cases/data/cp932.jsonl'));
const line = '{"question":"場所は？","answer":"二号棟"}\n';

test.each([
  ['CP932', inCp932],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${line}`)],
  ['UTF-16', Buffer.from(`\uFEFF${line}`, 'utf16le')],
])('the command line reads what the window reads: %s', async (name, bytes) => {
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, bytes);
  expect(await readExamplesFile(file)).toEqual([{ id: '1', question: '場所は？', answer: '二号棟' }]);
});

test('what cannot be decoded is refused with its line, never replaced', async () => {
  const file = join(folder, 'damaged.jsonl');
  const bytes = Buffer.from(`${line.repeat(4)}${line}`);
  // In the middle of 棟 of the third line.
  const length = Buffer.byteLength(line);
  bytes[2 * length + bytes.subarray(0, length).indexOf('棟') + 1] = 0x41;
  writeFileSync(file, bytes);
  await expect(readExamplesFile(file)).rejects.toMatchObject({ code: 'import-undecodable', values: { line: 3 } });
});

test.each([
  ['answer', 'question,answer,answer\nq,one,two\n', 'answer (B), answer (C)'],
  ['answer', 'question,答え,note,回答\nq,one,n,two\n', '答え, 回答'],
  ['question', 'question,prompt,answer\nq,p,a\n', 'question, prompt'],
])('a heading that stands twice, or two that mean the same: nothing is chosen (%s)', async (role, text, columns) => {
  const file = join(folder, 'twice.csv');
  writeFileSync(file, text);
  await expect(readExamplesFile(file)).rejects.toMatchObject({
    code: 'import-columns-alike',
    values: { role, columns },
  });
});

test('keys of JSON that mean the same are refused in the same way', async () => {
  const file = join(folder, 'twice.jsonl');
  writeFileSync(file, '{"question":"q","answer":"a","response":"b"}\n');
  await expect(readExamplesFile(file)).rejects.toMatchObject({
    code: 'import-columns-alike',
    values: { role: 'answer', columns: 'answer, response' },
  });
});

test('two columns of categories are nobody’s matter here', async () => {
  const file = join(folder, 'categories.csv');
  writeFileSync(file, 'question,answer,category,category\nq,a,1,2\n');
  expect(await readExamplesFile(file)).toMatchObject([{ question: 'q', answer: 'a' }]);
});

test('columns that nobody reads are named', async () => {
  const said: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const file = join(folder, 'more.csv');
  writeFileSync(file, 'id,question,answer,note\n7,q,a,n\n');
  expect(await readExamplesFile(file)).toEqual([{ id: '7', question: 'q', answer: 'a' }]);
  writeFileSync(file, 'instruction,input,output\nq,i,a\n');
  expect(await readExamplesFile(file)).toMatchObject([{ question: 'q\ni', answer: 'a' }]);
  write.mockRestore();
  expect(said.filter((text) => /note/u.test(text))).toHaveLength(1);
  expect(said).toHaveLength(1);
});

test.each(['en', 'ja'] as const)(
  'rows that are left out are counted, and the first is named with its cause (%s)',
  async (language) => {
    const said: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({ locale: language } as never);
    const file = join(folder, 'bad.csv');
    writeFileSync(file, 'question,answer\nq,a\n,b\nr,\n');
    const read = readExamplesFile(file, true);
    expect(await read.finally(() => vi.restoreAllMocks())).toMatchObject([{ question: 'q', answer: 'a' }]);
    expect(said.join('')).toBe(
      language === 'ja'
        ? '使えない2行は取り込みません（最初は3行目: 質問が空です）。\n'
        : 'Rows that cannot be used were left out (2; the first is row 3: The question is empty).\n',
    );
  },
);
