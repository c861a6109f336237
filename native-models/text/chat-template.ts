/** The one chat template of a model, used alike for training, evaluation and serving. */

import { ModelError } from '../errors.ts';
import type { ChatMessage } from '../jobs.ts';
import { type FolderFiles, folderFiles } from '../weights/folder-files.ts';
import { answerTurn, sentinels } from './answer-turn.ts';
import { encodeExample, type EncodedExample } from './encoded-example.ts';
import { compileTemplate } from './jinja.ts';
import { readStopTokenIds } from './stop-tokens.ts';
import { readTemplateSource } from './template-source.ts';
import { closeThought, decodeAnswer, thinkingOff } from './thought.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface ChatTemplate {
  /** The Jinja program as the model's maker wrote it; null where there is none. */
  readonly source: string | null;
  /** Tokens after which an answer is complete, sorted. */
  readonly stopTokenIds: readonly number[];
  /** The token that ends an answer, which training teaches; null where the template has none. */
  readonly endOfTurnId: number | null;
  /** A chat as the template writes it, thinking switched off. Raises `template-failed`. */
  render(messages: readonly ChatMessage[], options?: { readonly addGenerationPrompt?: boolean }): string;
  /** The text before an answer, the same for training, evaluation and serving. Raises `template-failed`. */
  prompt(messages: readonly ChatMessage[]): string;
  /** Ids of `prompt`. */
  encodePrompt(messages: readonly ChatMessage[]): Promise<number[]>;
  /**
   * Ids of a question with its answer, and which of them are trained: the prompt, the answer, the end of the turn. A
   * `system` text goes before. Raises `template-failed`, also where nothing says how an answer ends.
   */
  encodeExample(question: string, answer: string, system?: string): Promise<EncodedExample>;
  /** The text of an answer, without markers and without what was thought. */
  decodeAnswer(ids: readonly number[]): Promise<string>;
}

/**
 * Some templates write today's date into every prompt. Training, proof and serving happen on different days and must
 * give the model the same bytes, so the date stands still: at the one that such templates (Llama 3.2) fall back to.
 */
const fixedDate = new Date(2024, 6, 26);

/** Several lines, and longer than what people ask. */
const longQuestion = Array.from({ length: 400 }, (_, line) => `${sentinels.question} ${line}`).join('\n');

/**
 * Opens the template in `chat_template.jinja` or, where that is absent, in tokenizer_config.json.
 * Raises `template-missing` or `template-failed`.
 */
export async function openChatTemplate(
  directory: string,
  tokenizer: Tokenizer,
  { today = fixedDate, files = folderFiles(directory) }: { readonly today?: Date; readonly files?: FolderFiles } = {},
): Promise<ChatTemplate> {
  const source = await readTemplateSource(files);
  if (source === null) throw new ModelError('template-missing');
  const lost = tokenizer.markersWithoutRow.find((marker) => source.includes(marker));
  if (lost !== undefined) {
    throw new ModelError('template-failed', { reason: `it writes the token ${lost}, which the model has no row for` });
  }
  const renderTemplate = compileTemplate(source, today);
  const render: ChatTemplate['render'] = (messages, { addGenerationPrompt = false } = {}) =>
    renderTemplate({
      ...tokenizer.specialTokens,
      ...thinkingOff,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
    });
  const prompt: ChatTemplate['prompt'] = (messages) => closeThought(render(messages, { addGenerationPrompt: true }));
  const keeps = (question: string) => prompt([{ role: 'user', content: question }]).includes(question);
  if (!keeps(sentinels.question)) throw new ModelError('template-failed', { reason: 'it leaves the question out' });
  if (!keeps(longQuestion)) throw new ModelError('template-failed', { reason: 'it cuts or changes long questions' });

  const listed = await readStopTokenIds(files, tokenizer);
  const turn = await answerTurn(tokenizer, render, prompt, listed);
  const { endOfTurnId } = turn;
  const stopTokenIds = [...new Set(endOfTurnId === null ? listed : [...listed, endOfTurnId])].sort((a, b) => a - b);

  return {
    source,
    stopTokenIds,
    endOfTurnId,
    render,
    prompt,
    encodePrompt: async (messages) => tokenizer.encode(prompt(messages)),
    async encodeExample(question, answer, system) {
      const asked: ChatMessage[] = [{ role: 'user', content: question }];
      if (system !== undefined) asked.unshift({ role: 'system', content: system });
      if (turn.endingIds.length === 0 && endOfTurnId === null) {
        throw new ModelError('template-failed', { reason: 'nothing says how an answer ends' });
      }
      const text = `${turn.lead}${answer}${turn.ending}`;
      return encodeExample(tokenizer, prompt(asked), { text, endingIds: turn.endingIds });
    },
    decodeAnswer: (ids) => decodeAnswer(tokenizer, ids),
  };
}

/**
 * Stands in for the template of a model that has none, such as GPT-2: plain texts and tokens still work, and whoever
 * needs a chat is refused with `template-missing`.
 */
export async function noChatTemplate(
  directory: string,
  tokenizer: Tokenizer,
  files = folderFiles(directory),
): Promise<ChatTemplate> {
  const refuse = (): never => {
    throw new ModelError('template-missing');
  };
  const stopTokenIds = [...new Set(await readStopTokenIds(files, tokenizer))].sort((a, b) => a - b);
  return {
    source: null,
    stopTokenIds,
    endOfTurnId: null,
    render: refuse,
    prompt: refuse,
    encodePrompt: refuse,
    encodeExample: refuse,
    decodeAnswer: (ids) => decodeAnswer(tokenizer, ids),
  };
}
