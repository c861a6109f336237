/**
 * Any chat through any template of the kinds that models bring: what is trained begins with exactly the prompt that serving
 * sends, and goes on with the answer and the end of its turn.
 */

import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openChatTemplate } from '../../../native-models/text/chat-template.ts';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import { goldenPath } from '../goldens.ts';

const folder = mkdtempSync(join(tmpdir(), '薄膜 trained '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Parts that templates of real models differ in. */
const template = fc
  .record({
    opening: fc.constantFrom('<|im_start|>', '[', '### ', ''),
    answerer: fc.constantFrom('assistant', 'model', 'Answer'),
    between: fc.constantFrom('\\n', ': ', '|>\\n\\n', ' '),
    content: fc.constantFrom('m.content', 'm.content | trim', "m['content'].strip()"),
    ending: fc.constantFrom('<|im_end|>', '<|im_end|>\\n', '\\n\\n'),
    /** Written before an answer in finished chats, in open ones, or in both. */
    thought: fc.constantFrom('', '<think>\\n\\n</think>\\n\\n'),
    open: fc.constantFrom('', '<think>\\n', '<think>\\n\\n</think>\\n\\n'),
    space: fc.constantFrom('', ' '),
  })
  .map(
    ({ opening, answerer, between, content, ending, thought, open, space }) =>
      `{%- set names = {'assistant': '${answerer}'} %}` +
      `{%- for m in messages %}{{- '${opening}' + names.get(m.role, m.role) + '${between}' }}` +
      `{%- if m.role == 'assistant' %}{{- '${thought}${space}' }}{%- endif %}{{- ${content} }}{{- '${ending}' }}{%- endfor %}` +
      `{%- if add_generation_prompt %}{{- '${opening}${answerer}${between}${open}' }}{%- endif %}`,
  );

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => `x${text.toWellFormed()}x`);

test('what is trained is exactly what follows the prompt that serving sends', async () => {
  const tokenizer = await openTokenizer(goldenPath('llama'));
  await fc.assert(
    fc.asyncProperty(
      template,
      words,
      words,
      fc.option(words, { nil: undefined }),
      async (source, question, answer, system) => {
        writeFileSync(join(folder, 'chat_template.jinja'), source);
        const chat = await openChatTemplate(folder, tokenizer);
        const asked = [
          ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
          { role: 'user' as const, content: question },
        ];
        const prompt = await chat.encodePrompt(asked);
        const { ids, labels } = await chat.encodeExample(question, answer, system);
        expect(ids.slice(0, prompt.length)).toEqual(prompt);
        expect(labels.slice(0, prompt.length).every((label) => label === -100)).toBe(true);
        expect(labels.slice(prompt.length)).toEqual(ids.slice(prompt.length));
        const trained = await tokenizer.decode(ids.slice(prompt.length), { withSpecialTokens: true });
        // Llama 2 and its like have a space before an answer; it belongs to the answer's turn, not to its text.
        expect(trained.trimStart()).toBe(`${answer}<|im_end|>`);
        expect(chat.prompt(asked)).not.toMatch(/<think>\s*$/);
        expect(await chat.decodeAnswer(ids.slice(prompt.length))).toBe(answer);
      },
    ),
    { numRuns: 150 },
  );
});
