/** What a chat template writes around an answer: found by letting it write a chat with a text that stands out. */

import { ModelError } from '../errors.ts';
import type { ChatMessage } from '../jobs.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Texts that no template contains. */
export const sentinels = { question: 'zqQuestionqz', answer: 'zqAnswerqz' };

export interface AnswerTurn {
  /** White space that a finished chat has between the prompt and the answer, as in Llama 2 (`[/INST] answer`). */
  readonly lead: string;
  /** From the answer to the end of its turn: `<|im_end|>`. */
  readonly ending: string;
  /** Ids to add behind: of an end that has no text of its own in `ending`. */
  readonly endingIds: readonly number[];
  /** The token that ends the turn, where the template writes one. */
  readonly endOfTurnId: number | null;
}

/**
 * Looks for the end of the turn behind an answer: the first marker, or token that the folder lists as a stop. Where the
 * template writes none, or refuses finished chats, the tokenizer's end-of-text token stands in, for the model could never
 * learn to stop; without one, `endingIds` is empty.
 */
export async function answerTurn(
  tokenizer: Tokenizer,
  render: (messages: readonly ChatMessage[]) => string,
  prompt: (messages: readonly ChatMessage[]) => string,
  listed: readonly number[],
): Promise<AnswerTurn> {
  const asked: ChatMessage[] = [{ role: 'user', content: sentinels.question }];
  const finished = finishedChat(render, [...asked, { role: 'assistant', content: sentinels.answer }]);
  const at = finished.lastIndexOf(sentinels.answer);
  const after = at < 0 ? '' : finished.slice(at + sentinels.answer.length);
  const opened = prompt(asked);
  const between = at >= opened.length && finished.startsWith(opened) ? finished.slice(opened.length, at) : '';
  const lead = between.trim() === '' ? between : '';

  const ids = await tokenizer.encode(after);
  const place = ids.findIndex((id) => tokenizer.isSpecial(id) || listed.includes(id));
  const endOfTurnId = ids[place];
  if (endOfTurnId === undefined) {
    const endOfText = tokenizer.tokenId(tokenizer.specialTokens['eos_token'] ?? '');
    return { lead, ending: '', endingIds: endOfText === undefined ? [] : [endOfText], endOfTurnId: null };
  }
  const marker = tokenizer.tokenOf(endOfTurnId) ?? '';
  const end = after.indexOf(marker);
  if (marker === '' || end < 0) return { lead, ending: '', endingIds: ids.slice(0, place + 1), endOfTurnId };
  return { lead, ending: after.slice(0, end + marker.length), endingIds: [], endOfTurnId };
}

function finishedChat(render: (messages: readonly ChatMessage[]) => string, chat: readonly ChatMessage[]): string {
  try {
    return render(chat);
  } catch (error) {
    if (error instanceof ModelError && error.code === 'template-failed') return '';
    throw error;
  }
}
