/** Answers as OpenAI's API writes them, whole or in chunks. */

import { randomUUID } from 'node:crypto';
import type { Answered, Piece, SaidToken } from './answering.ts';
import type { Asked } from './requests.ts';

/** What all chunks of one reply say alike. */
interface Head {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
}

export interface Reply {
  /** What comes before the first piece of each answer. */
  opening(): readonly object[];
  piece(piece: Piece): object;
  /** What comes after the last piece: why each ended, and the numbers of tokens where they were asked for. */
  ending(answered: Answered): readonly object[];
  whole(answered: Answered): object;
}

export function replyTo(asked: Asked, stamp: string): Reply {
  const chat = asked.kind === 'chat';
  const head: Head = {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: asked.model,
    system_fingerprint: stamp,
  };
  return chat ? chatReply(asked, head) : completionReply(asked, head);
}

const usageOf = ({ promptTokens, answerTokens }: Answered) => ({
  prompt_tokens: promptTokens,
  completion_tokens: answerTokens,
  total_tokens: promptTokens + answerTokens,
});

/** The last chunk of a stream that tells the numbers of tokens; until then chunks say null. */
const usageEnd = ({ includeUsage }: Asked, head: object, answered: Answered): readonly object[] =>
  includeUsage ? [{ ...head, choices: [], usage: usageOf(answered) }] : [];

function chatReply(asked: Asked, told: Head): Reply {
  const head = { ...told, object: 'chat.completion.chunk', ...(asked.includeUsage ? { usage: null } : {}) };
  const chunk = (index: number, delta: object, finish: string | null, logprobs: object | null = null) => {
    return { ...head, choices: [{ index, delta, logprobs, finish_reason: finish }] };
  };
  const likely = (tokens: readonly SaidToken[]) =>
    asked.logprobs === null ? null : { content: tokens.map(chatToken), refusal: null };
  return {
    opening: () =>
      Array.from({ length: asked.choices }, (_, index) => chunk(index, { role: 'assistant', content: '' }, null)),
    piece: ({ choice, text, tokens }) => chunk(choice, { content: text }, null, likely(tokens)),
    ending: (answered) => [
      ...answered.choices.map(({ finish }, index) => chunk(index, {}, finish)),
      ...usageEnd(asked, head, answered),
    ],
    whole: (answered) => ({
      ...told,
      object: 'chat.completion',
      choices: answered.choices.map(({ text, finish, tokens }, index) => ({
        index,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: likely(tokens),
        finish_reason: finish,
      })),
      usage: usageOf(answered),
    }),
  };
}

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];

function chatToken({ text: token, logprob, likeliest }: SaidToken) {
  return {
    ...{ token, logprob, bytes: bytesOf(token) },
    top_logprobs: likeliest.map((each) => ({
      token: each.text,
      logprob: each.logprob,
      bytes: bytesOf(each.text),
    })),
  };
}

function completionReply(asked: Asked, told: Head): Reply {
  const head = { ...told, object: 'text_completion' };
  const streamed = { ...head, ...(asked.includeUsage ? { usage: null } : {}) };
  /** Characters said so far, by answer. */
  const offsets = new Map<number, number>();
  const likely = (index: number, tokens: readonly SaidToken[]) => {
    if (asked.logprobs === null) return null;
    const text_offset = tokens.map(({ text }) => {
      const offset = offsets.get(index) ?? 0;
      offsets.set(index, offset + text.length);
      return offset;
    });
    return {
      tokens: tokens.map(({ text }) => text),
      token_logprobs: tokens.map(({ logprob }) => logprob),
      top_logprobs: tokens.map(({ likeliest, text, logprob }) =>
        // The API tells the chosen token too, where it is not among the likeliest.
        Object.fromEntries([...likeliest, { text, logprob }].map((each) => [each.text, each.logprob])),
      ),
      text_offset,
    };
  };
  const choice = (index: number, text: string, tokens: readonly SaidToken[], finish: string | null) => {
    return { index, text, logprobs: likely(index, tokens), finish_reason: finish };
  };
  return {
    opening: () => [],
    piece: (piece) => ({ ...streamed, choices: [choice(piece.choice, piece.text, piece.tokens, null)] }),
    ending: (answered) => [
      ...answered.choices.map(({ finish }, index) => ({ ...streamed, choices: [choice(index, '', [], finish)] })),
      ...usageEnd(asked, streamed, answered),
    ],
    whole: (answered) => ({
      ...head,
      choices: answered.choices.map(({ text, tokens, finish }, index) => choice(index, text, tokens, finish)),
      usage: usageOf(answered),
    }),
  };
}
