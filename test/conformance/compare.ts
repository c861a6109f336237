/** Ids, decoded texts and rendered chats of a folder, and where they differ from values that were recorded. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ModelError } from '../../native-models/errors.ts';
import { type ChatTemplate, noChatTemplate, openChatTemplate } from '../../native-models/text/chat-template.ts';
import { openTokenizer } from '../../native-models/text/tokenizer.ts';
import { engineVersion } from '../../native-models/version.ts';
import { conformanceChats, conformanceTexts } from './texts.ts';

const recordedText = v.object({ text: v.string(), ids: v.array(v.number()), decoded: v.string() });
const message = v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() });
const recordedChat = v.object({
  messages: v.array(message),
  prompt: v.boolean(),
  /** null: refused. */
  rendered: v.nullable(v.string()),
});
const ownForm = v.object({
  /** Who computed them. Where it is this library, equal values say that nothing changed, not that they are right. */
  source: v.string(),
  texts: v.array(recordedText),
  chats: v.array(recordedChat),
});
const referenceForm = v.object({ tokenize: v.array(recordedText) });

export type RecordedChat = Immutable<v.InferOutput<typeof recordedChat>>;
export type Recording = Immutable<v.InferOutput<typeof ownForm>>;
type RecordedText = Recording['texts'][number];
type Immutable<Value> = {
  readonly [Name in keyof Value]: Value[Name] extends object ? Immutable<Value[Name]> : Value[Name];
};

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

/** Raises an error that names file and field where they are no such values. `conformance.json`, or the reference.json of a reference model (transformers and PyTorch); null where there is neither. */
export async function readRecording(directory: string): Promise<Recording | null> {
  const read = async <Form extends v.GenericSchema>(name: string, form: Form): Promise<v.InferOutput<Form> | null> => {
    const text = await readFile(join(directory, name), 'utf8').catch(() => null);
    if (text === null) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), form), text, { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    throw new Error(`${name} holds no recorded values: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  };
  const own = await read(recordingFile, ownForm);
  if (own) return own;
  const reference = await read('reference.json', referenceForm);
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
