/** Jobs for experts and for comparison with other tools: continue a text, write logits, show tokens. */

import type { AnsweringModel, ChatMessage, Device, DeviceFallback, SamplingSettings } from '../jobs.ts';
import { openModelFolder } from '../models/model-folder.ts';
import { floatsOf } from '../runtime/tensor.ts';
import { openChatTemplate } from '../text/chat-template.ts';
import { requireIds } from '../text/ids.ts';
import { openTokenizer } from '../text/tokenizer.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { logitsOf } from './logits.ts';
import { modelServer } from './server.ts';

/** One text continued, without or with one adapter: for experts and for comparison with other tools. */
export type ContinueJob = AnsweringModel & {
  readonly adapterDirectory: string | null;
  /** A question (where the model has no chat template a plain text, with what the tokenizer puts around it), a chat, or token ids. */
  readonly start:
    { readonly prompt: string } | { readonly messages: readonly ChatMessage[] } | { readonly ids: readonly number[] };
  readonly sampling: SamplingSettings;
};

export interface ContinueResult {
  /** The new tokens alone, as text without markers. */
  readonly text: string;
  /** The new tokens alone. */
  readonly ids: readonly number[];
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

export interface LogitsJob {
  readonly modelDirectory: string;
  readonly adapterDirectory: string | null;
  readonly ids: readonly number[];
  /** A safetensors file: tensor `logits`, F32 (1, tokens, vocabulary). */
  readonly outputFile: string;
  readonly device: Device;
}

export interface LogitsResult {
  readonly file: string;
  readonly tokens: number;
  readonly vocabularySize: number;
  readonly deviceFallback: DeviceFallback | null;
}

export interface TokenizeJob {
  readonly modelDirectory: string;
  readonly input: { readonly text: string } | { readonly messages: readonly ChatMessage[] };
}

export interface TokenizeResult {
  /** The text itself, or the rendered chat. */
  readonly text: string;
  readonly ids: readonly number[];
  /** The ids turned back into text. */
  readonly decoded: string;
}

/** Answers a prompt or a chat, or goes on from token ids. Raises what `ModelServer.answer` raises, and `setting-invalid`. */
export async function continueText(job: ContinueJob): Promise<ContinueResult> {
  const started = performance.now();
  const server = await modelServer(job);
  const { chat, tokenizer, decoder } = server.model;
  const { start } = job;
  let ids: readonly number[];
  if ('ids' in start) ids = start.ids;
  else if ('messages' in start) ids = await chat.encodePrompt(start.messages);
  else if (chat.source === null) ids = await tokenizer.encode(start.prompt, { withSpecialTokens: true });
  else ids = await chat.encodePrompt([{ role: 'user', content: start.prompt }]);
  requireIds(decoder, ids);
  const row = { ids, adapterDirectory: job.adapterDirectory };
  const [answer] = await server.answer([row], job.sampling, async () => {});
  return {
    text: 'ids' in start ? await tokenizer.decode(answer!.ids) : await chat.decodeAnswer(answer!.ids),
    ids: answer!.ids,
    finish: answer!.finish,
    promptTokens: ids.length,
    deviceFallback: server.deviceFallback,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Writes the tensor `logits`, F32 (1, tokens, vocabulary), of every position of a text. */
export async function writeLogits(job: LogitsJob): Promise<LogitsResult> {
  const model = await openModelFolder(job.modelDirectory);
  let deviceFallback: DeviceFallback | null = null;
  const logits = await logitsOf(model, job.ids, job.adapterDirectory, job.device, (fallback) => {
    deviceFallback = fallback;
  });
  const { vocabularySize } = model.decoder;
  const shape = [1, job.ids.length, vocabularySize];
  await writeSafetensors(job.outputFile, [{ name: 'logits', dtype: 'F32', shape, data: floatsOf(logits) }]);
  return { file: job.outputFile, tokens: job.ids.length, vocabularySize, deviceFallback };
}

/**
 * Ids of a plain text, with what the tokenizer puts around it, or of a chat. A chat that ends with the assistant's
 * message is shown as the template writes it when finished, any other one as the prompt that training and serving send.
 */
export async function tokenize({ modelDirectory, input }: TokenizeJob): Promise<TokenizeResult> {
  const tokenizer = await openTokenizer(modelDirectory);
  if ('text' in input) {
    const ids = await tokenizer.encode(input.text, { withSpecialTokens: true });
    return { text: input.text, ids, decoded: await tokenizer.decode(ids) };
  }
  const chat = await openChatTemplate(modelDirectory, tokenizer);
  const finished = input.messages.at(-1)?.role === 'assistant';
  const text = finished ? chat.render(input.messages) : chat.prompt(input.messages);
  const ids = await tokenizer.encode(text);
  return { text, ids, decoded: await tokenizer.decode(ids, { withSpecialTokens: true }) };
}
