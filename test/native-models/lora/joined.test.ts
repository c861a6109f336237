/** Layers that read the same input as one: the same losses and gradients in fewer products, wherever that can be. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { type ModelFolder, openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig, type LoraConfig } from '../../../native-models/peft/config.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds } from '../../../native-models/train/batch.ts';
import { loraLossGraph, loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { relativeNorm } from '../goldens/golden.ts';
import { writeDeepModel } from '../runtime/deep-model.ts';

let directory: string;
let model: ModelFolder;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joined-'));
  await writeDeepModel('qwen2', 2, directory);
  model = await openModelFolder(directory);
});
afterAll(() => rm(directory, { recursive: true }));

const shapeOf = (config: Partial<LoraConfig>) =>
  adapterShape(model.decoder, loraConfig({ r: 2, lora_alpha: 3, target_modules: 'all-linear', ...config }));
const everyLinear = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const products = (graph: Graph): number => graph.nodes.filter(({ operator }) => operator.name === 'Gemm').length;

test.each<[string, Partial<LoraConfig>]>([
  ['everything adapted', {}],
  ['the first and the last of three adapted', { target_modules: ['q_proj', 'v_proj', 'down_proj'] }],
  [
    'different ranks of one scaling',
    { rank_pattern: { k_proj: 4, up_proj: 1 }, alpha_pattern: { k_proj: 6, up_proj: 1.5 } },
  ],
])('%s: as each layer by itself', async (_, config) => {
  const shape = shapeOf(config);
  const random = new Random(3, 'stirred');
  const parameters = newAdapter(shape, 5, () => new Float32Array()).map(({ name, shape: size, values }) =>
    createParameter(
      name,
      size,
      values.map((value) => (value === 0 ? (random.fraction() - 0.5) * 0.1 : value)),
    ),
  );
  const ids = Array.from({ length: 14 }, (_value, index) => 3 + ((7 * index) % 100));
  const feeds = batchFeeds([[{ ids, labels: ids }]], 1 / 13);
  const results = await Promise.all(
    (['cpu', 'webgpu'] as const).map(async (device) => {
      const graph = loraTrainGraph(model, shape, { positions: 64, device });
      const session = await openSession(graph, { device: 'cpu', externalFolder: directory });
      const gradients = await computeGradients(session, parameters, [feeds]);
      await session.close();
      return gradients;
    }),
  );
  const [apart, together] = results;
  expect(Math.abs(together!.loss / apart!.loss - 1)).toBeLessThan(1e-6);
  const differences = parameters.map(({ name }) =>
    relativeNorm(together!.byParameter.get(name)!, apart!.byParameter.get(name)!),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-5);
});

test.each<[string, Partial<LoraConfig>, number]>([
  // Of each layer: four products with weights instead of seven, and as many with A and with B.
  ['LoRA', {}, 4 * 3],
  ['no adapter on any of them', { target_modules: ['down_proj'] }, 4 + 2],
  ['different scalings', { alpha_pattern: { k_proj: 5, up_proj: 5 } }, 7 * 3],
  ['an adapter on some layers alone', { target_modules: everyLinear, layers_to_transform: [1] }, 4 * 2],
])('%s: products of a layer forward', (_, config, expected) => {
  const graph = loraLossGraph(model, shapeOf(config), { positions: 64, device: 'webgpu' });
  expect((products(graph) - 1) / model.decoder.layers).toBe(expected);
});

test.each<[string, Partial<LoraConfig>]>([
  ['dropout', { lora_dropout: 0.1 }],
  ['DoRA', { use_dora: true }],
])('with %s each layer stays by itself', (_, config) => {
  const [apart, together] = (['cpu', 'webgpu'] as const).map((device) =>
    products(loraTrainGraph(model, shapeOf(config), { positions: 64, device })),
  );
  expect(together).toBe(apart);
});
