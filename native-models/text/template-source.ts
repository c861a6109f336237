/** The chat template as its maker wrote it, from where a model folder keeps it. */

import { ModelError } from '../errors.ts';
import type { FolderFiles } from '../weights/folder-files.ts';

/**
 * From `chat_template.jinja` or, where that is absent, tokenizer_config.json; null where there is none. Raises
 * `template-failed` for what stands in its place and is none.
 */
export async function readTemplateSource(files: FolderFiles): Promise<string | null> {
  const own = await files.text('chat_template.jinja');
  if (own !== null) return own;
  const template = (await files.json('tokenizer_config.json'))?.['chat_template'];
  if (typeof template === 'string') return template;
  if (template === undefined || template === null) return null;
  // Several named templates: one for tools, one for documents; plain chats use the default.
  const named = Array.isArray(template) ? (template as ({ name?: unknown; template?: unknown } | null)[]) : [];
  const source = named.find((each) => each?.name === 'default')?.template;
  if (typeof source === 'string') return source;
  const reason = 'chat_template of tokenizer_config.json is neither a text nor a list that holds one named default';
  throw new ModelError('template-failed', { reason });
}
