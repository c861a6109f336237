/** Answers of real graphs: padding, cache, adapters side by side, stop tokens, limits, fingerprints. */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { floatWeights } from '../../../native-models/quantize/base-weights.ts';
import type { LastText } from '../../../native-models/generate/batch.ts';
import {
  decode,
  type DecodeSetup,
  logitsAfter,
  nextLogits,
  pieceTokensFor,
} from '../../../native-models/generate/decode.ts';
import { generateGraph } from '../../../native-models/generate/graph.ts';
import { TextCache } from '../../../native-models/generate/text-cache.ts';
import { generate, probe } from '../../../native-models/generate/jobs.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { argmax } from '../../../native-models/generate/sampling.ts';
import { ModelServer, type PromptRow } from '../../../native-models/generate/server.ts';
import { openSession, type Session } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { coreCount } from '../../../native-models/runtime/threads.ts';
import { engineVersion } from '../../../native-models/version.ts';
import { goldenPath } from '../goldens.ts';
import { largestDifference, openGolden, recordedLogits } from '../goldens/golden.ts';

const pieceTokens = pieceTokensFor('f32');

const greedy = { maxNewTokens: 12, temperature: 0, topP: 1, seed: 0 };
const atOnce = async (): Promise<void> => {};
const control = { turn: atOnce };
const within = (what: string, difference: number, tolerance: number): void => {
  console.info(`${what}: ${difference.toExponential(1)} (tolerance ${tolerance.toExponential(0)})`);
  expect(difference, what).toBeLessThan(tolerance);
};

// Plain LoRA, rsLoRA with another head size, DoRA on tied weights, a sliding window shorter than the text.
const models = ['llama', 'llama-headdim', 'llama3-rope-tied', 'mistral-window'];

describe.each(models)('%s', (name) => {
  let server: ModelServer;
  const adapters = [goldenPath(name, 'lora_init'), goldenPath(name, 'lora_final')] as const;
  beforeAll(async () => {
    server = await ModelServer.open({ modelDirectory: goldenPath(name), device: 'cpu', precision: 'f32' });
  });
  afterAll(() => server.close());

  const rowsOf = async (adapter: string | null): Promise<readonly PromptRow[]> => {
    const { reference } = await openGolden(name);
    return [0, 9, 20].map((cut) => ({ ids: reference.greedy_prompt_ids.slice(cut), adapterDirectory: adapter }));
  };

  test('rows of different lengths answer as each would alone', async () => {
    const rows = await rowsOf(null);
    const together = await server.answer(rows, greedy, atOnce);
    const logits = await server.logits(rows);
    const size = logits.length / rows.length;
    for (const [index, row] of rows.entries()) {
      expect((await server.answer([row], greedy, atOnce))[0]).toEqual(together[index]);
      const alone = await server.logits([row]);
      within(`${name} row ${index}`, largestDifference(logits.subarray(index * size, (index + 1) * size), alone), 1e-5);
    }
  });

  test('the cache says what computing everything again says', async () => {
    for (const adapter of [null, adapters[1]]) {
      const [row] = (await rowsOf(adapter)) as [PromptRow];
      const [answer] = await server.answer([row], greedy, atOnce);
      const text = [...row.ids, ...answer!.ids];
      const all = floatsOf(await logitsOf(server.model, text, adapter, 'cpu'));
      const size = server.model.decoder.vocabularySize;
      answer!.ids.forEach((id, index) => {
        const place = row.ids.length + index - 1;
        expect(argmax(all.subarray(place * size, (place + 1) * size))).toBe(id);
      });
    }
  });

  test('a base row beside adapter rows equals the base alone, and each adapter row its own adapter alone', async () => {
    const [base] = (await rowsOf(null)) as [PromptRow];
    const rows = [null, ...adapters, null].map((adapterDirectory) => ({ ...base, adapterDirectory }));
    const together = await server.logits(rows);
    const size = together.length / rows.length;
    for (const [index, row] of rows.entries()) {
      const alone = await server.logits([row]);
      const beside = together.subarray(index * size, (index + 1) * size);
      within(`${name} row ${index} beside others`, largestDifference(beside, alone), 1e-5);
    }
    const answers = await server.answer(rows, greedy, atOnce);
    expect(answers[3]).toEqual(answers[0]);
    expect(answers[0]).toEqual((await server.answer([base], greedy, atOnce))[0]);
  });

  test('a served adapter gives the logits that PEFT recorded', async () => {
    const golden = await openGolden(name);
    const rows = golden.sequences.map(({ ids }) => ({ ids, adapterDirectory: adapters[1] }));
    const logits = await server.logits(rows);
    const size = server.model.decoder.vocabularySize;
    for (const row of rows.keys()) {
      const recorded = (await recordedLogits(golden, 'logits_lora_final', row)).slice(-size);
      within(
        `${name} served adapter`,
        largestDifference(logits.subarray(row * size, (row + 1) * size), recorded),
        1e-4,
      );
    }
  });
});

