/** How a model's tokenizer sees examples, before anything is trained. */

import type { ExampleMeasure, ExamplePair } from '../jobs.ts';
import { openChatModel } from '../models/chat-model.ts';
import type { ChatTemplate } from '../text/chat-template.ts';
import { shortness } from '../text/shortness.ts';
import { encodedTogether } from './examples.ts';

/**
 * Tokens of each example, and whether it fits.
 * @param wanted `leaveOutShort`: those that fit by their bytes alone are not counted, and nothing is said of them
 */
export async function measureExamples(
  directory: string,
  examples: readonly ExamplePair[],
  { maxTokens, leaveOutShort = false }: { readonly maxTokens: number; readonly leaveOutShort?: boolean | undefined },
): Promise<readonly ExampleMeasure[]> {
  const { chat, decoder, tokenizer } = await openChatModel(directory);
  const limit = Math.min(maxTokens, decoder.contextLength);
  const surelyFits = leaveOutShort ? await shortness(chat, tokenizer, limit) : () => false;
  const counted = examples.filter((example) => !surelyFits(example));
  const measures: ExampleMeasure[] = [];
  for (let from = 0; from < counted.length; from += encodedTogether) {
    const some = counted.slice(from, from + encodedTogether);
    measures.push(...(await Promise.all(some.map((example) => measureExample(chat, example, limit)))));
  }
  return measures;
}

/** How long an example is in tokens, and how much of it is trained. */
async function measureExample(chat: ChatTemplate, example: ExamplePair, limit: number): Promise<ExampleMeasure> {
  const { ids, answerTokens } = await chat.encodeExample(example.question, example.answer);
  return { id: example.id, tokens: ids.length, answerTokens, tooLong: ids.length > limit };
}
