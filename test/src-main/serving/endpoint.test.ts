/** The official `openai` client, unchanged, against the endpoint over the real engine. */

import { connect } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTokenizer, type Tokenizer } from '../../../native-models/text/tokenizer.ts';
import { goldenPath } from '../../native-models/goldens.ts';
import { openGolden, recordedLogits } from '../../native-models/goldens/golden.ts';
import { stampHeader } from '../../../src-main/serving/endpoint.ts';
import { largestBodyBytes } from '../../../src-main/serving/limits.ts';
import { type Served, serveGolden, token } from './served.ts';

let served: Served;
let client: OpenAI;
let prompt: number[];
let greedyText: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  served = await serveGolden();
  ({ client } = served);
  const { reference } = await openGolden('llama');
  tokenizer = await openTokenizer(goldenPath('llama'));
  prompt = [...reference.greedy_prompt_ids];
  greedyText = await tokenizer.decode(reference.greedy_ids);
});
afterAll(() => served.close());

/** Goes on with the recorded prompt, 24 tokens long, past an end of turn. */
const recorded = (model = 'llama') =>
  ({ model, prompt, max_tokens: 24, ignore_eos: true }) as OpenAI.CompletionCreateParamsNonStreaming;
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: '締め付けトルクは？' }];
const chat = { model: 'llama', messages, max_completion_tokens: 20, ignore_eos: true };