// Plain, sliding windows, windows in every other layer with capped scores, learned positions; each in both kinds of attention.
describe.each(['llama', 'mistral-window', 'gemma2', 'gpt2'])('%s reads a prompt of several pieces', (name) => {
  test.each(['fused', 'masked'] as const)('as one run would, attention %s', async (attention) => {
    const { model, reference } = await openGolden(name);
    const { contextLength, vocabularySize } = model.decoder;
    const { graph } = generateGraph(model, floatWeights(model), { adapters: 'base', attention });
    const session = await openSession(graph, { device: 'cpu', externalFolder: model.directory });
    const { decoder } = model;
    const newCache = (places: number) => new TextCache(decoder, places);
    const setup = { session, attention, newCache, pieceTokens, decoder, adapterFeeds: () => ({}) };
    const ids = longPrompt(reference.greedy_prompt_ids, contextLength - 7);
    const places = [0, pieceTokens - 1, pieceTokens, ids.length - 1];
    const all = floatsOf(await logitsOf(model, ids, null, 'cpu'));
    const rowOf = (place: number) => all.subarray(place * vocabularySize, (place + 1) * vocabularySize);
    try {
      const after = await logitsAfter(setup, ids, places);
      for (const [index, place] of places.entries()) {
        const logits = after.subarray(index * vocabularySize, (index + 1) * vocabularySize);
        within(`${name} after token ${place}`, largestDifference(logits, rowOf(place)), 1e-5);
      }
      within(`${name} next`, largestDifference(await nextLogits(setup, [ids]), rowOf(ids.length - 1)), 1e-5);
    } finally {
      await session.close();
    }
  });
});

test('rows of several pieces carry their own adapters', async () => {
  const server = await ModelServer.open({ modelDirectory: goldenPath('llama'), device: 'cpu', precision: 'f32' });
  const { contextLength, vocabularySize } = server.model.decoder;
  const ids = longPrompt((await openGolden('llama')).reference.greedy_prompt_ids, contextLength - 20);
  const rows = [null, goldenPath('llama', 'lora_final')].map((adapterDirectory) => ({ ids, adapterDirectory }));
  try {
    const logits = await server.logits(rows);
    for (const [index, { adapterDirectory }] of rows.entries()) {
      const all = floatsOf(await logitsOf(server.model, ids, adapterDirectory, 'cpu'));
      const own = logits.subarray(index * vocabularySize, (index + 1) * vocabularySize);
      within(`row ${index}`, largestDifference(own, all.subarray(-vocabularySize)), 1e-5);
    }
  } finally {
    await server.close();
  }
});

/** A text of more than one piece. */
function longPrompt(ids: readonly number[], tokens: number): readonly number[] {
  expect(tokens).toBeGreaterThan(pieceTokens);
  return Array.from({ length: tokens }, (_, index) => ids[(index + Math.floor(index / 9)) % ids.length]!);
}

