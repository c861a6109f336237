/** What clients ask, as OpenAI's API writes it: understood, or refused by the name of the field. */

import * as v from 'valibot';
import { isStorable } from '../contract/fields.ts';
import { ApiError, badField, unsupported } from './api-error.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

type Start =
  { readonly messages: readonly ChatMessage[] } | { readonly text: string } | { readonly ids: readonly number[] };

/** A request that can be answered. */
export interface Asked {
  readonly kind: 'chat' | 'completion';
  readonly model: string;
  /** One for each prompt. */
  readonly starts: readonly Start[];
  /** Answers of each prompt. */
  readonly choices: number;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  /** null: another one each time. */
  readonly seed: number | null;
  readonly stop: readonly string[];
  /** How many of the likeliest tokens are told beside each; null: nothing is told. */
  readonly logprobs: number | null;
  readonly stream: boolean;
  /** Whether a stream ends with the numbers of tokens. */
  readonly includeUsage: boolean;
  /** Goes on after the end of the answer, as vLLM's `ignore_eos`. */
  readonly ignoreEndOfTurn: boolean;
}

/** Where a chat leaves the longest answer open. Few answers are longer, and a model that never ends holds its place no longer. */
export const longestAnswerUnasked = 1024;
/** What the API says of completions. */
const longestCompletionUnasked = 16;
/** Answers of one request at most, all prompts together. */
export const mostAnswers = 64;

const amount = (most: number) => v.pipe(v.number(), v.minValue(0), v.maxValue(most));
const count = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const tokenId = count(0, 2 ** 31 - 1);
const maxTokens = v.nullish(count(1, 2 ** 31 - 1));

const common = {
  model: v.pipe(v.string(), v.minLength(1)),
  n: v.nullish(count(1, mostAnswers), 1),
  temperature: v.nullish(amount(2), 0),
  top_p: v.nullish(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
  seed: v.nullish(v.pipe(v.number(), v.safeInteger())),
  stop: v.nullish(v.union([v.string(), v.pipe(v.array(v.string()), v.maxLength(4))]), []),
  stream: v.nullish(v.boolean(), false),
  stream_options: v.nullish(v.object({ include_usage: v.nullish(v.boolean(), false) })),
  max_tokens: maxTokens,
  ignore_eos: v.nullish(v.boolean(), false),
};

/** Half a pair of UTF-16 has no bytes, so the tokenizer would read another text than the one that is kept. */
const wellFormed = v.pipe(v.string(), v.check(isStorable, 'Half a character, or NUL'));
const content = v.union([wellFormed, v.array(v.object({ type: v.literal('text'), text: wellFormed }))]);

const chatBody = v.object({
  ...common,
  max_completion_tokens: maxTokens,
  messages: v.pipe(
    v.array(v.object({ role: v.picklist(['system', 'developer', 'user', 'assistant']), content })),
    v.minLength(1),
  ),
  logprobs: v.nullish(v.boolean(), false),
  top_logprobs: v.nullish(count(0, 20)),
});

const completionBody = v.object({
  ...common,
  prompt: v.union([
    wellFormed,
    v.pipe(v.array(tokenId), v.minLength(1)),
    v.pipe(v.array(wellFormed), v.minLength(1)),
    v.pipe(v.array(v.pipe(v.array(tokenId), v.minLength(1))), v.minLength(1)),
  ]),
  logprobs: v.nullish(count(0, 5)),
});

/** Fields that change no answer. */
const harmless = [
  'user',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
];

/** What known fields may be that are not done: then they ask for nothing. */
const neutral: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: isEmpty,
  functions: isEmpty,
  tool_choice: (value) => value === 'none' || value === 'auto',
  function_call: (value) => value === 'none' || value === 'auto',
  parallel_tool_calls: () => true,
  response_format: (value) => (value as { type?: unknown }).type === 'text',
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === 'object' && Object.keys(value as object).length === 0,
  modalities: (value) => Array.isArray(value) && value.every((each) => each === 'text'),
  echo: (value) => value === false,
  suffix: (value) => value === '',
  best_of: (value) => value === 1,
  audio: () => false,
  prediction: () => false,
  reasoning_effort: (value) => value === 'none',
  verbosity: () => false,
  web_search_options: () => false,
};

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** @throws ApiError 400 with the name of the field */
export function readChat(body: unknown): Asked {
  const given = parse(chatBody, body);
  given.messages.forEach((_, index) => requireTextOnly((body as { messages: object[] }).messages[index]!, index));
  if (given.top_logprobs != null && !given.logprobs) {
    throw badField('top_logprobs', "'top_logprobs' is told only where 'logprobs' is true.");
  }
  const messages = given.messages.map(({ role, content: said }) => ({
    role: role === 'developer' ? ('system' as const) : role,
    content: typeof said === 'string' ? said : said.map(({ text }) => text).join(''),
  }));
  return {
    ...commonOf(given),
    kind: 'chat',
    starts: [{ messages }],
    maxTokens: given.max_completion_tokens ?? given.max_tokens ?? longestAnswerUnasked,
    logprobs: given.logprobs ? (given.top_logprobs ?? 0) : null,
  };
}

