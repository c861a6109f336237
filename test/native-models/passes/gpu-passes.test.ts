/** What a GPU computes in the place of a graph is the same: every family and method, the step as it is built and rewritten for a GPU beside the CPU's. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { inlined } from '../../../native-models/graph/inlined.ts';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { Random } from '../../../native-models/random.ts';
import { gpuNodes } from '../../../native-models/runtime/gpu-graph.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds } from '../../../native-models/train/batch.ts';
import { dropoutFeeds } from '../../../native-models/train/dropout.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { relativeNorm } from '../goldens/golden.ts';
import { deepFamilies, writeDeepModel } from '../runtime/deep-model.ts';

const countOf = (graph: Graph, operator: string): number =>
  graph.nodes.filter((node) => node.operator.name === operator).length;

const cases = deepFamilies.map((family, index) => ({
  family,
  method: ['lora', 'dora', 'rslora'][index % 3]!,
  dropout: index % 2 === 0 ? 0 : 0.1,
  recompute: index % 4 === 1,
}));

test.each(cases)('$family, $method, dropout $dropout', async ({ family, method, dropout, recompute }) => {
  const directory = await mkdtemp(join(tmpdir(), 'gpu-passes-'));
  try {
    await writeDeepModel(family, 2, directory);
    const model = await openModelFolder(directory);
    const config = loraConfig({
      r: 2,
      lora_alpha: 3,
      lora_dropout: dropout,
      target_modules: 'all-linear',
      fan_in_fan_out: model.decoder.fanInFanOut,
      use_rslora: method === 'rslora',
      use_dora: method === 'dora',
    });
    const shape = adapterShape(model.decoder, config);
    const sizes = new Map(model.decoder.linearModules.map(({ name, outputSize }) => [name, outputSize]));
    const random = new Random(3, 'stirred');
    const start = newAdapter(shape, 5, (module) => new Float32Array(sizes.get(module)!).fill(0.7));
    const parameters = start.map(({ name, shape: size, values }) =>
      createParameter(
        name,
        size,
        values.map((value) => (value === 0 ? (random.fraction() - 0.5) * 0.1 : value)),
      ),
    );
    const ids = Array.from({ length: 14 }, (_, index) => 3 + ((7 * index) % 100));
    const rows = [[{ ids, labels: ids }], [{ ids: ids.slice(3, 9), labels: ids.slice(3, 9) }]];
    const feeds = { ...batchFeeds(rows, 1 / 18), ...dropoutFeeds(shape.groups, dropout, 28, [1, 1, 0]) };
    const written = loraTrainGraph(model, shape, { positions: 64, recompute });
    const changed = gpuNodes(loraTrainGraph(model, shape, { positions: 64, recompute, device: 'webgpu' }));
    const [right, found] = await Promise.all(
      [written, changed].map(async (graph) => {
        const session = await openSession(graph, { device: 'cpu', externalFolder: directory });
        const gradients = await computeGradients(session, parameters, [feeds]);
        await session.close();
        return gradients;
      }),
    );
    expect(Math.abs(found!.loss / right!.loss - 1)).toBeLessThan(1e-6);
    const differences = parameters.map(({ name }) =>
      relativeNorm(found!.byParameter.get(name)!, right!.byParameter.get(name)!),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(
      changed.nodes.filter(({ operator, attributes }) => operator.name === 'Gemm' && attributes['transB'] === 1),
    ).toEqual([]);
    for (const operator of ['Add', 'Mul'])
      expect(countOf(changed, operator)).toBeLessThan(countOf(inlined(written), operator));
  } finally {
    await rm(directory, { recursive: true });
  }
});
