/** Files as people really bring them: nothing of them is guessed, dropped or replaced in silence. */

import { expect, test } from 'vitest';
import { checkRows, foundMapping } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';
import { openDocument, textCell, withPart } from '../../fixtures/open-document.ts';
import { workbookOf } from '../../fixtures/workbook.ts';

async function read(fileName: string, content: string | Uint8Array) {
  const table = await readSource({ kind: 'file', fileName, bytes: Buffer.from(content) });
  const { examples, errors } = checkRows(table, foundMapping(table));
  return {
    columns: table.columns,
    notices: table.notices.map(({ code }) => code),
    pairs: examples.map(({ question, answer }) => [question, answer]),
    errors: errors.map(({ row, column, code }) => `${row} ${column} ${code}`),
  };
}

test('the index that pandas writes has no name, and is no answer', async () => {
  const found = await read('x.csv', ',question,answer\n0,Where?,Hall 2\n1,Who?,Lead\n');
  expect(found).toMatchObject({ columns: ['(A)', 'question', 'answer'], errors: [] });
  expect(found.pairs).toEqual([
    ['Where?', 'Hall 2'],
    ['Who?', 'Lead'],
  ]);
});

test('a table of Markdown, without the line of dashes', async () => {
  const found = await read('x.md', '| question | answer |\n|:---|---:|\n| Where? | Hall 2 |\n| --- | a rule |\n');
  expect(found.pairs).toEqual([
    ['Where?', 'Hall 2'],
    ['---', 'a rule'],
  ]);
});

test('no headings: said, not only assumed', async () => {
  expect(await read('x.csv', 'User says,Bot says\nWhere?,Hall 2\n')).toMatchObject({ notices: ['no-headings'] });
  expect(await read('x.csv', 'question,answer\nWhere?,Hall 2\n')).toMatchObject({ notices: [] });
});

test('instruction, context and response, as in Dolly', async () => {
  const line = '{"instruction":"Which hall?","context":"Part 7 lies in hall 2.","response":"Hall 2","category":"qa"}';
  expect((await read('x.jsonl', line)).pairs).toEqual([['Which hall?\nPart 7 lies in hall 2.', 'Hall 2']]);
});

const chat = (answer: object, more: object = {}) =>
  JSON.stringify({
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a', ...answer },
    ],
    ...more,
  });
const good = chat({});

test.each([
  ['an answer that is left out of training', chat({ weight: 0 }), '1 messages chat-unreadable'],
  ['an answer marked as not trained', chat({ train: false }), '1 messages chat-unreadable'],
  ['an answer without loss', chat({ loss: false }), '1 messages chat-unreadable'],
  ['a question about a picture', chat({}, { images: ['valve.png'] }), '1 images chat-unreadable'],
  ['an answer that calls a tool', chat({ tool_calls: [{ id: '1' }] }), '1 messages chat-unreadable'],
  ['a question beside the conversation', chat({}, { question: 'another' }), '1 question repeated-key'],
  ['no message at all', '{"messages":[]}', '1 messages chat-turns'],
])('%s is named', async (_, line, error) => {
  const { pairs, errors } = await read('x.jsonl', `${line}\n${good}\n`);
  expect([pairs, errors]).toEqual([[['q', 'a']], [error]]);
});

test('a thought beside an answer is left out, and said to be', async () => {
  const found = await read(
    'x.jsonl',
    `${chat({ reasoning_content: 'hm' })}\n${chat({ content: 'b', tool_calls: [], weight: 1 })}\n`,
  );
  expect(found).toMatchObject({ notices: ['thoughts-left-out'], errors: [] });
});

test.each([
  ['x.jsonl', `${chat({ content: '<think>\nhm\n</think>\n\nHall 2' })}\n`],
  ['x.jsonl', '{"instruction":"q","input":"","output":"<think>hm</think>Hall 2"}\n'],
  ['x.csv', 'question,answer\nq,"<think>\nhm\n</think>\n\nHall 2"\n'],
])('a thought in front of an answer is left out, and said to be: %s', async (name, text) => {
  expect(await read(name, text)).toMatchObject({
    pairs: [['q', 'Hall 2']],
    notices: ['thoughts-left-out'],
    errors: [],
  });
});

test('thoughts in front of answers and beside them are counted together', async () => {
  const lines = [chat({ reasoning_content: 'hm' }), chat({ content: '<think>hm</think>b' }), chat({ content: 'c' })];
  const { notices } = await readSource({ kind: 'text', text: lines.join('\n') });
  expect(notices).toEqual([{ code: 'thoughts-left-out', values: { count: 2 } }]);
});