/** @throws ApiError 400 with the name of the field */
export function readCompletion(body: unknown): Asked {
  const given = parse(completionBody, body);
  const starts = startsOf(given.prompt);
  if (starts.length * given.n > mostAnswers) {
    throw badField(
      'prompt',
      `${starts.length} prompts with n = ${given.n} are more than ${mostAnswers} answers; ask for fewer at once.`,
    );
  }
  return {
    ...commonOf(given),
    kind: 'completion',
    starts,
    maxTokens: given.max_tokens ?? longestCompletionUnasked,
    logprobs: given.logprobs ?? null,
  };
}

function startsOf(prompt: v.InferOutput<typeof completionBody>['prompt']): readonly Start[] {
  if (typeof prompt === 'string') return [{ text: prompt }];
  if (typeof prompt[0] === 'number') return [{ ids: prompt as number[] }];
  return (prompt as (string | number[])[]).map((each) => (typeof each === 'string' ? { text: each } : { ids: each }));
}

type Common = Pick<
  Asked,
  'model' | 'choices' | 'temperature' | 'topP' | 'seed' | 'stop' | 'stream' | 'includeUsage' | 'ignoreEndOfTurn'
>;

function commonOf(given: v.InferOutput<typeof completionBody> | v.InferOutput<typeof chatBody>): Common {
  if (given.stream_options && !given.stream) {
    throw badField('stream_options', "'stream_options' goes with 'stream': true alone.");
  }
  return {
    model: given.model,
    choices: given.n,
    temperature: given.temperature,
    topP: given.top_p,
    seed: given.seed ?? null,
    stop: typeof given.stop === 'string' ? [given.stop] : given.stop,
    stream: given.stream,
    includeUsage: given.stream_options?.include_usage ?? false,
    ignoreEndOfTurn: given.ignore_eos,
  };
}

function parse<Schema extends v.GenericSchema & { readonly entries: object }>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError(400, 'The body must be a JSON object.', { code: 'invalid_json' });
  }
  for (const [name, value] of Object.entries(body)) {
    if (name in schema.entries || harmless.includes(name)) continue;
    const asksForNothing = Object.hasOwn(neutral, name) ? neutral[name] : undefined;
    if (!asksForNothing) {
      throw new ApiError(400, `Unrecognized request argument supplied: ${name}`, {
        param: name,
        code: 'unknown_parameter',
      });
    }
    if (value !== null && !asksForNothing(value)) throw unsupported(name);
  }
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const field = path.reduce<string>(
    (said, key) => (typeof key === 'number' ? `${said}[${key}]` : said ? `${said}.${key}` : key),
    '',
  );
  throw badField(field, `Invalid value for '${field}': ${issue.message}`);
}

/** Other fields of a message would ask for something that is not done. */
function requireTextOnly(message: object, index: number): void {
  for (const [name, value] of Object.entries(message)) {
    if (name !== 'role' && name !== 'content' && value !== null) throw unsupported(`messages[${index}].${name}`);
  }
}
