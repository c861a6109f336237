/** Files as people really bring them: nothing of them is guessed, dropped or replaced in silence. */

import { expect, test } from 'vitest';
import { checkRows, foundMapping } from '../../../src-main/importers/index.ts';
import { readSource } from '../../../src-main/importers/read.ts';

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