test.each(['system', 'system_prompt'])('a message “%s” beside a question is said to be left out', async (key) => {
  const line = JSON.stringify({ [key]: 'Be brief.', instruction: 'q', response: 'a' });
  expect(await read('x.jsonl', line)).toMatchObject({ pairs: [['q', 'a']], notices: ['system-left-out'] });
});

test('texts that are kept from being numbers are what Excel shows', async () => {
  const text = 'question,answer\npart?,="0042"\nquoted?,"=""a """"b"""" c"""\nsum?,=1+1\n';
  expect((await read('x.csv', text)).pairs).toEqual([
    ['part?', '0042'],
    ['quoted?', 'a "b" c'],
    ['sum?', '=1+1'],
  ]);
});

test.each(['<v/>', '<v></v>', ''])('a formula without its result is named, in any column: %j', async (value) => {
  const text = (place: string, of: string) => `<c r="${place}" t="inlineStr"><is><t>${of}</t></is></c>`;
  const rows = [
    `<row r="1">${text('A1', 'question')}${text('B1', 'answer')}${text('C1', 'category')}</row>`,
    `<row r="2">${text('A2', 'q')}<c r="B2"><f>1+1</f>${value}</c></row>`,
    `<row r="3">${text('A3', 'r')}<c r="B3"><f>1+1</f><v>2</v></c><c r="C3"><f>B3</f>${value}</c></row>`,
    `<row r="4">${text('A4', 's')}<c r="B4" t="str"><f>"Hall "&amp;2</f><v>Hall 2</v></c></row>`,
  ];
  const table = await readSource({ kind: 'file', fileName: 'x.xlsx', bytes: workbookOf(rows.join('')) });
  const { examples, errors } = checkRows(table, { question: 0, answer: 1, category: 2 });
  expect(examples.map(({ question, answer }) => [question, answer])).toEqual([['s', 'Hall 2']]);
  expect(errors).toEqual([
    { row: 2, column: 'answer', code: 'not-computed', value: '=1+1' },
    { row: 3, column: 'category', code: 'not-computed', value: '=B3' },
  ]);
});

test('readings above words of OpenDocument are no part of them, and a date with its text needs no notice', async () => {
  const date = { attributes: 'office:value-type="date" office:date-value="2024-04-01"', text: '令和6年4月1日' };
  const bytes = openDocument([
    [textCell('question'), textCell('answer')],
    [textCell('q'), textCell('弁')],
    [textCell('r'), date],
  ]);
  const ruby = '<text:ruby><text:ruby-base>弁</text:ruby-base><text:ruby-text>べん</text:ruby-text></text:ruby>';
  const found = await read(
    'x.ods',
    withPart(bytes, 'content.xml', (xml) => xml.replace('弁', ruby)),
  );
  expect(found).toMatchObject({ notices: [], errors: [] });
  expect(found.pairs).toEqual([
    ['q', '弁'],
    ['r', '令和6年4月1日'],
  ]);
});

test.each([
  ['a merged question', 'question,answer\nWhere?,Hall 2\n,Hall 3\n', '3 question empty-question'],
  ['quotes escaped as in C', 'question,answer\n"say \\"hi\\"","ok"\nq,a\n', '2 A stray-quote'],
  ['single quotes', "question,answer\n'Where, exactly?','Hall 2'\nq,a\n", '2 C surplus-cells'],
])('%s is named', async (_, text, error) => {
  expect((await read('x.csv', text)).errors).toEqual([error]);
});

test.each([
  ['wrapped in an object', 'x.json', '{"data":[{"question":"q","answer":"a"}]}', 'import-one-column'],
  ['pairs in a list', 'x.json', '[["q","a"]]', 'import-rows-invalid'],
  [
    'objects over several lines, one behind the other',
    'x.jsonl',
    '{\n"question":"q"\n}\n{\n"question":"r"\n}\n',
    'import-json-damaged',
  ],
  ['what Python prints', 'x.jsonl', "{'question': 'q', 'answer': 'a'}\n", 'import-json-damaged'],
  ['what is no number in JSON', 'x.jsonl', '{"question":"q","answer":NaN}\n', 'import-json-damaged'],
  ['preferences', 'x.jsonl', '{"prompt":"q","chosen":"a","rejected":"b"}\n', 'import-mapping-incomplete'],
  [
    'keys that differ in case',
    'x.jsonl',
    '{"Question":"q","answer":"a"}\n{"question":"r","answer":"b"}\n',
    'import-columns-alike',
  ],
  ['full-width commas', 'x.csv', '質問，答え\n場所は？，二号棟\n', 'import-one-column'],
])('%s is refused', async (_, name, text, code) => {
  await expect(read(name, text)).rejects.toMatchObject({ code });
});
