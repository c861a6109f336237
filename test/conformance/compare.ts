/** Ids, decoded texts and rendered chats of a folder, and where they differ from values that were recorded. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../native-models/errors.ts';
import type { ChatMessage } from '../../native-models/jobs.ts';
import { type ChatTemplate, noChatTemplate, openChatTemplate } from '../../native-models/text/chat-template.ts';
import { openTokenizer } from '../../native-models/text/tokenizer.ts';
import { engineVersion } from '../../native-models/version.ts';
import { conformanceChats, conformanceTexts } from './texts.ts';

export interface RecordedText {
  readonly text: string;
  readonly ids: readonly number[];
  readonly decoded: string;
}

export interface RecordedChat {
  readonly messages: readonly ChatMessage[];
  readonly prompt: boolean;
  /** null: refused. */
  readonly rendered: string | null;
}

export interface Recording {
  /** Who computed them. Where it is this library, equal values say that nothing changed, not that they are right. */
  readonly source: string;
  readonly texts: readonly RecordedText[];
  readonly chats: readonly RecordedChat[];
}

export const recordingFile = 'conformance.json';

/** What this library makes of a folder now, for these texts and chats. Raises what opening tokenizer and template raises. */
export async function computed(
  directory: string,
  texts: readonly string[] = conformanceTexts(),
  chats: readonly Omit<RecordedChat, 'rendered'>[] = conformanceChats.flatMap((messages) =>
    [true, false].map((prompt) => ({ messages, prompt })),
  ),
): Promise<Recording> {
  const tokenizer = await openTokenizer(directory);
  const template = await openChatTemplate(directory, tokenizer).catch((error: unknown) => {
    if (error instanceof ModelError && error.code === 'template-missing') return noChatTemplate(directory, tokenizer);
    throw error;
  });
  const found: RecordedText[] = [];
  for (const text of texts) {
    const ids = await tokenizer.encode(text);
    found.push({ text, ids, decoded: await tokenizer.decode(ids) });
  }
  const source = `usumaku ${engineVersion}, no other implementation`;
  return { source, texts: found, chats: chats.map((chat) => ({ ...chat, rendered: rendered(template, chat) })) };
}

function rendered(template: ChatTemplate, { messages, prompt }: Omit<RecordedChat, 'rendered'>): string | null {
  try {
    return template.render(messages, { addGenerationPrompt: prompt });
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** `conformance.json`, or the reference.json of a reference model (transformers and PyTorch); null where there is neither. */
export async function readRecording(directory: string): Promise<Recording | null> {
  const read = async (name: string): Promise<unknown> => {
    const text = await readFile(join(directory, name), 'utf8').catch(() => null);
    return text === null ? null : JSON.parse(text);
  };
  const own = (await read(recordingFile)) as Recording | null;
  if (own) return own;
  const reference = (await read('reference.json')) as { readonly tokenize: readonly RecordedText[] } | null;
  return reference && { source: 'transformers', texts: reference.tokenize, chats: [] };
}

/** One sentence for each difference; none where everything agrees. */
export async function differences(directory: string, recording: Recording): Promise<readonly string[]> {
  const texts = recording.texts.map(({ text }) => text);
  const now = await computed(directory, texts, recording.chats);
  const said: string[] = [];
  const compare = (what: string, of: unknown, recorded: unknown, actual: unknown): void => {
    const [before, after] = [JSON.stringify(recorded), JSON.stringify(actual)];
    if (before !== after) said.push(`${what} of ${JSON.stringify(of)}: ${before} recorded, ${after} now`);
  };
  recording.texts.forEach(({ text, ids, decoded }, index) => {
    compare('ids', text, ids, now.texts[index]!.ids);
    compare('text', text, decoded, now.texts[index]!.decoded);
  });
  recording.chats.forEach(({ messages, rendered: before, prompt }, index) =>
    compare(prompt ? 'prompt' : 'chat', messages, before, now.chats[index]!.rendered),
  );
  return said;
}
