/**
 * Reference models through the real commands, as processes: what the options ask for, and what comes back. The engine's
 * own numbers, of every reference model, stand in native-models/goldens. Every comparison prints its difference.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { goldenPath, textReference } from '../../../native-models/goldens.ts';
import { openGolden } from '../../../native-models/goldens/golden.ts';
import { goldenRun, largestRelative, within } from './golden-run.ts';
import { usumakuJson } from './usumaku.ts';

// Two processes at a time: each computes on one core and starts on another.
vi.setConfig({ maxConcurrency: 2 });

const folder = mkdtempSync(join(tmpdir(), '薄膜 goldens '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A plain model in float32, and one in bfloat16 with tied embeddings and biases.
const throughCommands = ['llama', 'qwen2-tied'];

describe.concurrent.each(throughCommands)('%s', (name) => {
  test('logits of the base and of both adapters', async () => {
    const { logits } = goldenRun(await openGolden(name), folder);
    within(`${name} logits`, await logits('logits', 0), 1e-4);
    for (const [adapter, row] of [
      ['lora_init', 1],
      ['lora_final', 0],
    ] as const) {
      const difference = await logits(`logits_${adapter}`, row, { adapter: goldenPath(name, adapter) });
      within(`${name} logits with ${adapter}`, difference, 1e-4);
    }
  });

  test('twenty steps of training, and the logits after them', async () => {
    const golden = await openGolden(name);
    const { lora_losses, lora_grad_norms } = golden.reference;
    const { train, logits } = goldenRun(golden, folder);
    const out = join(folder, `${name} 学習済み`);
    const { losses, norms } = await train(out, lora_losses.length);
    within(`${name} first loss`, Math.abs(losses[0]! - lora_losses[0]!), 1e-5);
    within(`${name} losses`, largestRelative(losses, lora_losses), 2e-4);
    within(`${name} gradient norms`, largestRelative(norms, lora_grad_norms), 2e-4);
    within(`${name} logits after our steps`, await logits('logits_lora_final', 1, { adapter: out }), 5e-4);
  });

  test('the loss of the base, which a new adapter starts from', async () => {
    const { reference, directory } = await openGolden(name);
    const tokens = goldenPath(name, 'reference.safetensors');
    const out = join(folder, `${name}-new`);
    const [step] = await usumakuJson(['train', directory, '--tokens', tokens, '--out', out, '--steps', '1']);
    within(`${name} loss of the base`, Math.abs((step?.loss as number) - reference.loss), 1e-5);
  });

  test('the merged model', async () => {
    const { logits } = goldenRun(await openGolden(name), folder);
    const out = join(folder, `${name}-merged`);
    // Unrounded, as the reference was; what rounding to 16 bits changes is another question.
    await usumakuJson(['merge', goldenPath(name), goldenPath(name, 'lora_final'), '--out', out, '--dtype', 'f32']);
    within(`${name} logits of the merged model`, await logits('logits_merged', 0, { model: out }), 1e-4);
  });

  test('the greedy answer', async () => {
    const { greedy_prompt_ids: prompt, greedy_ids: expected } = (await openGolden(name)).reference;
    const options = ['--ids', prompt.join(','), '--max-tokens', `${expected.length}`, '--ignore-eos'];
    const events = await usumakuJson(['generate', goldenPath(name), ...options, '--temperature', '0']);
    expect(events.at(-1)).toMatchObject({ ids: expected, text: expect.any(String) as string });
  });
});

const asked = [
  [{ role: 'user', content: 'What does E-214 mean?' }],
  [
    { role: 'system', content: '短く答える。' },
    { role: 'user', content: '締め付けトルクは？' },
  ],
];
const answers = ['Check the lubrication pressure.', '25 N·m です。'];

// All reference models share one tokenizer; one model for each place of the chat template.
test.concurrent('tokens of texts', async () => {
  for (const { text, ids, decoded } of textReference('llama').tokenize) {
    expect(await usumakuJson(['tokenize', goldenPath('llama'), '--text', text])).toEqual([{ text, ids, decoded }]);
  }
});

describe.concurrent.each(throughCommands)('%s', (name) => {
  const { rendered, prompts } = textReference(name);

  test('rendered chats and prompts', async () => {
    for (const [index, prompt] of asked.entries()) {
      const answered = [...prompt, { role: 'assistant', content: answers[index]! }];
      for (const [messages, text] of [
        [prompt, prompts[index]],
        [answered, rendered[index]],
      ] as const) {
        const file = join(folder, `${name}-${index}-${messages.length}.json`);
        writeFileSync(file, JSON.stringify(messages));
        expect(await usumakuJson(['tokenize', goldenPath(name), '--messages', file])).toMatchObject([{ text }]);
      }
    }
  });
});
