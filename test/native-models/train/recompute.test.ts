/** Activations that are computed again give the gradients of kept ones, and really leave the memory in between. */

import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { peakLiveBytes } from '../../../native-models/graph/liveness.ts';
import { adapterShape, type AdapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter, type Parameter } from '../../../native-models/train/adamw.ts';
import { dropoutFeeds } from '../../../native-models/train/dropout.ts';
import { fullTrainGraph, loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients, type Feeds } from '../../../native-models/train/step.ts';
import { readTensor } from '../../../native-models/weights/safetensors.ts';
import { goldenModels } from '../goldens.ts';
import { type Golden, goldenAdapter, goldenFeeds, openGolden, relativeNorm } from '../goldens/golden.ts';

const options = { positions: 256 };
/** Sizes at which activations outweigh the adapter's own gradients. */
const sizes = { batch: 8, tokens: 128, trained: 64 };

interface Comparison {
  readonly golden: Golden;
  readonly graphOf: (recompute: boolean) => Graph;
  readonly parameters: readonly Parameter[];
  readonly feeds: Feeds;
}

async function expectSameGradients(what: string, { golden, graphOf, parameters, feeds }: Comparison): Promise<void> {
  const graphs = [graphOf(false), graphOf(true)] as const;
  const run = async (graph: Graph) => {
    const session = await openSession(graph, { device: 'cpu', externalFolder: golden.directory });
    const gradients = await computeGradients(session, parameters, [feeds]);
    await session.close();
    return gradients;
  };
  const [kept, again] = [await run(graphs[0]), await run(graphs[1])];
  const difference = Math.max(
    ...parameters.map(({ name }) => relativeNorm(again.byParameter.get(name)!, kept.byParameter.get(name)!)),
  );
  const [before, after] = graphs.map((graph) => peakLiveBytes(graph)(sizes)) as [number, number];
  console.info(`${what}: gradients ${difference.toExponential(1)}, live values ${(after / before).toFixed(2)}×`);
  expect(again.loss).toBe(kept.loss);
  expect(kept.norm).toBeGreaterThan(0);
  expect(difference).toBeLessThan(1e-7);
  expect(after).toBeLessThan(before);
}

/** Noise in A and in B, so that every gradient is one. */
function noisyAdapter(shape: AdapterShape): readonly Parameter[] {
  const random = new Random(3, 'noise');
  return newAdapter(shape, 1, (module) => {
    const size = shape.groups.flatMap(({ modules }) => modules).find(({ name }) => name === module)!.outputSize;
    return Float32Array.from({ length: size }, () => 0.5 + random.fraction());
  }).map(({ name, shape: size, values }) =>
    createParameter(
      name,
      size,
      values.map((value) => value + 0.01 * random.fraction()),
    ),
  );
}

describe.each(goldenModels)('%s', (name) => {
  test('an adapter with dropout', async () => {
    const golden = await openGolden(name);
    const { parameters, shape: plain } = await goldenAdapter(golden, 'lora_final');
    const shape = { ...plain, dropout: 0.2 };
    const feeds = goldenFeeds(golden);
    const noise = dropoutFeeds(shape.groups, shape.dropout, feeds.input_ids!.data.length, [1, 1, 0]);
    const graphOf = (recompute: boolean): Graph => loraTrainGraph(golden.model, shape, { ...options, recompute });
    await expectSameGradients(name, { golden, graphOf, parameters, feeds: { ...feeds, ...noise } });
  });
});

test('DoRA', async () => {
  const golden = await openGolden('llama');
  const config = loraConfig({ r: 4, lora_alpha: 8, target_modules: 'all-linear', use_dora: true });
  const shape = adapterShape(golden.model.decoder, config);
  const graphOf = (recompute: boolean): Graph => loraTrainGraph(golden.model, shape, { ...options, recompute });
  const parameters = noisyAdapter(shape);
  await expectSameGradients('DoRA', { golden, graphOf, parameters, feeds: goldenFeeds(golden) });
});

test('every weight', async () => {
  const golden = await openGolden('qwen2-tied');
  const { decoder, weights } = golden.model;
  const parameters: Parameter[] = [];
  for (const [name, shape] of decoder.weightShapes) {
    parameters.push(createParameter(name, shape, await readTensor(weights.tensors.get(name)!)));
  }
  const graphOf = (recompute: boolean): Graph => fullTrainGraph(decoder, { ...options, recompute });
  await expectSameGradients('every weight', { golden, graphOf, parameters, feeds: goldenFeeds(golden) });
});
