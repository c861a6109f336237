/** A model folder with its tokenizer and its chat template: all that turns questions into tokens and tokens into answers. */

import { type ModelFolder, openModelFolder } from '../architectures/model-folder.ts';
import { type ChatTemplate, openChatTemplate } from './chat-template.ts';
import { openTokenizer, type Tokenizer } from './tokenizer.ts';

export interface ChatModel extends ModelFolder {
  readonly tokenizer: Tokenizer;
  readonly chat: ChatTemplate;
}

/** Opens everything and checks that it belongs together. Raises what its parts raise. */
export async function openChatModel(directory: string): Promise<ChatModel> {
  const model = await openModelFolder(directory);
  const tokenizer = await openTokenizer(directory);
  return { ...model, tokenizer, chat: await openChatTemplate(directory, tokenizer) };
}
