/** Which tokens of a rendered chat are trained: the answer and the token that ends it, nothing else. */

import type { Tokenizer } from './tokenizer.ts';

/** A label of this value is not trained (PyTorch's `ignore_index`). */
export const notTrained = -100;

export interface EncodedExample {
  readonly ids: readonly number[];
  /** As long as `ids`: the id itself where it is trained, −100 elsewhere. Not shifted. */
  readonly labels: readonly number[];
  /** Number of trained tokens. */
  readonly answerTokens: number;
  /**
   * How the answer was found. `exact`: the full chat begins with the prompt. `joined`: so does its text, but a token
   * spans the border, so prompt and answer are encoded apart, as they are when the model answers.
   * `common-prefix`: the template writes finished chats differently from open ones; what both share counts as prompt.
   */
  readonly boundary: 'exact' | 'joined' | 'common-prefix';
}

/**
 * Encodes a finished chat.
 * @param prompt the chat rendered up to the answer, @param full with the answer
 * @param trailing number of tokens that the template writes after the end of the turn; they are not trained
 * @param ending a token to add and train at the end, for templates that end no turn
 */
export function encodeAnswer(
  tokenizer: Tokenizer,
  prompt: string,
  full: string,
  trailing: number,
  ending: number | undefined,
): EncodedExample {
  const promptIds = tokenizer.encode(prompt);
  const fullIds = tokenizer.encode(full);
  const shared = sharedLength(promptIds, fullIds);
  let ids = fullIds;
  let start = shared;
  let boundary: EncodedExample['boundary'] = 'common-prefix';
  if (shared === promptIds.length) boundary = 'exact';
  else if (full.startsWith(prompt)) {
    boundary = 'joined';
    ids = [...promptIds, ...tokenizer.encode(full.slice(prompt.length))];
    start = promptIds.length;
  }
  if (ending !== undefined) ids = [...ids.slice(0, ids.length - trailing), ending];
  const end = ending === undefined ? ids.length - trailing : ids.length;
  const labels = ids.map((id, index) => (index >= start && index < end ? id : notTrained));
  return { ids, labels, answerTokens: Math.max(0, end - start), boundary };
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
