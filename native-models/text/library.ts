/**
 * The reference implementation of tokenizers, bound to Node. Where an expression of a tokenizer goes on for ever with a
 * text it ends its whole process, at opening or at any later text: only a process that may die imports this.
 * https://github.com/huggingface/tokenizers/tree/main/bindings/node
 */

import { Tokenizer as LibraryTokenizer } from 'tokenizers';

export { LibraryTokenizer };

/** Opens the content of a tokenizer.json. Raises the library's own sentence for what it cannot read. */
export function openLibraryTokenizer(json: object | string): LibraryTokenizer {
  return LibraryTokenizer.fromString(typeof json === 'string' ? json : JSON.stringify(json));
}

/** Ids of the text. `addSpecialTokens` adds what the tokenizer puts around a plain text. */
export async function encodeText(
  tokenizer: LibraryTokenizer,
  text: string,
  addSpecialTokens = false,
): Promise<number[]> {
  return (await tokenizer.encode(text, null, { addSpecialTokens })).getIds();
}
