/** The first look at a tokenizer and a template that nobody has used here: whatever they do, they do it in a process that may end. */

import { ModelError } from '../errors.ts';
import { openChatTemplate } from './chat-template.ts';
import { openTokenizer } from './tokenizer.ts';

/** Long runs of one kind, on which an expression that tries every way to cut a text never ends. */
const trials = ['a', 'A1', ' ', '\n', ' \n', '0', '-', '.', 'あ', '漢', 'é', '😀', '\u0301'].map((piece) =>
  piece.repeat(3000),
);

/**
 * Opens both and reads texts with them. What is wrong with them is found later, by whoever opens them for use: here only
 * counts that they come back.
 */
export async function tryTexts({ directory }: { readonly directory: string }): Promise<null> {
  try {
    const tokenizer = await openTokenizer(directory);
    for (const text of trials) await tokenizer.decode(await tokenizer.encode(text));
    await openChatTemplate(directory, tokenizer);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
  }
  return null;
}
