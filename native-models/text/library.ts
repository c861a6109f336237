/** The tokenizer library with types: its own do not resolve under Node's rules for imports. */

import * as tokenizers from '@huggingface/tokenizers';

/** What is used of the library. https://github.com/huggingface/tokenizers.js */
export interface LibraryTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  decode(ids: readonly number[], options: { readonly clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_added_tokens_decoder(): ReadonlyMap<number, { readonly id: number; readonly special: boolean }>;
  get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
}

/** Takes the contents of tokenizer.json and tokenizer_config.json. */
export const { Tokenizer: LibraryTokenizer } = tokenizers as unknown as {
  readonly Tokenizer: new (json: object, config: object) => LibraryTokenizer;
};
