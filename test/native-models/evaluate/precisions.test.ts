/** Perplexity and answers in float32, 8 and 4 bits: the reference's loss in float32, near it in 8 bits, nothing made up where memory is short. */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { openAnswerLoss } from '../../../native-models/evaluate/answer-loss.ts';
import { comparePrecisions } from '../../../native-models/evaluate/precisions.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import type { ComparePrecisionsProgress, Precision } from '../../../native-models/jobs.ts';
import type { ComparePrecisionsJob } from '../../../native-models/evaluate/precisions.ts';
import { readRegression, starterModelDirectory } from '../../../native-models/starter/index.ts';
import { trainedTokens } from '../../../native-models/train/batch.ts';
import { goldenPath } from '../goldens.ts';
import { openGolden } from '../goldens/golden.ts';

let cacheDirectory: string;
beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'usumaku-precisions-'));
});
afterAll(() => rm(cacheDirectory, { recursive: true, force: true }));

/** Relative differences of the loss. These models are random and 64 wide: rounding averages out less than in real ones. */
const tolerances: Record<Precision, number> = { f32: 1e-5, int8: 0.005, int4: 0.05 };

// Grouped heads; an adapter with magnitudes (DoRA) on tied weights; weights stored [in, out]; soft-capped logits.
describe.each(['llama', 'llama3-rope-tied', 'gpt2', 'gemma2'])('%s', (name) => {
  test.each(['f32', 'int8', 'int4'] as const)('loss of the answers in %s', async (precision) => {
    const { directory, reference, sequences } = await openGolden(name);
    const server = await ModelServer.open({ modelDirectory: directory, device: 'cpu', precision, cacheDirectory });
    const loss = await openAnswerLoss(server);
    const mean = async (adapter: string | null) => {
      let sum = 0;
      for (const sequence of sequences) sum += (await loss.sums([{ sequence, adapterDirectory: adapter }]))[0]!;
      return sum / sequences.reduce((tokens, sequence) => tokens + trainedTokens(sequence), 0);
    };
    try {
      const cases = [
        ['base', await mean(null), reference.loss],
        ['adapter', await mean(goldenPath(name, 'lora_init')), reference.lora_losses[0]!],
      ] as const;
      for (const [who, actual, expected] of cases) {
        const difference = Math.abs(actual / expected - 1);
        console.info(`${name} ${precision}, ${who}: ${difference.toExponential(1)} from transformers' loss`);
        expect(difference).toBeLessThan(tolerances[precision]);
        if (precision !== 'f32') expect(difference).toBeGreaterThan(0);
      }
    } finally {
      await loss.close();
      await server.close();
    }
  });
});

const examples = readRegression()
  .slice(0, 6)
  .map(({ id, question, answer }) => ({ id, question, answer }));
const jobOf = (part: Partial<ComparePrecisionsJob> = {}): ComparePrecisionsJob => ({
  modelDirectory: starterModelDirectory,
  adapterDirectory: null,
  examples,
  precisions: ['f32', 'int8', 'int4'],
  cacheDirectory,
  device: 'cpu',
  memoryLimitBytes: null,
  ...part,
});
const atOnce = { turn: async () => {} };

test('each precision answers the same questions, with what it needs and how far the work is', async () => {
  const told: ComparePrecisionsProgress[] = [];
  const found = await comparePrecisions(jobOf(), { control: atOnce, onEvent: (progress) => told.push(progress) });
  expect(found.results.map(({ precision }) => precision)).toEqual(['f32', 'int8', 'int4']);
  const [f32, int8, int4] = found.results;
  for (const { quality } of found.results) {
    expect(quality!.answers.map(({ id }) => id)).toEqual(examples.map(({ id }) => id));
    // The starter knows these skills: 94 of 100 exactly.
    expect(quality!.answers.filter(({ right }) => right).length).toBeGreaterThan(3);
    expect(quality!.perplexity).toBeGreaterThan(1);
    expect(quality!.perplexity).toBeLessThan(2);
    expect(quality!.tokensPerSecond).toBeGreaterThan(0);
  }
  expect(int8!.quality!.perplexity / f32!.quality!.perplexity).toBeCloseTo(1, 2);
  expect(int8!.weightBytes / f32!.weightBytes).toBeCloseTo(0.26, 2);
  expect(int4!.weightBytes).toBeLessThan(int8!.weightBytes);
  expect(int8!.peakBytes).toBeLessThan(f32!.peakBytes);
  const pieces = 3 * 2 * examples.length;
  expect(told.at(0)).toEqual({ precision: 'f32', done: 0, total: pieces, secondsLeft: null });
  expect(told.at(-1)).toMatchObject({ precision: 'int4', done: pieces, total: pieces, secondsLeft: 0 });
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
});

test('what does not fit is neither made nor measured', async () => {
  const folder = join(cacheDirectory, 'untouched');
  const { results } = await comparePrecisions(jobOf({ memoryLimitBytes: 1, cacheDirectory: folder }), {
    control: atOnce,
    onEvent: () => {},
  });
  expect(results.map(({ quality }) => quality)).toEqual([null, null, null]);
  expect(results.every(({ peakBytes, weightBytes }) => peakBytes > 1 && weightBytes > 1)).toBe(true);
  expect(existsSync(folder)).toBe(false);
});

test('ends where it is cancelled', async () => {
  let turns = 0;
  const turn = async () => {
    if (++turns > 4) throw new ModelError('cancelled');
  };
  await expect(comparePrecisions(jobOf(), { control: { turn }, onEvent: () => {} })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('a right answer that is too long is refused before a model is loaded', async () => {
  const long = { id: 'long', question: '?', answer: '長い'.repeat(400) };
  await expect(
    comparePrecisions(jobOf({ examples: [long] }), { control: atOnce, onEvent: () => {} }),
  ).rejects.toMatchObject({ code: 'example-too-long' });
});
