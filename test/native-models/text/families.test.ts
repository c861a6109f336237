/**
 * Chats as templates in the style of each supported family write them, prompts and refusals included, beside what Jinja
 * wrote for the same chats.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import type { ChatMessage } from '../../../native-models/jobs.ts';
import { compileTemplate } from '../../../native-models/text/jinja.ts';

const folder = join(import.meta.dirname, 'families');

/** What Jinja wrote, or that the template raised, and its words. */
type Recorded = string | { readonly refused: string };

const { chats, rendered } = JSON.parse(readFileSync(join(folder, 'recorded.json'), 'utf8')) as {
  readonly chats: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly rendered: Readonly<Record<string, Readonly<Record<string, Readonly<Record<'chat' | 'prompt', Recorded>>>>>>;
};

const today = new Date(2024, 6, 26);

function write(source: string, messages: readonly ChatMessage[], addGenerationPrompt: boolean): Recorded {
  const render = compileTemplate(source, today);
  try {
    return render({
      ...{ messages, bos_token: '<s>', eos_token: '</s>', enable_thinking: false },
      add_generation_prompt: addGenerationPrompt,
    });
  } catch (error) {
    if (error instanceof ModelError && error.code === 'template-failed')
      return { refused: String(error.values['reason']) };
    throw error;
  }
}

test('every template of the folder is recorded', () => {
  const templates = readdirSync(folder).filter((file) => file.endsWith('.jinja'));
  expect(templates.map((file) => file.slice(0, -'.jinja'.length)).sort()).toEqual(Object.keys(rendered).sort());
});

describe.each(Object.keys(rendered))('%s', (family) => {
  const source = readFileSync(join(folder, `${family}.jinja`), 'utf8');

  test.each(Object.keys(chats))('%s', (name) => {
    const expected = rendered[family]![name]!;
    expect({
      chat: write(source, chats[name]!, false),
      prompt: write(source, chats[name]!, true),
    }).toEqual(expected);
  });
});