describe('the answer ends', () => {
  let setup: Omit<DecodeSetup, 'stopTokenIds'>;
  let prompt: readonly number[];
  let expected: readonly number[];
  beforeAll(async () => {
    const { model, reference } = await openGolden('llama');
    const { graph } = generateGraph(model, floatWeights(model), { adapters: 'base', attention: 'fused' });
    const session = await openSession(graph, { device: 'cpu', externalFolder: model.directory });
    const sampling = { ...greedy, maxNewTokens: 24 };
    setup = {
      session,
      attention: 'fused',
      newCache: (places) => new TextCache(model.decoder, places),
      pieceTokens,
      decoder: model.decoder,
      adapterFeeds: () => ({}),
      sampling,
      turn: atOnce,
    };
    prompt = reference.greedy_prompt_ids;
    expected = reference.greedy_ids;
  });
  afterAll(() => setup.session.close());

  test('before a stop token, for each row by itself', async () => {
    const stopTokenIds = new Set([expected[5]!]);
    const short = prompt.slice(20);
    const [[stopped, other], [alone]] = await Promise.all([
      decode({ ...setup, stopTokenIds }, [prompt, short]),
      decode({ ...setup, stopTokenIds }, [short]),
    ]);
    expect(stopped).toEqual({ ids: expected.slice(0, expected.indexOf(expected[5]!)), finish: 'stop' });
    expect(other).toEqual(alone);
  });

  test('at the asked number of tokens', async () => {
    const sampling = { ...greedy, maxNewTokens: 3 };
    const [row] = await decode({ ...setup, sampling, stopTokenIds: new Set() }, [prompt]);
    expect(row).toEqual({ ids: expected.slice(0, 3), finish: 'length' });
  });

  test('where the context ends, and a prompt that fills it is refused', async () => {
    const full = Array.from({ length: setup.decoder.contextLength }, (_, index) => prompt[index % prompt.length]!);
    const stopTokenIds = new Set<number>();
    const [row] = await decode({ ...setup, stopTokenIds }, [full.slice(4)]);
    expect(row?.ids.length).toBe(4);
    expect(row?.finish).toBe('length');
    const refused = await decode({ ...setup, stopTokenIds }, [full]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ModelError);
    expect(refused).toMatchObject({ code: 'context-exceeded', values: { tokens: 256, limit: 255 } });
  });

  test('as without what was said before, of which only the new tokens are computed', async () => {
    const stopTokenIds = new Set<number>();
    const runs: { readonly tokens: number; readonly logits: Float32Array }[] = [];
    const session: Session = {
      ...setup.session,
      async run(feeds) {
        const outputs = await setup.session.run(feeds);
        runs.push({ tokens: feeds['input_ids']!.shape[1]!, logits: floatsOf(outputs['logits']).slice() });
        return outputs;
      },
    };
    const sampling = { ...greedy, maxNewTokens: 4 };
    const last: LastText = { text: undefined };
    const remembering = { ...setup, session, sampling, stopTokenIds, lastText: () => last };
    const [first] = await decode(remembering, [prompt]);
    // Another turn of the same conversation: all but the last new token and what follows it is known.
    const next = [...prompt, ...first!.ids, 7, 8, 9];
    const turns = [next, [...next.slice(0, 12), 5, 6], next];
    const computed = [4, 2, next.length - 12];
    for (const [turn, text] of turns.entries()) {
      runs.length = 0;
      const [answer] = await decode(remembering, [text]);
      expect(runs[0]!.tokens).toBe(computed[turn]);
      const alone = await decode({ ...setup, sampling, stopTokenIds }, [text]);
      expect(answer).toEqual(alone[0]);
      within(`turn ${turn}`, largestDifference(runs[0]!.logits, await nextLogits(setup, [text])), 1e-5);
    }
    // Rows of one batch that begin alike, and a text that counts its positions otherwise.
    runs.length = 0;
    const together = await decode(remembering, [next, prompt]);
    expect(runs.slice(0, 2).map(({ tokens }) => tokens)).toEqual([1, 1]);
    expect(together).toEqual(await decode({ ...setup, sampling, stopTokenIds }, [next, prompt]));
    runs.length = 0;
    await decode({ ...remembering, decoder: { ...setup.decoder, firstPosition: () => 3 } }, [prompt]);
    expect(runs[0]!.tokens).toBe(prompt.length);
  });

  test('at once when cancelled', async () => {
    let turns = 0;
    const turn = async (): Promise<void> => {
      if (++turns === 3) throw new ModelError('cancelled');
    };
    await expect(decode({ ...setup, turn, stopTokenIds: new Set() }, [prompt])).rejects.toThrow('cancelled');
    expect(turns).toBe(3);
  });

  test('between two pieces of a prompt when cancelled', async () => {
    let runs = 0;
    const run: Session['run'] = (feeds) => {
      runs++;
      return setup.session.run(feeds);
    };
    const turn = async (): Promise<void> => {
      if (runs === 1) throw new ModelError('cancelled');
    };
    const cancelled = { ...setup, session: { ...setup.session, run }, turn, stopTokenIds: new Set<number>() };
    await expect(decode(cancelled, [longPrompt(prompt, 200)])).rejects.toThrow('cancelled');
    expect(runs).toBe(1);
  });

  test('sampled answers repeat with their seed and differ with another', async () => {
    const sample = async (seed: number) => {
      const sampling = { maxNewTokens: 16, temperature: 1, topP: 0.95, seed };
      return (await decode({ ...setup, sampling, stopTokenIds: new Set() }, [prompt, prompt])).map(({ ids }) => ids);
    };
    const [first, again, other] = [await sample(5), await sample(5), await sample(6)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    // Rows of one batch draw their own numbers.
    expect(first[0]).not.toEqual(first[1]);
  });
});

describe('fingerprint of what the model says', () => {
  const job = {
    modelDirectory: goldenPath('llama'),
    prompts: ['What does E-214 mean?', '締め付けトルクは？'],
    device: 'cpu',
    precision: 'f32',
  } as const;
  const adapterDirectory = goldenPath('llama', 'lora_final');

  test('is the same before and after an adapter served, and another with it', async () => {
    const before = await probe({ ...job, adapterDirectory: null });
    const adapted = await probe({ ...job, adapterDirectory });
    const messages = [{ role: 'user', content: 'What does E-214 mean?' }] as const;
    const rows = [null, adapterDirectory].map((directory) => ({ messages, adapterDirectory: directory }));
    const said = ['', ''];
    const onEvent = ({ row, text }: { readonly row: number; readonly text: string }) => void (said[row] += text);
    const { rows: answers } = await generate({ ...job, rows, sampling: greedy }, { control, onEvent });
    expect(said).toEqual(answers.map(({ text }) => text));
    const after = await probe({ ...job, adapterDirectory: null });
    expect(after).toEqual(before);
    expect(adapted.fingerprint).not.toBe(before.fingerprint);
    expect(answers[0]?.ids).not.toEqual(answers[1]?.ids);
    expect(before.largestLogit).toBeGreaterThan(0);
  });

  test('is the same when the files are read again while somebody is answered, and says how it was computed', async () => {
    const rows = [{ messages: [{ role: 'user', content: 'What does E-214 mean?' }] as const, adapterDirectory }];
    const before = await probe({ ...job, adapterDirectory });
    const [answered, anew] = await Promise.all([
      generate({ ...job, rows, sampling: greedy }, { control, onEvent: () => {} }),
      probe({ ...job, adapterDirectory, anew: true }),
    ]);
    expect(anew).toEqual(before);
    expect(answered.rows[0]?.ids.length).toBeGreaterThan(0);
    expect(anew.setup).toEqual({ device: 'cpu', threads: coreCount() ?? null, rows: 1, engineVersion });
  });

  test('is the same in a server of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'usumaku-probe-'));
    await cp(job.modelDirectory, folder, { recursive: true });
    const copy = await probe({ ...job, modelDirectory: folder, adapterDirectory: null });
    await rm(folder, { recursive: true, force: true });
    expect(copy).toEqual(await probe({ ...job, adapterDirectory: null }));
  });
});
