/** A vocabulary in parts gives the loss and the gradients of the whole one, whatever the family does to its logits. */

import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { batchFeeds, trainedTokens } from '../../../native-models/train/batch.ts';
import { loraLossGraph, loraTrainGraph, lossOutput } from '../../../native-models/train/graph.ts';
import { vocabularyParts } from '../../../native-models/train/head.ts';
import { computeGradients, parameterFeeds } from '../../../native-models/train/step.ts';
import { goldenModels } from '../goldens.ts';
import { goldenAdapter, openGolden, relativeNorm } from '../goldens/golden.ts';

test('parts cover the vocabulary once, none larger than allowed', () => {
  for (const [size, largest] of [
    [151_936, 16_384],
    [100, 33],
    [7, 7],
    [8, 7],
  ] as const) {
    const parts = vocabularyParts(size, largest);
    expect(parts.map(({ start }) => start)).toEqual(parts.map((_, index) => index * parts[0]!.count));
    expect(parts.at(-1)!.start + parts.at(-1)!.count).toBe(size);
    expect(Math.max(...parts.map(({ count }) => count))).toBeLessThanOrEqual(largest);
    expect(Math.min(...parts.map(({ count }) => count))).toBeGreaterThan(0);
  }
});

/** Whether a value holds a number for each token of the vocabulary and each trained row. */
const holdsAllLogits = (graph: Graph, vocabularySize: number): boolean =>
  graph.nodes.some(({ outputs }) => outputs.some(({ shape }) => shape[0] === 'trained' && shape[1] === vocabularySize));

describe.each(goldenModels)('%s', (name) => {
  test('loss and gradients', async () => {
    const golden = await openGolden(name);
    const { parameters, shape } = await goldenAdapter(golden, 'lora_init');
    const rows = golden.sequences.map((sequence) => [sequence]);
    const weight = 1 / rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
    const feeds = batchFeeds(rows, weight);
    const { vocabularySize } = golden.model.decoder;
    const largestPart = Math.ceil(vocabularySize / 3.5);
    const options = { positions: 256, largestPart };
    const run = async (graph: Graph) => {
      const session = await openSession(graph, { device: 'cpu', externalFolder: golden.directory });
      const gradients = await computeGradients(session, parameters, [feeds]);
      await session.close();
      return gradients;
    };
    const wholeGraph = loraTrainGraph(golden.model, shape, { positions: 256 });
    const splitGraph = loraTrainGraph(golden.model, shape, options);
    expect(holdsAllLogits(wholeGraph, vocabularySize)).toBe(true);
    expect(holdsAllLogits(splitGraph, vocabularySize)).toBe(false);
    const [whole, split] = [await run(wholeGraph), await run(splitGraph)];
    const session = await openSession(loraLossGraph(golden.model, shape, options), {
      device: 'cpu',
      externalFolder: golden.directory,
    });
    const alone = floatsOf((await session.run({ ...parameterFeeds(parameters), ...feeds }))[lossOutput])[0]!;
    await session.close();
    const loss = Math.max(...[split.loss, alone].map((value) => Math.abs(value - whole.loss)));
    const gradient = Math.max(
      ...parameters.map(({ name }) => relativeNorm(split.byParameter.get(name)!, whole.byParameter.get(name)!)),
    );
    console.info(`${name} in parts: loss ${loss.toExponential(1)}, gradients ${gradient.toExponential(1)}`);
    expect(loss).toBeLessThan(1e-5);
    expect(gradient).toBeLessThan(1e-5);
  });
});
