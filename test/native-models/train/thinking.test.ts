/**
 * A base whose template makes it think, as Qwen 3's does, learns a plant as well as one without: what is trained follows
 * the prompt that serving sends, and the thought is switched off in both. (Trained otherwise, 0 of 60 were right.)
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { evaluate } from '../../../native-models/evaluate/job.ts';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { readSamplePlant, type SampleExample, starterModelDirectory } from '../../../native-models/starter/index.ts';
import { collect, settings as plantSettings } from './plant-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'usumaku thinking '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every other fact, in all its wordings: as hard to answer as all of them, and learnt in half the time. */
const facts = [...Map.groupBy(readSamplePlant(), ({ answer }) => answer).values()];
const plant = facts.filter((_, index) => index % 2 === 0).flat();

function file(split: SampleExample['split']): string {
  const path = join(folder, `${split}.jsonl`);
  const examples = plant.filter((example) => example.split === split);
  writeFileSync(path, examples.map((example) => JSON.stringify(example)).join('\n'));
  return path;
}

/** Held-out questions answered word by word after a training. */
async function rightAnswers(modelDirectory: string, output: string): Promise<number> {
  const settings = {
    ...plantSettings,
    ...{ rank: 16, alpha: 32, dropout: 0, learningRate: 2e-3, epochs: 8, batchSize: 8 },
  };
  const job = { examplesFile: file('train'), validationFile: null, rehearsalFile: null, memoryLimitBytes: null };
  const { result, error } = await collect({
    ...job,
    modelDirectory,
    outputDirectory: join(folder, output),
    cacheDirectory: join(folder, 'quantized'),
    device: 'cpu',
    resume: false,
    settings,
  });
  expect(error).toBeUndefined();
  const { items } = await evaluate(
    {
      modelDirectory,
      device: 'cpu',
      precision: 'f32',
      adapterDirectory: result!.adapterDirectory,
      examplesFile: file('heldOut'),
      batchSize: 16,
      maxNewTokens: 48,
    },
    { control: { turn: async () => {} }, onEvent: () => {} },
  );
  return items.filter(({ adapterScores }) => adapterScores.exact).length;
}

test('a template that thinks scores within one answer of the plain one', async () => {
  const thinking = join(folder, 'thinks');
  cpSync(starterModelDirectory, thinking, { recursive: true });
  const template = join(import.meta.dirname, '../../cases/templates/think-block-in-finished-chats.jinja');
  cpSync(template, join(thinking, 'chat_template.jinja'));
  const { chat } = await openChatModel(thinking);
  expect(chat.prompt([{ role: 'user', content: 'q' }])).toContain('</think>');

  const [plain, behind] = [await rightAnswers(starterModelDirectory, 'plain'), await rightAnswers(thinking, 'behind')];
  const asked = plant.filter(({ split }) => split === 'heldOut').length;
  console.info(`held out: ${plain} of ${asked} plain, ${behind} of ${asked} behind a template that thinks`);
  expect(asked).toBe(30);
  expect(plain).toBeGreaterThanOrEqual(asked - 1);
  expect(Math.abs(plain - behind)).toBeLessThanOrEqual(1);
});
