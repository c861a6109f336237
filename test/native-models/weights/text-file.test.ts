/** Texts that are not what they seem: the line that is no UTF-8 is named, whichever file of a model or job it is in. */

import fc from 'fast-check';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { readExamples } from '../../../native-models/text/examples.ts';
import { readText } from '../../../native-models/weights/text-file.ts';
import { goldenPath } from '../goldens.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 text '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'text');

const lines = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 });
const whole = (text: string) => Buffer.from(text.toWellFormed());

test('every text is read as it is, its byte order mark too', async () => {
  await fc.assert(
    fc.asyncProperty(lines, async (parts) => {
      const bytes = whole(parts.join('\n'));
      writeFileSync(file, bytes);
      expect(whole((await readText(file))!).equals(bytes)).toBe(true);
    }),
  );
  expect(await readText(join(folder, 'nowhere'))).toBeNull();
});

test('bytes that are no UTF-8 are named by their line', async () => {
  // Ends of characters without a beginning, beginnings without an end, and what UTF-8 never holds.
  const broken = fc.constantFrom([0x80], [0xe3, 0x81], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0x8b, 0xc2]);
  const plain = lines.map((parts) => parts.map((part) => part.replaceAll('\n', ' ').toWellFormed()));
  await fc.assert(
    fc.asyncProperty(plain, fc.nat(), broken, async (parts, at, bytes) => {
      const line = at % parts.length;
      const damaged = parts.map((part, index) => Buffer.from([...whole(part), ...(index === line ? bytes : []), 0x0a]));
      writeFileSync(file, Buffer.concat(damaged));
      const refusal = { code: 'text-undecodable', values: { path: file, line: line + 1 } };
      await expect(readText(file)).rejects.toMatchObject(refusal);
    }),
  );
});

test.each(['tokenizer.json', 'tokenizer_config.json', 'config.json', 'chat_template.jinja', 'generation_config.json'])(
  '%s of a model',
  async (name) => {
    const directory = join(folder, name);
    cpSync(goldenPath('llama'), directory, { recursive: true });
    writeFileSync(
      join(directory, name),
      Buffer.concat([Buffer.from('{\n\n"'), Buffer.from([0x8b, 0xe0]), Buffer.from('": 1}')]),
    );
    await expect(openChatModel(directory)).rejects.toMatchObject({
      code: 'text-undecodable',
      values: { path: join(directory, name), line: 3 },
    });
  },
);

test('examples of a job', async () => {
  const good = Buffer.from('{"id":"1","question":"場所は？","answer":"二号棟"}\n');
  writeFileSync(file, Buffer.concat([good, good.subarray(0, -8), Buffer.from('"}\n')]));
  await expect(readExamples(file)).rejects.toMatchObject({ code: 'text-undecodable', values: { line: 2 } });
});
