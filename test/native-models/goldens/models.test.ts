/** Whole models against the numbers that PyTorch, transformers and PEFT recorded. Every comparison prints its difference. */

import { describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { writeAdapter } from '../../../native-models/peft/format.ts';
import { merge } from '../../../native-models/adapters/merge.ts';
import { readLoraConfig } from '../../../native-models/peft/config.ts';
import { adapterModules } from '../../../native-models/lora/training.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { defaultAdamW } from '../../../native-models/train/adamw.ts';
import { gradientOutput, loraTrainGraph } from '../../../native-models/train/graph.ts';
import { applyGradients, computeGradients } from '../../../native-models/train/step.ts';
import { readTensor } from '../../../native-models/weights/safetensors.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goldenModels, goldenPath } from '../goldens.ts';
import { goldenAdapter, goldenFeeds, largestDifference, openGolden, recordedLogits, relativeNorm } from './golden.ts';

const within = (what: string, difference: number, tolerance: number): void => {
  console.info(`${what}: ${difference.toExponential(1)} (tolerance ${tolerance.toExponential(0)})`);
  expect(difference, what).toBeLessThan(tolerance);
};

describe.each(goldenModels)('%s', (name) => {
  test('logits of the base and with the adapters before and after training', async () => {
    const golden = await openGolden(name);
    const model = await openChatModel(golden.directory);
    const cases = [
      ['logits', null],
      ['logits_lora_init', goldenPath(name, 'lora_init')],
      ['logits_lora_final', goldenPath(name, 'lora_final')],
    ] as const;
    for (const [tensor, adapter] of cases) {
      for (const [row, { ids }] of golden.sequences.entries()) {
        const logits = await logitsOf(model, ids, adapter, 'cpu');
        const expected = await recordedLogits(golden, tensor, row);
        within(`${name} ${tensor} of text ${row}`, largestDifference(floatsOf(logits), expected), 1e-4);
      }
    }
  });

  test('logits of the merged model', async () => {
    const golden = await openGolden(name);
    const folder = mkdtempSync(join(tmpdir(), 'golden-merged-'));
    try {
      const job = {
        modelDirectory: golden.directory,
        adapterDirectory: goldenPath(name, 'lora_final'),
        outputDirectory: join(folder, 'merged'),
      };
      // Unrounded, as the reference was; what rounding to 16 bits changes is another question.
      await merge({ ...job, dtype: 'f32' }, { control: { turn: async () => {} }, onEvent: () => {} });
      const logits = await logitsOf(await openModelFolder(job.outputDirectory), golden.sequences[0]!.ids, null, 'cpu');
      const expected = await recordedLogits(golden, 'logits_merged', 0);
      within(`${name} logits of the merged model`, largestDifference(floatsOf(logits), expected), 1e-4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('greedy answer', async () => {
    const { directory, reference } = await openGolden(name);
    const server = await ModelServer.open({ modelDirectory: directory, device: 'cpu', precision: 'f32' });
    const row = { ids: reference.greedy_prompt_ids, adapterDirectory: null };
    const sampling = { maxNewTokens: reference.greedy_ids.length, temperature: 0, topP: 1, seed: 0 };
    const [answer] = await server.answer([row], sampling, async () => {});
    await server.close();
    expect(answer?.ids).toEqual(reference.greedy_ids);
  });

  test('loss, gradients and twenty steps of training', async () => {
    const golden = await openGolden(name);
    const { reference, tensors } = golden;
    const { shape, parameters } = await goldenAdapter(golden, 'lora_init');
    const session = await openSession(loraTrainGraph(golden.model, shape, { positions: 256 }), {
      device: 'cpu',
      externalFolder: golden.directory,
    });
    const feeds = goldenFeeds(golden);
    const { lr, weight_decay: weightDecay, max_grad_norm: clipNorm } = reference.optimizer;
    let [loss, norm, gradient] = [0, 0, 0];
    for (const [index, expected] of reference.lora_losses.entries()) {
      const gradients = await computeGradients(session, parameters, [feeds]);
      loss = Math.max(loss, Math.abs(gradients.loss / expected - 1));
      norm = Math.max(norm, Math.abs(gradients.norm / reference.lora_grad_norms[index]! - 1));
      if (index === 0) {
        within(`${name} first loss`, Math.abs(gradients.loss - expected), 1e-5);
        // The stacked gradients, taken apart like the parameters, are named like the recorded ones.
        const stacked = parameters.map((parameter) => ({
          ...parameter,
          values: gradients.byParameter.get(parameter.name)!,
        }));
        const byModule = adapterModules(shape, stacked);
        const recorded = [...tensors.keys()].filter((key) => key.startsWith('grad0.'));
        const count = [...byModule.values()].reduce((sum, { magnitude }) => sum + (magnitude ? 3 : 2), 0);
        expect(recorded.length).toBe(count);
        for (const key of recorded) {
          const [, module, part] = /^grad0\.(?:base_model\.model\.)?(.*)\.lora_(A|B|magnitude_vector)/.exec(key)!;
          const matrices = byModule.get(module!)!;
          const actual = part === 'A' ? matrices.A : part === 'B' ? matrices.B : matrices.magnitude!;
          gradient = Math.max(gradient, relativeNorm(actual, await readTensor(tensors.get(key)!)));
        }
        within(`${name} gradients`, gradient, 1e-4);
        expect(gradientOutput(parameters[0]!.name)).toContain('gradient.');
      }
      applyGradients(parameters, gradients, index + 1, lr, clipNorm, { ...defaultAdamW, weightDecay });
    }
    await session.close();
    within(`${name} losses of 20 steps`, loss, 2e-4);
    within(`${name} gradient norms of 20 steps`, norm, 2e-4);

    const folder = mkdtempSync(join(tmpdir(), 'golden-'));
    try {
      const config = await readLoraConfig(goldenPath(name, 'lora_init'));
      const adapter = join(folder, 'adapter');
      await writeAdapter(adapter, { config, modules: adapterModules(shape, parameters), provenance: null });
      const logits = await logitsOf(golden.model, golden.sequences[0]!.ids, adapter, 'cpu');
      const expected = await recordedLogits(golden, 'logits_lora_final', 0);
      within(`${name} logits after our 20 steps`, largestDifference(floatsOf(logits), expected), 5e-4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
