/** An example in tokens: the prompt that serving sends, the answer, and what ends the turn. Only the latter two are trained. */

import type { Tokenizer } from './tokenizer.ts';

/** A label of this value is not trained (PyTorch's `ignore_index`). */
export const notTrained = -100;

export interface EncodedExample {
  readonly ids: readonly number[];
  /** As long as `ids`: the id itself where it is trained, −100 elsewhere. Not shifted. */
  readonly labels: readonly number[];
  /** Number of trained tokens. */
  readonly answerTokens: number;
}

/** What follows the prompt: text, and the ids of an ending that no text of its own writes. */
export interface Completion {
  readonly text: string;
  readonly endingIds: readonly number[];
}

/**
 * Encodes prompt and completion. The ids begin with exactly those of the prompt, as they do when the model answers: where
 * a token would span the border, both are encoded apart.
 */
export async function encodeExample(
  tokenizer: Tokenizer,
  prompt: string,
  { text, endingIds }: Completion,
): Promise<EncodedExample> {
  const promptIds = await tokenizer.encode(prompt);
  const together = await tokenizer.encode(prompt + text);
  const spans = promptIds.some((id, index) => together[index] !== id);
  const completionIds = spans ? await tokenizer.encode(text) : together.slice(promptIds.length);
  const trained = [...completionIds, ...endingIds];
  return {
    ids: [...promptIds, ...trained],
    labels: [...promptIds.map(() => notTrained), ...trained],
    answerTokens: trained.length,
  };
}
