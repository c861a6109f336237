/** How a model's tokenizer sees examples, before anything is trained. */

import type { ExampleMeasure, ExamplePair } from '../jobs.ts';
import { openChatModel } from '../models/chat-model.ts';
import type { ChatTemplate } from '../text/chat-template.ts';
import { shortness } from '../text/shortness.ts';
import { encodedTogether } from './examples.ts';

export interface MeasureExamplesJob {
  readonly directory: string;
  readonly examples: readonly ExamplePair[];
  readonly maxTokens: number;
  /** Nothing is said of examples that fit by their bytes alone: counting a hundred thousand takes its time. */
  readonly leaveOutShort?: boolean | undefined;
}

/** Tokens of each example, and whether it fits. */
export async function measureExamples({
  directory,
  examples,
  maxTokens,
  leaveOutShort = false,
}: MeasureExamplesJob): Promise<readonly ExampleMeasure[]> {
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
