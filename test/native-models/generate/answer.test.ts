/** Answers beside each other: who joins, who leaves, who is cancelled, and that company changes no answer. */

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { answer } from '../../../native-models/generate/answer.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { logTotal } from '../../../native-models/generate/sampling.ts';
import { ModelServer, modelServer } from '../../../native-models/generate/server.ts';
import { TextCache } from '../../../native-models/generate/text-cache.ts';
import type { AnswerJob, AnswerPiece, AnswerResult } from '../../../native-models/jobs.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { goldenPath } from '../goldens.ts';
import { openGolden } from '../goldens/golden.ts';

const greedy = { maxNewTokens: 24, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true };

interface Asked extends Partial<Omit<AnswerJob, 'precision' | 'cacheDirectory'>> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (piece: AnswerPiece) => void;
}

/** Asks one of the reference models to go on with its greedy prompt, unless something else is said. */
async function ask(name: string, { signal, onEvent = () => {}, ...job }: Asked = {}): Promise<AnswerResult> {
  const { reference } = await openGolden(name);
  return answer(
    {
      modelDirectory: goldenPath(name),
      device: 'cpu',
      precision: 'f32',
      adapterDirectory: null,
      start: { ids: reference.greedy_prompt_ids },
      choices: 1,
      sampling: greedy,
      stop: [],
      logprobs: null,
      first: false,
      ...job,
    },
    { control: { turn: async () => {}, signal }, onEvent },
  );
}

const idsOf = (result: AnswerResult) => result.choices[0]!.ids;
const logprobsOf = (result: AnswerResult) => result.choices[0]!.tokens.map(({ logprob }) => logprob);

// Plain LoRA, DoRA on tied weights, windows, capped scores in windows, learned positions, patterns of ranks.
describe.each(['llama', 'llama3-rope-tied', 'mistral-window', 'gemma2', 'gpt2', 'qwen3'])('%s', (name) => {
  const adapters = [goldenPath(name, 'lora_init'), goldenPath(name, 'lora_final')];

  test('two adapters and none in one batch answer as each alone, and the base as PyTorch recorded', async () => {
    const carried = [null, ...adapters];
    const alone: AnswerResult[] = [];
    for (const adapterDirectory of carried) alone.push(await ask(name, { adapterDirectory, logprobs: 2 }));
    const { reference } = await openGolden(name);
    expect(idsOf(alone[0]!)).toEqual(reference.greedy_ids);
    expect(idsOf(alone[2]!)).not.toEqual(idsOf(alone[0]!));
    const together = await Promise.all(carried.map((adapterDirectory) => ask(name, { adapterDirectory, logprobs: 2 })));
    let largest = 0;
    for (const [index, result] of together.entries()) {
      expect(idsOf(result)).toEqual(idsOf(alone[index]!));
      const before = logprobsOf(alone[index]!);
      for (const [token, logprob] of logprobsOf(result).entries()) {
        largest = Math.max(largest, Math.abs(logprob - before[token]!));
      }
    }
    console.info(`${name}: logprobs in company differ by ${largest.toExponential(1)}`);
    expect(largest).toBeLessThan(1e-4);
  });

  test('prompts of unequal lengths that come together are read in one run, each as if it were alone', async () => {
    const { reference } = await openGolden(name);
    const ids = [...reference.greedy_prompt_ids, ...reference.greedy_ids];
    const carried = [null, ...adapters, null, ...adapters];
    const asked = [ids.length, 3, 11, 1, ids.length - 1, 7].map((length, index) => {
      return { start: { ids: ids.slice(0, length) }, adapterDirectory: carried[index]!, logprobs: 1 };
    });
    const alone: AnswerResult[] = [];
    for (const each of asked) alone.push(await ask(name, each));
    const feeds = vi.spyOn(TextCache.prototype, 'feed');
    const together = await Promise.all(asked.map((each) => ask(name, each)));
    /** How many lengths each run read. */
    const read = feeds.mock.calls.map(([, added]) => new Set(added.map(({ length }) => length)).size);
    feeds.mockRestore();
    // The first may be read while the others are on their way.
    expect(Math.max(...read)).toBeGreaterThan(1);
    for (const [index, result] of together.entries()) {
      expect(idsOf(result)).toEqual(idsOf(alone[index]!));
      const before = logprobsOf(alone[index]!);
      for (const [token, logprob] of logprobsOf(result).entries()) {
        expect(Math.abs(logprob - before[token]!)).toBeLessThan(1e-4);
      }
    }
  });

  test('alone, the same bits each time, also after company; within 1e-4 of all computed at once', async () => {
    for (const adapterDirectory of [null, adapters[1]!]) {
      const first = await ask(name, { adapterDirectory, logprobs: 0 });
      await Promise.all([ask(name), ask(name, { adapterDirectory: adapters[0]! })]);
      const again = await ask(name, { adapterDirectory, logprobs: 0 });
      expect(logprobsOf(again)).toEqual(logprobsOf(first));
      const { model, reference } = await openGolden(name);
      const { vocabularySize } = model.decoder;
      const prompt = reference.greedy_prompt_ids;
      const all = floatsOf(await logitsOf(model, [...prompt, ...idsOf(first)], adapterDirectory, 'cpu'));
      for (const [index, id] of idsOf(first).entries()) {
        const place = prompt.length + index - 1;
        const logits = all.subarray(place * vocabularySize, (place + 1) * vocabularySize);
        expect(Math.abs(logprobsOf(first)[index]! - (logits[id]! - logTotal(logits)))).toBeLessThan(1e-4);
      }
      // The base's first token by the bits of the graph that a revert goes back to.
      if (adapterDirectory !== null) continue;
      const server = await modelServer({ modelDirectory: goldenPath(name), device: 'cpu', precision: 'f32' });
      const logits = await server.logits([{ ids: prompt, adapterDirectory }]);
      expect(logprobsOf(first)[0]).toBe(logits[idsOf(first)[0]!]! - logTotal(logits));
    }
  });
});

