/** The chat template as its maker wrote it, from where a model folder keeps it. */

import type { FolderFiles } from '../weights/folder-files.ts';

/** From `chat_template.jinja` or, where that is absent, tokenizer_config.json; null where there is none. */
export async function readTemplateSource(files: FolderFiles): Promise<string | null> {
  const own = await files.text('chat_template.jinja');
  if (own !== null) return own;
  const template = (await files.json('tokenizer_config.json'))?.['chat_template'];
  if (typeof template === 'string') return template;
  // Several named templates: one for tools, one for documents; plain chats use the default.
  const named = Array.isArray(template) ? (template as { name?: unknown; template?: unknown }[]) : [];
  const source = named.find(({ name }) => name === 'default')?.template;
  return typeof source === 'string' ? source : null;
}
