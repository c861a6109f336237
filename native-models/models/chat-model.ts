/** A model folder with its tokenizer and its chat template: all that turns questions into tokens and tokens into answers. */

import { ModelError } from '../errors.ts';
import { type ChatTemplate, noChatTemplate, openChatTemplate } from '../text/chat-template.ts';
import { openTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { folderFiles } from '../weights/folder-files.ts';
import { type ModelFolder, openModelFolder } from './model-folder.ts';

export interface ChatModel extends ModelFolder {
  readonly tokenizer: Tokenizer;
  readonly chat: ChatTemplate;
}

/**
 * Opens everything and checks that it belongs together. Raises what its parts raise, but for `template-missing`: that
 * waits for the first chat.
 */
export async function openChatModel(directory: string): Promise<ChatModel> {
  const files = folderFiles(directory);
  const model = await openModelFolder(directory, files);
  const tokenizer = await openTokenizer(directory, files);
  const chat = await openChatTemplate(directory, tokenizer, { files }).catch((error: unknown) => {
    if (error instanceof ModelError && error.code === 'template-missing')
      return noChatTemplate(directory, tokenizer, files);
    throw error;
  });
  return { ...model, tokenizer, chat };
}