describe('llama', () => {
  let prompt: readonly number[];
  let expected: readonly number[];
  beforeAll(async () => {
    const { reference } = await openGolden('llama');
    [prompt, expected] = [reference.greedy_prompt_ids, reference.greedy_ids];
  });
  const long = { sampling: { ...greedy, maxNewTokens: 200 } };

  test('a short answer that is asked for in the middle of a long one ends before it', async () => {
    const ended: string[] = [];
    let short: Promise<unknown> | undefined;
    const first = await ask('llama', {
      ...long,
      onEvent: () => {
        short ??= ask('llama', { adapterDirectory: goldenPath('llama', 'lora_final') }).then(() => ended.push('short'));
      },
    });
    ended.push('long');
    await short;
    expect(ended).toEqual(['short', 'long']);
    expect(idsOf(first).slice(0, 24)).toEqual(expected);
  });

  test('whoever cancels is let go at the next token, waiting or not, and the others go on', async () => {
    const cancelling = new AbortController();
    let pieces = 0;
    const cancelled = ask('llama', {
      ...long,
      signal: cancelling.signal,
      onEvent: () => {
        pieces++;
        if (pieces === 3) cancelling.abort();
      },
    });
    const other = ask('llama');
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(pieces).toBeLessThanOrEqual(4);
    expect(idsOf(await other)).toEqual(expected);
    await expect(ask('llama', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('more than have room wait for it, those of a person first', async () => {
    const ended: string[] = [];
    const waiting = Array.from({ length: 40 }, async (_, index) => {
      const sampling = { ...greedy, maxNewTokens: 8 + (index % 3) };
      expect(idsOf(await ask('llama', { sampling }))).toEqual(expected.slice(0, sampling.maxNewTokens));
      ended.push('program');
    });
    // Once the others are in the queue.
    await ask('llama', { sampling: { ...greedy, maxNewTokens: 2 }, first: true });
    ended.push('person');
    await Promise.all(waiting);
    expect(ended.indexOf('person')).toBeLessThan(33);
    expect(ended.length).toBe(41);
  });

  test('a model that is closed meanwhile is closed once it has answered', async () => {
    const server = await ModelServer.open({ modelDirectory: goldenPath('llama'), device: 'cpu', precision: 'f32' });
    const ended: string[] = [];
    const row = { ids: prompt, adapterDirectory: null, sampling: greedy, draw: 0 };
    const closing = Promise.withResolvers<void>();
    const onToken = (): boolean => {
      void server.close().then(() => {
        ended.push('closed');
        closing.resolve();
      });
      return true;
    };
    const [answered] = await server.answerBeside([{ ...row, onToken }]);
    ended.push('answered');
    await closing.promise;
    expect(answered!.ids).toEqual(expected);
    expect(ended[0]).toBe('answered');
    // Whoever had it before is answered all the same.
    expect((await server.answerBeside([row]))[0]!.ids).toEqual(expected);
  });

  test('several answers draw numbers of their own, and a seed repeats them', async () => {
    const sampling = { ...greedy, temperature: 1, topP: 0.95, seed: 7 };
    const [first, again] = [await ask('llama', { choices: 3, sampling }), await ask('llama', { choices: 3, sampling })];
    expect(again.choices).toEqual(first.choices);
    expect(new Set(first.choices.map(({ ids }) => ids.join())).size).toBe(3);
    const other = await ask('llama', { choices: 3, sampling: { ...sampling, seed: 8 } });
    expect(other.choices).not.toEqual(first.choices);
  });

  test('pieces are the text, and a text that ends it is no part of it', async () => {
    const messages = [{ role: 'user', content: '締め付けトルクは？' }] as const;
    const heard: string[] = [];
    const whole = await ask('llama', { start: { messages }, onEvent: ({ text }) => heard.push(text) });
    const text = whole.choices[0]!.text;
    expect(heard.join('')).toBe(text);
    expect(heard.length).toBeGreaterThan(3);
    const server = await modelServer({ modelDirectory: goldenPath('llama'), device: 'cpu', precision: 'f32' });
    expect(text).toBe(await server.model.chat.decodeAnswer(idsOf(whole)));
    const stop = text.slice(9, 12);
    heard.length = 0;
    const stopped = await ask('llama', { start: { messages }, stop: [stop], onEvent: ({ text }) => heard.push(text) });
    expect(stopped.choices[0]).toMatchObject({ finish: 'stop', text: text.slice(0, text.indexOf(stop)).trim() });
    expect(heard.join('')).toBe(stopped.choices[0]!.text);
    expect(idsOf(stopped).length).toBeLessThan(idsOf(whole).length);
  });

  test('what is likely is told for every token, the likeliest first', async () => {
    const said: AnswerPiece['tokens'][number][] = [];
    const result = await ask('llama', { logprobs: 3, onEvent: ({ tokens }) => said.push(...tokens) });
    expect(said).toEqual(result.choices[0]!.tokens);
    expect(said.map(({ id }) => id)).toEqual(expected);
    for (const { id, logprob, likeliest } of said) {
      expect(likeliest[0]).toMatchObject({ id, logprob });
      expect(likeliest.map((each) => each.logprob)).toEqual(
        likeliest.map((each) => each.logprob).toSorted((a, b) => b - a),
      );
    }
  });

  test('what cannot be answered is refused, and the others go on', async () => {
    const other = ask('llama');
    const full = Array.from({ length: 256 }, () => 5);
    await expect(ask('llama', { start: { ids: full } })).rejects.toMatchObject({
      code: 'context-exceeded',
      values: { tokens: 256, limit: 255 },
    });
    await expect(ask('llama', { start: { ids: [99999] } })).rejects.toMatchObject({ code: 'setting-invalid' });
    await expect(ask('llama', { adapterDirectory: goldenPath('nowhere') })).rejects.toMatchObject({
      code: 'adapter-unreadable',
    });
    expect(idsOf(await other)).toEqual(expected);
    // A prompt that just fits is read in pieces beside another answer, which waits for none of them.
    const fitting = full.slice(0, 250);
    const [read] = await Promise.all([
      ask('llama', { start: { ids: fitting } }),
      ask('llama', { start: { ids: prompt } }),
    ]);
    expect(read.choices[0]).toMatchObject({
      finish: 'length',
      ids: idsOf(await ask('llama', { start: { ids: fitting } })),
    });
    expect(idsOf(read).length).toBe(6);
  });
});