async function outstanding(): Promise<number> {
  const response = await fetch(`${served.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return Number(/^usumaku_outstanding_answers (\d+)$/m.exec(await response.text())![1]);
}

describe('what it offers', () => {
  test('models, adapters with their base', async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['llama', 'init', 'final']);
    expect(await client.models.retrieve('final')).toMatchObject({ id: 'final', object: 'model', parent: 'llama' });
  });

  test('health and readiness without a token, metrics with one', async () => {
    expect((await fetch(`${served.url}/health`)).status).toBe(200);
    expect((await fetch(`${served.url}/ready`)).status).toBe(200);
    expect((await fetch(`${served.url}/metrics`)).status).toBe(401);
    expect(await outstanding()).toBe(0);
  });

  test('adapters come and go while it serves, as with vLLM', async () => {
    const path = goldenPath('llama', 'lora_final');
    const post = (what: string, body: object) => client.post(`/${what}_lora_adapter`, { body });
    await post('load', { lora_name: 'another', lora_path: path });
    const [again, first] = [
      await client.completions.create(recorded('another')),
      await client.completions.create(recorded('final')),
    ];
    expect(again.choices[0]!.text).toBe(first.choices[0]!.text);
    await expect(post('load', { lora_name: 'another', lora_path: path })).rejects.toThrow('already been loaded');
    await expect(post('load', { lora_name: 'x', lora_path: goldenPath('gpt2', 'lora_final') })).rejects.toMatchObject({
      status: 400,
      param: 'lora_path',
    });
    await expect(post('load', { lora_name: 'x' })).rejects.toMatchObject({ status: 400, param: 'lora_path' });
    await post('unload', { lora_name: 'another' });
    await expect(client.completions.create(recorded('another'))).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(post('unload', { lora_name: 'llama' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});

describe('answers', () => {
  test('greedy as PyTorch recorded, with two adapters and none side by side', async () => {
    const names = ['llama', 'init', 'final'];
    const alone: OpenAI.Completion[] = [];
    for (const name of names) alone.push(await client.completions.create(recorded(name)));
    expect(alone[0]!.choices[0]).toMatchObject({ text: greedyText, finish_reason: 'length' });
    expect(alone[0]!.usage).toEqual({
      prompt_tokens: prompt.length,
      completion_tokens: 24,
      total_tokens: prompt.length + 24,
    });
    const together = await Promise.all(names.map((name) => client.completions.create(recorded(name))));
    expect(together.map(({ choices }) => choices[0]!.text)).toEqual(alone.map(({ choices }) => choices[0]!.text));
    expect(new Set(alone.map((each) => each.system_fingerprint)).size).toBe(3);
  });

  test('the next tokens that PyTorch and PEFT recorded, of two adapters and none in one batch', async () => {
    const golden = await openGolden('llama');
    const { ids } = golden.sequences[0]!;
    const size = golden.model.decoder.vocabularySize;
    const recordedOf = { llama: 'logits', init: 'logits_lora_init', final: 'logits_lora_final' };
    const lengths = [1, 5, 9, ids.length];
    const recorded = await Promise.all(
      Object.entries(recordedOf).map(
        async ([model, tensor]) => [model, await recordedLogits(golden, tensor, 0)] as const,
      ),
    );
    const asked = recorded.flatMap(([model, all]) => lengths.map((length) => [model, all, length] as const));
    let largest = 0;
    await Promise.all(
      asked.map(async ([model, all, length]) => {
        const logits = all.subarray((length - 1) * size, length * size);
        const highest = Math.max(...logits);
        const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
        const { choices } = await client.completions.create({
          ...{ model, prompt: ids.slice(0, length), max_tokens: 1, logprobs: 1, ignore_eos: true },
        } as OpenAI.CompletionCreateParamsNonStreaming);
        const { text, logprobs } = choices[0]!;
        expect(text).toBe(await tokenizer.decode([logits.indexOf(highest)]));
        largest = Math.max(largest, Math.abs(logprobs!.token_logprobs![0]! + Math.log(sum)));
      }),
    );
    console.log(`largest difference of ${asked.length} log probabilities: ${largest}`);
    expect(largest).toBeLessThan(1e-4);
  });

  test('the stamp is told in a header too', async () => {
    const { data, response } = await client.completions.create(recorded('final')).withResponse();
    expect(response.headers.get(stampHeader)).toBe(data.system_fingerprint);
    expect(data.system_fingerprint).toMatch(/^[0-9a-f]{12}-f32-[0-9a-f]{12}$/);
  });

  test('a chat in pieces is the chat at once, with its numbers of tokens at the end', async () => {
    const whole = await client.chat.completions.create(chat);
    const stream = await client.chat.completions.create({
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choices[0]!.message.content);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('length');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks[0]!.system_fingerprint).toBe(whole.system_fingerprint);
  });

  test("the client's own helper puts a stream together", async () => {
    const final = await client.chat.completions
      .stream({ ...chat, logprobs: true, top_logprobs: 2 })
      .finalChatCompletion();
    const whole = await client.chat.completions.create({ ...chat, logprobs: true, top_logprobs: 2 });
    expect(final.choices[0]!.message.content).toBe(whole.choices[0]!.message.content);
    expect(final.choices[0]!.logprobs!.content).toEqual(whole.choices[0]!.logprobs!.content);
  });

  test('developers speak as the system does, and content may come in parts', async () => {
    const text = (words: string) => [{ type: 'text' as const, text: words }];
    const said = await client.chat.completions.create({
      ...chat,
      messages: [{ role: 'system', content: 'Short.' }, ...messages],
    });
    const parts = await client.chat.completions.create({
      ...chat,
      messages: [
        { role: 'developer', content: text('Short.') },
        { role: 'user', content: [...text('締め付け'), ...text('トルクは？')] },
      ],
    });
    expect(parts.choices).toEqual(said.choices);
    expect(said.usage!.prompt_tokens).toBeGreaterThan(
      (await client.chat.completions.create(chat)).usage!.prompt_tokens,
    );
  });

  test('prompts as text and as ids, several at once, each with its answers', async () => {
    const text = 'Torque 24 N·m';
    const ids = await tokenizer.encode(text, { withSpecialTokens: true });
    const ask = (each: string | string[] | number[] | number[][], n = 1) =>
      client.completions.create({ ...recorded(), prompt: each, max_tokens: 8, n });
    const [asText, asIds] = [await ask(text), await ask(ids)];
    expect(asIds.choices).toEqual(asText.choices);
    const several = await ask([text, 'Another one'], 2);
    expect(several.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(several.choices.map((each) => each.text).slice(0, 2)).toEqual([
      asText.choices[0]!.text,
      asText.choices[0]!.text,
    ]);
    expect(several.choices[2]!.text).not.toBe(several.choices[0]!.text);
    const stream = await client.completions.create({
      ...recorded(),
      prompt: [ids, prompt],
      max_tokens: 8,
      stream: true,
    });
    const texts = ['', ''];
    for await (const { choices } of stream) for (const choice of choices) texts[choice.index] += choice.text;
    expect(texts[0]).toBe(asText.choices[0]!.text);
    expect(greedyText.startsWith(texts[1]!)).toBe(true);
  });

  test('a seed repeats n answers, and another one gives others', async () => {
    const sample = async (seed: number | null = null) => {
      const { choices } = await client.chat.completions.create({ ...chat, n: 3, temperature: 1, top_p: 0.95, seed });
      return choices.map(({ message }) => message.content);
    };
    const [first, again, other] = [await sample(5), await sample(5), await sample(6)];
    expect(again).toEqual(first);
    expect(new Set(first).size).toBe(3);
    expect(other).not.toEqual(first);
    expect(await sample()).not.toEqual(await sample());
  });

  test('a text that ends the answer is no part of it', async () => {
    const { choices } = await client.chat.completions.create(chat);
    const text = choices[0]!.message.content!;
    const stop = text.slice(6, 9);
    const stopped = await client.chat.completions.create({ ...chat, stop: [stop, 'never said'] });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: text.slice(0, text.indexOf(stop)).trim() },
    });
  });

  test('how likely each token was, in the form of completions', async () => {
    const { choices } = await client.completions.create({ ...recorded(), logprobs: 2 });
    const { tokens, token_logprobs, top_logprobs, text_offset } = choices[0]!.logprobs!;
    expect(tokens!.length).toBe(24);
    expect(text_offset![0]).toBe(0);
    for (const [index, logprob] of token_logprobs!.entries()) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(Math.max(...Object.values(top_logprobs![index]!))).toBe(logprob);
    }
  });
});

describe('company', () => {
  const long = () => ({ ...recorded(), max_tokens: 200 });

  test('a short request in the middle of a long answer ends before it', async () => {
    const ended: string[] = [];
    const stream = await client.completions.create({ ...long(), stream: true });
    let short: Promise<unknown> | undefined;
    for await (const _ of stream) {
      short ??= client.completions.create({ ...recorded('final'), max_tokens: 4 }).then(() => ended.push('short'));
    }
    ended.push('long');
    await short;
    expect(ended).toEqual(['short', 'long']);
  });

  test('who goes in the middle of an answer, or before its first word, is let go', async () => {
    const stream = await client.completions.create({ ...long(), stream: true });
    let pieces = 0;
    for await (const _ of stream) if (++pieces === 3) break;
    await expect.poll(outstanding).toBe(0);
    const aborting = new AbortController();
    const waiting = client.completions.create(long(), { signal: aborting.signal });
    // Looked at without a pause: a model so small has answered after some fifty milliseconds.
    await expect.poll(outstanding, { interval: 1 }).toBe(1);
    aborting.abort();
    await expect(waiting).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(outstanding).toBe(0);
    expect((await client.completions.create(recorded())).choices[0]!.text).toBe(greedyText);
  });

  test('an engine that is killed in mid-stream is told in an event, and the next request works', async () => {
    const stream = await client.completions.create({ ...long(), stream: true });
    const whole = client.completions.create(long());
    const refused = expect(whole).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    let pieces = 0;
    const read = async () => {
      for await (const _ of stream) {
        if (++pieces === 3) for (const pid of served.engine.processIds()) process.kill(pid, 'SIGKILL');
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'engine-crashed', type: 'server_error' });
    await refused;
    expect((await client.completions.create(recorded('final'))).choices[0]!.text.length).toBeGreaterThan(0);
    expect(await outstanding()).toBe(0);
  });
});

describe('what is refused', () => {
  const create = (more: object) => client.chat.completions.create({ ...chat, ...more } as never);

  test.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['frequency_penalty', { frequency_penalty: 0.5 }],
    ['logit_bias', { logit_bias: { '5': 1 } }],
    ['made_up', { made_up: 1 }],
    ['temperature', { temperature: 3 }],
    ['top_p', { top_p: 0 }],
    ['n', { n: 0 }],
    ['max_completion_tokens', { max_completion_tokens: 0 }],
    ['top_logprobs', { top_logprobs: 2 }],
    ['stream_options', { stream_options: { include_usage: true } }],
    ['messages', { messages: [] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].name', { messages: [{ role: 'user', content: 'x', name: 'Ann' }] }],
    ['stop', { stop: ['1', '2', '3', '4', '5'] }],
  ])('%s by its name', async (param, more) => {
    const error: unknown = await create(more).then(
      () => null,
      (refused: unknown) => refused,
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param, type: 'invalid_request_error' });
    expect((error as Error).message).toContain(param.replace(/^messages.*/, 'messages'));
  });

  test('what asks for nothing is taken', async () => {
    const nothing = { tools: [], response_format: { type: 'text' }, presence_penalty: 0, user: 'x', logit_bias: null };
    expect((await create(nothing)).choices.length).toBe(1);
  });

  test('a prompt longer than the context, with the numbers, in a stream too', async () => {
    const full = { ...recorded(), prompt: Array.from({ length: 300 }, () => 5) };
    const told = { status: 400, code: 'context_length_exceeded', param: 'prompt' };
    await expect(client.completions.create(full)).rejects.toMatchObject(told);
    await expect(client.completions.create(full)).rejects.toThrow(/256 tokens.* 300 tokens/);
    await expect(client.completions.create({ ...full, stream: true })).rejects.toMatchObject(told);
    await expect(client.completions.create({ ...full, prompt: [99_999] })).rejects.toMatchObject({
      status: 400,
      param: 'prompt',
    });
  });

  test('a stranger, an unknown model, an unknown address', async () => {
    const stranger = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect((await fetch(`${served.url}/v1/models`)).status).toBe(401);
    await expect(create({ model: 'nobody' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
    await expect(client.post('/embeddings', { body: {} })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test('a body that is too large, also where it does not say so, or no JSON', async () => {
    const large = { ...chat, messages: [{ role: 'user', content: 'x'.repeat(largestBodyBytes) }] };
    await expect(create(large)).rejects.toMatchObject({ status: 413, code: 'request_too_large' });
    const post = (body: string | ReadableStream) =>
      fetch(`${served.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
        ...(typeof body === 'string' ? {} : { duplex: 'half' }),
      });
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(2 ** 16)) });
    // Cut off while it still sends, or told.
    const status = await post(endless).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect((await post('{"model":')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
  });

  test('another name for this machine', async () => {
    const { port } = new URL(served.url);
    const reply = await new Promise<string>((done) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.setEncoding('utf8').once('data', (text: string) => {
        done(text);
        socket.destroy();
      });
      socket.write('GET /health HTTP/1.1\r\nHost: plant.example\r\n\r\n');
    });
    expect(reply).toContain('403');
  });

  test('more than may wait, with the time after which to try again', async () => {
    const small = await serveGolden(3);
    try {
      const stream = await small.client.completions.create({ ...recorded(), max_tokens: 200, n: 2, stream: true });
      const refused = await small.client.completions.create({ ...recorded(), n: 2 }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
      const { code, headers } = refused as InstanceType<typeof OpenAI.RateLimitError>;
      expect(code).toBe('rate_limit_exceeded');
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await small.client.completions.create(recorded())).choices[0]!.text).toBe(greedyText);
      stream.controller.abort();
      // The client tries again by itself until there is room.
      expect((await small.client.completions.create({ ...recorded(), n: 3 }, { maxRetries: 5 })).choices.length).toBe(
        3,
      );
    } finally {
      await small.close();
    }
  });
});

test('nothing failed but what was killed', () => {
  for (const failure of served.failures) expect(failure).toMatch(/ended|crash|SIGKILL/i);
});
