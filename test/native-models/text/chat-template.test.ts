import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../../native-models/jobs.ts';
import { openChatTemplate } from '../../../native-models/text/chat-template.ts';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import { openSafetensors, readIntegers } from '../../../native-models/weights/safetensors.ts';
import { goldenModels, goldenPath, textReference } from '../goldens.ts';

const chats: ChatMessage[][] = [
  [
    { role: 'user', content: 'What does E-214 mean?' },
    { role: 'assistant', content: 'Check the lubrication pressure.' },
  ],
  [
    { role: 'system', content: '短く答える。' },
    { role: 'user', content: '締め付けトルクは？' },
    { role: 'assistant', content: '25 N·m です。' },
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 template '));
});
afterAll(() => rm(folder, { recursive: true }));

/** The template of a folder that has llama's tokenizer and this Jinja source. */
async function withTemplate(source: string, options: { today?: Date } = {}) {
  const tokenizer = await openTokenizer(goldenPath('llama'));
  const directory = await mkdtemp(join(folder, 'model-'));
  await writeFile(join(directory, 'chat_template.jinja'), source);
  return { tokenizer, template: await openChatTemplate(directory, tokenizer, options) };
}

describe.each(goldenModels)('%s', (model) => {
  test('renders the recorded chats and prompts', async () => {
    const template = await openChatTemplate(goldenPath(model), await openTokenizer(goldenPath(model)));
    const { rendered, prompts } = textReference(model);
    expect(chats.map((chat) => template.render(chat))).toEqual(rendered);
    expect(chats.map((chat) => template.render(chat.slice(0, -1), { addGenerationPrompt: true }))).toEqual(prompts);
  });

  test('trains the recorded tokens up to the end of the turn', async () => {
    const tokenizer = await openTokenizer(goldenPath(model));
    const template = await openChatTemplate(goldenPath(model), tokenizer);
    const examples = [
      await template.encodeExample(chats[0]![0]!.content, chats[0]![1]!.content),
      await template.encodeExample(chats[1]![1]!.content, chats[1]![2]!.content, chats[1]![0]!.content),
    ];
    const { tensors } = await openSafetensors(goldenPath(model, 'reference.safetensors'));
    const columns = tensors.get('input_ids')!.shape[1]!;
    const ids = await readIntegers(tensors.get('input_ids')!);
    const labels = await readIntegers(tensors.get('labels')!);
    const end = tokenizer.tokenId('<|im_end|>')!;
    examples.forEach((example, row) => {
      const length = example.ids.length;
      const recorded = labels.slice(row * columns, row * columns + length);
      expect(example.ids).toEqual(ids.slice(row * columns, row * columns + length));
      expect(example.labels).toEqual(recorded);
      expect(example.labels.at(-1)).toBe(end);
      expect(example.answerTokens).toBe(example.labels.filter((label) => label !== -100).length);
    });
    expect(template.endOfTurnId).toBe(end);
    expect(template.stopTokenIds).toContain(end);
  });

  test('a prompt is encoded as the beginning of the finished chat', async () => {
    const template = await openChatTemplate(goldenPath(model), await openTokenizer(goldenPath(model)));
    const { ids } = await template.encodeExample('締め付けトルクは？', '25 N·m です。');
    const prompt = await template.encodePrompt([{ role: 'user', content: '締め付けトルクは？' }]);
    expect(ids.slice(0, prompt.length)).toEqual(prompt);
  });
});

describe('which tokens are trained', () => {
  test('a marker inside the answer does not end it early', async () => {
    const tokenizer = await openTokenizer(goldenPath('llama'));
    const template = await openChatTemplate(goldenPath('llama'), tokenizer);
    const { labels } = await template.encodeExample('a', 'one<|im_end|>two');
    expect(
      await tokenizer.decode(
        labels.filter((label) => label >= 0),
        { withSpecialTokens: true },
      ),
    ).toBe('one<|im_end|>two<|im_end|>');
  });

  test('a template that opens the answer differently from how it writes finished ones', async () => {
    // As in reasoning models: the open turn already holds a thought, the finished one does not.
    const { tokenizer, template } = await withTemplate(
      `{% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content }}<|im_end|>{% endfor %}` +
        `{% if add_generation_prompt %}<|im_start|>assistant: <thought>{% endif %}`,
    );
    const example = await template.encodeExample('why', 'because');
    expect(await tokenizer.decode(example.ids, { withSpecialTokens: true })).toBe(
      '<|im_start|>user: why<|im_end|><|im_start|>assistant: <thought>because<|im_end|>',
    );
    expect(
      await tokenizer.decode(
        example.labels.filter((label) => label >= 0),
        { withSpecialTokens: true },
      ),
    ).toBe('because<|im_end|>');
  });

  test('a token across the border: prompt and answer are encoded apart', async () => {
    // llama's tokenizer joins " 25" and " is" to one token each, so the space belongs to prompt and answer at once.
    const { tokenizer, template } = await withTemplate(
      `{% for m in messages %}{{ m.role }}: {{ m.content }}{% if m.role == 'assistant' %}<|im_end|>{% endif %}` +
        `{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}`,
    );
    for (const answer of ['です。', 'is', 'the torque', '25', 'E-214', 'lubrication', 'N·m']) {
      const example = await template.encodeExample('w', answer);
      const prompt = await template.encodePrompt([{ role: 'user', content: 'w' }]);
      expect(example.ids.slice(0, prompt.length)).toEqual(prompt);
      const trained = example.labels.filter((label) => label >= 0);
      expect(await tokenizer.decode(trained, { withSpecialTokens: true })).toBe(`${answer}<|im_end|>`);
    }
  });

  test('where the template ends no turn, the end-of-text token is added and trained', async () => {
    const { tokenizer, template } = await withTemplate(
      `{% for m in messages %}{{ m.role }}: {{ m.content }}\n\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}`,
    );
    const example = await template.encodeExample('a', 'b');
    expect(template.endOfTurnId).toBeNull();
    expect(example.ids.at(-1)).toBe(tokenizer.tokenId('<|im_end|>'));
    expect(example.labels.at(-1)).toBe(tokenizer.tokenId('<|im_end|>'));
    expect(await tokenizer.decode(example.labels.filter((label) => label >= 0))).toBe('b');
  });
});

