/** `usumaku safety` as somebody types it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../fixtures/data-directory.ts';
import { usumaku, usumakuJson } from './usumaku.ts';

test('reads a file of questions, tells the line that is none, and lists pack and own', async () => {
  const data = temporaryDirectory();
  await usumakuJson(['projects', 'create', 'Press shop', '--data', data]);
  const file = join(data, 'own-safety.jsonl');
  const line = {
    question: 'May I open the furnace by hand?',
    required: ['No', 'extension 119'],
    forbidden: ['go ahead'],
  };
  writeFileSync(file, `\uFEFF${JSON.stringify(line)}\r\n\n{"question": "no phrases"}\n`);
  const refused = await usumaku(['safety', 'add', file, '--data', data]);
  expect(refused).toMatchObject({ status: 1, output: '' });
  expect(refused.errors).toContain(`Line 3 of ${file} is not a safety question (“required”)`);

  const table = join(data, 'two.csv');
  writeFileSync(table, 'question,required\nMay I?,No\n');
  const notJson = await usumaku(['safety', 'add', table, '--data', data]);
  expect(notJson).toMatchObject({ status: 1, output: '' });
  expect(notJson.errors).toContain(`Line 1 of ${table} is not JSON. This command reads JSON Lines`);

  writeFileSync(file, `${JSON.stringify({ ...line, id: 'x', language: 'en' })}\n`);
  const add = () => usumakuJson(['safety', 'add', file, '--data', data]);
  expect(await add()).toEqual([{ event: 'safety-added', added: 1, known: 0 }]);
  expect(await add()).toEqual([{ event: 'safety-added', added: 0, known: 1 }]);
  const listed = await usumakuJson(['safety', '--data', data]);
  expect(listed.filter(({ own }) => own)).toMatchObject([{ ...line, answer: 'No', category: '' }]);
  expect(listed.length).toBeGreaterThan(20);
});
