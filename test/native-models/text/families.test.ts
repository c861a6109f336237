/**
 * Small tokenizers in the exact layout of each family's tokenizer.json, with what Hugging Face's own tokenizers 0.23 gives
 * for texts of a plant: Japanese, emoji, half and full width, control characters, part numbers, markers in the text.
 */

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChatTemplate } from '../../../native-models/text/chat-template.ts';
import { openTokenizer, type Tokenizer } from '../../../native-models/text/tokenizer.ts';

interface Family {
  readonly name: string;
  readonly tokenizer: object;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    /** With what the tokenizer puts around a plain text. */
    readonly full: readonly number[];
    readonly decoded: string;
    /** With markers. */
    readonly kept: string;
  }[];
}

const families = readFileSync(join(import.meta.dirname, 'families.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Family);

describe.each(families)('$name', ({ tokenizer: json, texts }) => {
  let folder: string;
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), '薄膜 family '));
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
    tokenizer = await openTokenizer(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('gives the recorded ids and texts', async () => {
    for (const { text, ids, full, decoded, kept } of texts) {
      expect(await tokenizer.encode(text), text).toEqual(ids);
      expect(await tokenizer.encode(text, { withSpecialTokens: true }), text).toEqual(full);
      expect(await tokenizer.decode(ids), text).toBe(decoded);
      expect(await tokenizer.decode(ids, { withSpecialTokens: true }), text).toBe(kept);
    }
  });
});

// The others put a space before a text, compose characters, or swallow spaces around markers.
const lossless = families.filter(({ name }) => ['llama3', 'nemo', 'gpt2', 'digits'].includes(name));
test.each(lossless)('$name: every text survives', async ({ tokenizer: json }) => {
  const folder = await mkdtemp(join(tmpdir(), '薄膜 family '));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
  const tokenizer = await openTokenizer(folder);
  await rm(folder, { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
      const decoded = await tokenizer.decode(await tokenizer.encode(text), { withSpecialTokens: true });
      expect(decoded).toBe(text.toWellFormed());
    }),
    { numRuns: 100 },
  );
});

describe('a marker beyond the last row of the model, as in Gemma 3 text models', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), '薄膜 marker '));
    const { tokenizer } = families.find(({ name }) => name === 'llama3')!;
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
    const end = JSON.parse(JSON.stringify(tokenizer)) as { added_tokens: { id: number; content: string }[] };
    const { id } = end.added_tokens.find(({ content }) => content === '<|end|>')!;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: id }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is read as plain text, so that no id falls outside the model', async () => {
    const tokenizer = await openTokenizer(folder);
    const ids = await tokenizer.encode('a<|end|>');
    expect(Math.max(...ids)).toBeLessThan(tokenizer.vocabularySize);
    expect(await tokenizer.decode(ids)).toBe('a<|end|>');
  });

  test('is refused where the chat template writes it', async () => {
    const tokenizer = await openTokenizer(folder);
    await writeFile(join(folder, 'chat_template.jinja'), '{{ messages[0].content }}<|end|>');
    await expect(openChatTemplate(folder, tokenizer)).rejects.toMatchObject({ code: 'template-failed' });
  });
});
