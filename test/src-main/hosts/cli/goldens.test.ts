/**
 * Reference models through the real commands, as processes: what the options ask for, and what comes back. The engine's
 * own numbers, of every reference model, stand in native-models/goldens. Every comparison prints its difference.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { goldenPath, textReference } from '../../../native-models/goldens.ts';
import { openGolden } from '../../../native-models/goldens/golden.ts';
import { goldenRun, largestRelative, within } from './golden-run.ts';
import { usumakuJson } from './usumaku.ts';

// Two processes at a time: each computes on one core and starts on another.
vi.setConfig({ maxConcurrency: 2 });

const folder = mkdtempSync(join(tmpdir(), '薄膜 goldens '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.concurrent('logits of the base and of both adapters', async () => {
  const { logits } = goldenRun(await openGolden('llama'), folder);
  within('llama logits', await logits('logits', 0), 1e-4);
  for (const [adapter, row] of [
    ['lora_init', 1],
    ['lora_final', 0],
  ] as const) {
    const difference = await logits(`logits_${adapter}`, row, { adapter: goldenPath('llama', adapter) });
    within(`llama logits with ${adapter}`, difference, 1e-4);
  }
});

test.concurrent('twenty steps of training, and the logits after them', async () => {
  const golden = await openGolden('llama');
  const { lora_losses, lora_grad_norms } = golden.reference;
  const { train, logits } = goldenRun(golden, folder);
  const out = join(folder, 'llama 学習済み');
  const { losses, norms } = await train(out, lora_losses.length);
  within('llama first loss', Math.abs(losses[0]! - lora_losses[0]!), 1e-5);
  within('llama losses', largestRelative(losses, lora_losses), 2e-4);
  within('llama gradient norms', largestRelative(norms, lora_grad_norms), 2e-4);
  within('llama logits after our steps', await logits('logits_lora_final', 1, { adapter: out }), 5e-4);
});

test.concurrent('the loss of the base, which a new adapter starts from', async () => {
  const { reference, directory } = await openGolden('llama');
  const tokens = goldenPath('llama', 'reference.safetensors');
  const [step] = await usumakuJson([
    'train',
    directory,
    '--tokens',
    tokens,
    '--out',
    join(folder, 'new'),
    '--steps',
    '1',
  ]);
  within('llama loss of the base', Math.abs((step?.loss as number) - reference.loss), 1e-5);
});

// A plain model in float32, and one in bfloat16 with tied embeddings and biases, which is widened and written as asked.
test.concurrent.each(['llama', 'qwen2-tied'])('the merged model of %s', async (name) => {
  const { logits } = goldenRun(await openGolden(name), folder);
  const out = join(folder, `${name}-merged`);
  // Unrounded, as the reference was; what rounding to 16 bits changes is another question.
  await usumakuJson(['merge', goldenPath(name), goldenPath(name, 'lora_final'), '--out', out, '--dtype', 'f32']);
  within(`${name} logits of the merged model`, await logits('logits_merged', 0, { model: out }), 1e-4);
});

test.concurrent('the greedy answer', async () => {
  const { greedy_prompt_ids: prompt, greedy_ids: expected } = (await openGolden('llama')).reference;
  const options = ['--ids', prompt.join(','), '--max-tokens', `${expected.length}`, '--ignore-eos'];
  const events = await usumakuJson(['generate', goldenPath('llama'), ...options, '--temperature', '0']);
  expect(events.at(-1)).toMatchObject({ ids: expected, text: expect.any(String) as string });
});

// Every text, chat and model stands in native-models/text; here, that each comes through a command line unchanged.
test.concurrent('tokens of a text with kana of half width', async () => {
  const { text, ids, decoded } = textReference('llama').tokenize.find((each) => each.text.includes('ｱﾗｰﾑ'))!;
  expect(await usumakuJson(['tokenize', goldenPath('llama'), '--text', text])).toEqual([{ text, ids, decoded }]);
});

// One model for each place of the chat template.
test.concurrent.each(['llama', 'qwen2-tied'])('a prompt and a finished chat of %s', async (name) => {
  const { rendered, prompts } = textReference(name);
  const prompt = [{ role: 'user', content: 'What does E-214 mean?' }];
  const finished = [
    { role: 'system', content: '短く答える。' },
    { role: 'user', content: '締め付けトルクは？' },
    { role: 'assistant', content: '25 N·m です。' },
  ];
  for (const [messages, text] of [
    [prompt, prompts[0]],
    [finished, rendered[1]],
  ] as const) {
    const file = join(folder, `${name}-${messages.length}.json`);
    writeFileSync(file, JSON.stringify(messages));
    expect(await usumakuJson(['tokenize', goldenPath(name), '--messages', file])).toMatchObject([{ text }]);
  }
});
