/** The one chat template of a model, used alike for training, evaluation and serving. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { ChatMessage } from '../jobs.ts';
import { readError } from '../weights/files.ts';
import { readJsonObject } from '../weights/json.ts';
import { encodeAnswer } from './answer-mask.ts';
import type { EncodedExample } from './answer-mask.ts';
import { compileTemplate } from './jinja.ts';
import { readStopTokenIds } from './stop-tokens.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface ChatTemplate {
  /** The Jinja program as the model's maker wrote it; null where there is none. */
  readonly source: string | null;
  /** Tokens after which an answer is complete, sorted. */
  readonly stopTokenIds: readonly number[];
  /** The token that ends an answer, which training teaches; null where the template has none. */
  readonly endOfTurnId: number | null;
  /** The text the model reads. `addGenerationPrompt` opens the assistant's turn. Raises `template-failed`. */
  render(messages: readonly ChatMessage[], options?: { readonly addGenerationPrompt?: boolean }): string;
  /** Ids of a chat that the model shall answer. */
  encodePrompt(messages: readonly ChatMessage[]): number[];
  /** Ids of a question with its answer, and which of them are trained. A `system` text goes before. */
  encodeExample(question: string, answer: string, system?: string): EncodedExample;
}

/**
 * Some templates write today's date into every prompt. Training, proof and serving happen on different days and must
 * give the model the same bytes, so the date stands still: at the one that such templates (Llama 3.2) fall back to.
 */
const fixedDate = new Date(2024, 6, 26);

/** A text that no template contains: it shows what a template writes after an answer. */
const sentinel = 'zqAnswerqz';

/**
 * Opens the template in `chat_template.jinja` or, where that is absent, in tokenizer_config.json.
 * Raises `template-missing` or `template-failed`.
 */
export async function openChatTemplate(
  directory: string,
  tokenizer: Tokenizer,
  options: { readonly today?: Date } = {},
): Promise<ChatTemplate> {
  const source = await readSource(directory);
  if (source === null) throw new ModelError('template-missing');
  const lost = tokenizer.markersWithoutRow.find((marker) => source.includes(marker));
  if (lost !== undefined) {
    throw new ModelError('template-failed', { reason: `it writes the token ${lost}, which the model has no row for` });
  }
  const renderTemplate = compileTemplate(source, options.today ?? fixedDate);
  const render: ChatTemplate['render'] = (messages, { addGenerationPrompt = false } = {}) =>
    renderTemplate({
      ...tokenizer.specialTokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
    });

  const afterAnswer = tokenizer.encode(textAfterAnswer(render));
  const listed = await readStopTokenIds(directory, tokenizer);
  const isEnd = (id: number) => tokenizer.isSpecial(id) || listed.includes(id);
  const endOfTurnId = afterAnswer.find(isEnd) ?? null;
  const stopTokenIds = [...new Set(endOfTurnId === null ? listed : [...listed, endOfTurnId])].sort((a, b) => a - b);
  const trailing =
    endOfTurnId === null ? afterAnswer.length : afterAnswer.length - afterAnswer.indexOf(endOfTurnId) - 1;

  return {
    source,
    stopTokenIds,
    endOfTurnId,
    render,
    encodePrompt: (messages) => tokenizer.encode(render(messages, { addGenerationPrompt: true })),
    encodeExample(question, answer, system) {
      const asked: ChatMessage[] = [{ role: 'user', content: question }];
      if (system !== undefined) asked.unshift({ role: 'system', content: system });
      const prompt = render(asked, { addGenerationPrompt: true });
      const full = render([...asked, { role: 'assistant', content: answer }]);
      // Where the template ends no turn, the model could never learn to stop: its end-of-text token is added.
      const ending = endOfTurnId === null ? tokenizer.tokenId(tokenizer.specialTokens['eos_token'] ?? '') : undefined;
      return encodeAnswer(tokenizer, prompt, full, trailing, ending);
    },
  };
}

/**
 * Stands in for the template of a model that has none, such as GPT-2: plain texts and tokens still work, and whoever
 * needs a chat is refused with `template-missing`.
 */
export async function noChatTemplate(directory: string, tokenizer: Tokenizer): Promise<ChatTemplate> {
  const refuse = (): never => {
    throw new ModelError('template-missing');
  };
  const stopTokenIds = [...new Set(await readStopTokenIds(directory, tokenizer))].sort((a, b) => a - b);
  return {
    source: null,
    stopTokenIds,
    endOfTurnId: null,
    render: refuse,
    encodePrompt: refuse,
    encodeExample: refuse,
  };
}

function textAfterAnswer(render: ChatTemplate['render']): string {
  const chat = render([
    { role: 'user', content: '?' },
    { role: 'assistant', content: sentinel },
  ]);
  const at = chat.lastIndexOf(sentinel);
  if (at < 0) throw new ModelError('template-failed', { reason: 'it leaves the answer out' });
  return chat.slice(at + sentinel.length);
}

async function readSource(directory: string): Promise<string | null> {
  const path = join(directory, 'chat_template.jinja');
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw readError(path, cause);
  }
  const template = (await readJsonObject(join(directory, 'tokenizer_config.json')))?.['chat_template'];
  if (typeof template === 'string') return template;
  // Several named templates: one for tools, one for documents; plain chats use the default.
  const named = Array.isArray(template) ? (template as { name?: unknown; template?: unknown }[]) : [];
  const source = named.find(({ name }) => name === 'default')?.template;
  return typeof source === 'string' ? source : null;
}
