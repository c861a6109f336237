/** What an evaluation measures of a real model: how likely right answers were, as transformers and PEFT recorded it. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAnswerLoss } from '../../../native-models/evaluate/answer-loss.ts';
import { evaluate } from '../../../native-models/evaluate/job.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { trainedTokens } from '../../../native-models/train/batch.ts';
import { goldenPath } from '../goldens.ts';
import { openGolden } from '../goldens/golden.ts';

// Plain; an adapter with magnitudes (DoRA); weights stored [in, out]; soft-capped logits.
describe.each(['llama', 'llama3-rope-tied', 'gpt2', 'gemma2'])('%s', (name) => {
  test('each row’s likelihood, base and adapter side by side, adds up to the recorded losses', async () => {
    const { directory, reference, sequences } = await openGolden(name);
    const server = await ModelServer.open({ modelDirectory: directory, device: 'cpu', precision: 'f32' });
    const loss = await openAnswerLoss(server);
    const tokens = sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
    try {
      const sides = [null, goldenPath(name, 'lora_init')];
      const rows = sides.flatMap((adapterDirectory) => sequences.map((sequence) => ({ sequence, adapterDirectory })));
      const sums = await loss.sums(rows);
      const recorded = [reference.loss, reference.lora_losses[0]!];
      for (const [side, expected] of recorded.entries()) {
        const own = sums.slice(side * sequences.length, (side + 1) * sequences.length);
        const mean = own.reduce((sum, each) => sum + each, 0) / tokens;
        expect(Math.abs(mean / expected - 1)).toBeLessThan(1e-5);
      }
      // The same one by one, each in the graph of its own kind.
      for (const [index, row] of rows.entries())
        expect(Math.abs((await loss.sums([row]))[0]! / sums[index]! - 1)).toBeLessThan(1e-5);
    } finally {
      await loss.close();
      await server.close();
    }
  });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usumaku-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a job says of every question how likely its right answer was, and of one that is too long that nobody knows', async () => {
  const modelDirectory = goldenPath('llama');
  const adapterDirectory = goldenPath('llama', 'lora_final');
  const examplesFile = join(folder, 'questions.jsonl');
  const pair = (id: string, question: string, answer: string) => ({ id, question, answer });
  const asked = [
    pair('a', 'What does E-214 mean?', 'Check the lubrication pressure.'),
    pair('b', 'The same?', 'Press it.'),
    pair('long', 'Long?', 'Check. '.repeat(400)),
    pair('c', 'E-214?', 'OK'),
  ];
  await writeFile(examplesFile, asked.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const told: number[] = [];
  const { items } = await evaluate(
    { modelDirectory, adapterDirectory, device: 'cpu', precision: 'f32', examplesFile, batchSize: 2, maxNewTokens: 4 },
    { control: { turn: async () => {} }, onEvent: ({ items: batch }) => void told.push(batch.length) },
  );
  expect(told).toEqual([2, 2]);
  const server = await ModelServer.open({ modelDirectory, device: 'cpu', precision: 'f32' });
  const loss = await openAnswerLoss(server);
  try {
    for (const [index, { id, question, answer }] of asked.entries()) {
      const { baseScores, adapterScores } = items[index]!;
      if (id === 'long') {
        expect([baseScores.likelihood, adapterScores.likelihood]).toEqual([null, null]);
        continue;
      }
      const sequence = await server.model.chat.encodeExample(question, answer);
      for (const [scores, side] of [[baseScores, null] as const, [adapterScores, adapterDirectory] as const]) {
        const [alone] = await loss.sums([{ sequence, adapterDirectory: side }]);
        const { logarithm, tokens } = scores.likelihood!;
        expect(tokens).toBe(trainedTokens(sequence));
        expect(logarithm).toBeCloseTo(-alone!, 3);
      }
      expect(baseScores.likelihood).not.toEqual(adapterScores.likelihood);
    }
  } finally {
    await loss.close();
    await server.close();
  }
});
