/**
 * Conversations as tools keep them: `messages` (OpenAI, TRL), `conversations` (ShareGPT), and prompt and completion as
 * lists of messages (TRL). One question and one answer become an example; anything longer is refused by name.
 * https://huggingface.co/docs/trl/dataset_formats
 */

import type { RowError } from '../contract/entities.ts';
import type { JsonObject } from './json.ts';
import { shorten } from './table.ts';

export interface ChatExample {
  readonly question: string;
  readonly answer: string;
  /** Whether a system message stood before it; examples have none of their own. */
  readonly hasSystem: boolean;
  /** Whether a thought stood beside an answer; examples have none. */
  readonly hasThought: boolean;
  /** Keys that the conversation stood under. */
  readonly keys: readonly string[];
}

interface ChatFault {
  readonly code: Extract<RowError['code'], 'chat-unreadable' | 'chat-turns' | 'repeated-key'>;
  readonly column: string;
  readonly value: string;
}

interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
  readonly thought: boolean;
}

/** Pictures and the like that the texts only point at, as LLaMA-Factory and ms-swift keep them. */
const mediaKeys = ['image', 'images', 'video', 'videos', 'audio', 'audios'] as const;
/** Marks of turns that are left out of training: OpenAI, Axolotl, ms-swift. */
const trainingKeys = ['weight', 'train', 'training', 'loss'] as const;
const listKeys = ['messages', 'conversations', 'conversation'] as const;
const roles: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  prompter: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  bot: 'assistant',
  model: 'assistant',
};

/** null where an object holds no conversation. */
export function chatExample(object: JsonObject): ChatExample | ChatFault | null {
  const keys = chatKeys(object);
  const { history } = object;
  // What was said before in Alpaca's form as LLaMA-Factory extends it.
  if (keys.length === 0 && Array.isArray(history) && history.length > 0)
    return { code: 'chat-turns', column: 'history', value: shorten(JSON.stringify(history)) };
  if (keys.length === 0) return null;
  const media = mediaKeys.find((key) => isGiven(object[key]));
  if (media !== undefined)
    return { code: 'chat-unreadable', column: media, value: shorten(JSON.stringify(object[media])) };
  const column = keys.join(' + ');
  const list = keys.flatMap((key) => object[key] as readonly unknown[]);
  const fault = (code: ChatFault['code']): ChatFault => ({ code, column, value: shorten(JSON.stringify(list)) });
  const turns = list.map(readTurn);
  if (!turns.every((turn) => turn !== null)) return fault('chat-unreadable');
  const system = turns.filter(({ role }) => role === 'system');
  const [question, answer, ...more] = turns.filter(({ role }) => role !== 'system');
  if (question?.role !== 'user' || answer?.role !== 'assistant' || more.length > 0) return fault('chat-turns');
  // A question or an answer beside the conversation: nobody knows which one counts.
  const twice = ['question', 'answer'].find((key) => typeof object[key] === 'string' && object[key].trim() !== '');
  if (twice !== undefined) return { code: 'repeated-key', column: twice, value: shorten(String(object[twice])) };
  return {
    question: question.text,
    answer: answer.text,
    hasSystem: system.length > 0 || hasSystem(object),
    hasThought: answer.thought,
    keys,
  };
}

/** Whether a system message stands beside a conversation or an instruction. */
export const hasSystem = (object: JsonObject): boolean => {
  const stands = (key: string) => typeof object[key] === 'string' && object[key].trim() !== '';
  return stands('system_prompt') || (stands('system') && ('instruction' in object || chatKeys(object).length > 0));
};

function chatKeys(object: JsonObject): readonly string[] {
  const key = listKeys.find((each) => Array.isArray(object[each]));
  if (key !== undefined) return [key];
  return Array.isArray(object['prompt']) && Array.isArray(object['completion']) ? ['prompt', 'completion'] : [];
}

function readTurn(value: unknown): Turn | null {
  const turn = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { role, from, content, value: said } = turn;
  // What is called or left out of training is more than its text says.
  const isMore = ['tool_calls', 'function_call'].some((key) => isGiven(turn[key]));
  if (isMore || trainingKeys.some((key) => Number(turn[key] ?? 1) === 0)) return null;
  const known = roles[String(role ?? from).toLowerCase()];
  const text = textOf(content ?? said);
  const thought = ['reasoning_content', 'reasoning', 'thinking'].some((key) => Boolean(turn[key]));
  return known === undefined || text === null ? null : { role: known, text, thought };
}

const isGiven = (value: unknown): boolean =>
  value != null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A text, or parts that are all text. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part: unknown) => {
    const { type, text } = (part ?? {}) as { readonly type?: unknown; readonly text?: unknown };
    return type === 'text' && typeof text === 'string' ? text : null;
  });
  return parts.every((part) => part !== null) ? parts.join('') : null;
}
