/**
 * Models that think before they answer write `<think>…</think>` first. A plant asks for answers: the thought is left out
 * of the prompt where it can be, and is neither scored nor shown where a model thinks all the same.
 */

import type { Tokenizer } from './tokenizer.ts';

const opening = '<think>';
/** What ends a thought. */
export const thoughtEnd = '</think>';

/** What templates read to be told that nothing shall be thought. Qwen 3 and SmolLM 3: `enable_thinking`; Granite, DeepSeek: `thinking`. */
export const thinkingOff = { enable_thinking: false, thinking: false } as const;

/** Closes a thought that the template leaves open at the end of a prompt (DeepSeek R1), so that the answer comes next. */
export function closeThought(prompt: string): string {
  const open = prompt.trimEnd().endsWith(opening);
  return open ? `${prompt.trimEnd()}\n\n${thoughtEnd}\n\n` : prompt;
}

/** What the model answered, without markers and without what it thought before. Nothing, where it was still thinking. */
export async function decodeAnswer(tokenizer: Tokenizer, ids: readonly number[]): Promise<string> {
  // Some tokenizers take the thought's borders for markers and hide them, so they are looked for among all.
  const whole = await tokenizer.decode(ids, { withSpecialTokens: true });
  if (!whole.trimStart().startsWith(opening)) return (await tokenizer.decode(ids)).trim();
  const closingId = tokenizer.tokenId(thoughtEnd);
  const at = closingId === undefined ? -1 : ids.indexOf(closingId);
  if (at >= 0) return (await tokenizer.decode(ids.slice(at + 1))).trim();
  const text = await tokenizer.decode(ids);
  const end = text.indexOf(thoughtEnd);
  return end < 0 ? '' : text.slice(end + thoughtEnd.length).trim();
}

/** What an answer is that begins so, its markers shown. */
export function isThoughtOrMayBecome(begun: string): 'thought' | 'perhaps' | 'neither' {
  const text = begun.trimStart();
  if (text.startsWith(opening)) return 'thought';
  return opening.startsWith(text) ? 'perhaps' : 'neither';
}