describe('models that think', () => {
  test.each(['think-block-in-finished-chats', 'think-block-in-open-chats'])('%s', async (name) => {
    const source = readFileSync(join(import.meta.dirname, `../../cases/templates/${name}.jinja`), 'utf8');
    const { tokenizer, template } = await withTemplate(source);
    const chat: ChatMessage[] = [{ role: 'user', content: 'why' }];
    const prompt = template.prompt(chat);
    expect(prompt).toMatch(/<think>\n\n<\/think>\n\n$/);
    const { ids, labels } = await template.encodeExample('why', 'because');
    const asked = await template.encodePrompt(chat);
    expect(ids.slice(0, asked.length)).toEqual(asked);
    const trained = labels.filter((label) => label >= 0);
    expect(ids.slice(asked.length)).toEqual(trained);
    const end = tokenizer.tokenOf(template.endOfTurnId!)!;
    expect(await tokenizer.decode(trained, { withSpecialTokens: true })).toBe(`because${end}`);
  });

  test('what is thought is not shown, and an unfinished thought is no answer', async () => {
    const { tokenizer, template } = await withTemplate('{{ messages[-1].content }}<|im_end|>');
    const shown = async (text: string) => template.decodeAnswer(await tokenizer.encode(text));
    expect(await shown('<think>\nhm\n</think>\n\n25 N·m<|im_end|>')).toBe('25 N·m');
    expect(await shown('<think>\nhm, 25')).toBe('');
    expect(await shown(' a <think> is a tag ')).toBe('a <think> is a tag');
  });
});

describe('the environment of templates', () => {
  test('names of special tokens, white space around blocks, line ends of Windows', async () => {
    const { template } = await withTemplate(
      '{{ bos_token }}\r\n{%- for m in messages %}\r\n    {%- if tools is none and not documents %}\r\n  {{ m.content }}\r\n    {% endif %}\r\n{% endfor %}\r\n',
    );
    expect(template.render([{ role: 'user', content: 'x' }])).toBe('<|endoftext|>  x\n');
  });

  test('a template may refuse a chat with its own words', async () => {
    const { template } = await withTemplate(
      `{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[-1].content }}`,
    );
    expect(() => template.render([{ role: 'system', content: '' }])).toThrowError(
      expect.objectContaining({ code: 'template-failed', values: { reason: 'System role not supported' } }) as Error,
    );
  });

  test('the date stands still unless it is given, and is English everywhere', async () => {
    const source = `{{ strftime_now('%d %b %Y') }} {{ messages[-1].content }}`;
    const said = (date: string) => `${date} x`;
    const chat: ChatMessage[] = [{ role: 'user', content: 'x' }];
    expect((await withTemplate(source)).template.render(chat)).toBe(said('26 Jul 2024'));
    const today = new Date(2031, 10, 5);
    expect((await withTemplate(source, { today })).template.render(chat)).toBe(said('05 Nov 2031'));
  });

  test.each([
    '{% for %}',
    '{{ messages[0].content.nothing() }}',
    '{% for i in range(1000000000) %}x{% endfor %}',
    'fixed',
  ])('%s fails with a sentence', async (source) => {
    await expect(withTemplate(source)).rejects.toMatchObject({ code: 'template-failed' });
  });

  test('a model without a template', async () => {
    const tokenizer = await openTokenizer(goldenPath('llama'));
    await expect(openChatTemplate(folder, tokenizer)).rejects.toMatchObject({ code: 'template-missing' });
  });
});
