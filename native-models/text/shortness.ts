/** Which examples fit a limit for certain, told by their bytes: most of a plant's do, and need not be cut into tokens. */

import type { ExamplePair } from '../jobs.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { Tokenizer } from './tokenizer.ts';

const probe = { question: 'usumaku', answer: 'usumaku' };

/** @param limit in tokens @returns whether an example has an answer to learn, and fits however it is cut */
export async function shortness(
  chat: ChatTemplate,
  { byBytes }: Tokenizer,
  limit: number,
): Promise<(example: ExamplePair) => boolean> {
  if (!byBytes) return () => false;
  const { ids, answerTokens } = await chat.encodeExample(probe.question, probe.answer);
  // What the template writes around any two texts, twice: it may say more of some.
  const around = 2 * (ids.length + bytesOf(chat.prompt([{ role: 'user', content: probe.question }])));
  if (answerTokens === 0) return () => false;
  return ({ question, answer }) => answer.trim() !== '' && around + bytesOf(question) + bytesOf(answer) <= limit;
}

/** Normalising may make a text longer. */
function bytesOf(text: string): number {
  return Math.max(Buffer.byteLength(text), Buffer.byteLength(text.normalize('NFKC')));
}
