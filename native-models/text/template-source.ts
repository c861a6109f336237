/** The chat template as its maker wrote it, from where a model folder keeps it. */

import { join } from 'node:path';
import { readJsonObject } from '../weights/json.ts';
import { readText } from '../weights/text-file.ts';

/** From `chat_template.jinja` or, where that is absent, tokenizer_config.json; null where there is none. */
export async function readTemplateSource(directory: string): Promise<string | null> {
  const own = await readText(join(directory, 'chat_template.jinja'));
  if (own !== null) return own;
  const template = (await readJsonObject(join(directory, 'tokenizer_config.json')))?.['chat_template'];
  if (typeof template === 'string') return template;
  // Several named templates: one for tools, one for documents; plain chats use the default.
  const named = Array.isArray(template) ? (template as { name?: unknown; template?: unknown }[]) : [];
  const source = named.find(({ name }) => name === 'default')?.template;
  return typeof source === 'string' ? source : null;
}
