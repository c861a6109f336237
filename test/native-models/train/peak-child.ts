/** Predicts the peak of a training step in a process of its own, runs a few, and says what it really was. */

import { adapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { peakOfStep } from '../../../native-models/memory/step.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter, defaultAdamW } from '../../../native-models/train/adamw.ts';
import { batchFeeds, ignoredLabel } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { applyGradients, computeGradients } from '../../../native-models/train/step.ts';
import { peakBytes } from '../../bench/peak-bytes.ts';

export interface PeakTask {
  readonly directory: string;
  readonly batch: number;
  readonly tokens: number;
  readonly trainedPerRow: number;
  readonly mapped: boolean;
  readonly recompute: boolean;
}

const { directory, batch, tokens, trainedPerRow, mapped, recompute } = JSON.parse(process.argv[2]!) as PeakTask;
const model = await openModelFolder(directory);
const shape = adapterShape(model.decoder, loraConfig({ r: 8, lora_alpha: 16, target_modules: 'all-linear' }));
const parameters = newAdapter(shape, 1, () => new Float32Array()).map(({ name, shape, values }) =>
  createParameter(name, shape, values),
);
const graph = loraTrainGraph(model, shape, { positions: tokens, recompute });
const trainedCount = parameters.reduce((sum, { values }) => sum + values.length, 0);
const peakOf = peakOfStep({ graph, mapped, trainedCount, baseBytes: process.memoryUsage.rss() });
const predicted = peakOf({ batch, tokens, trained: batch * trainedPerRow });

const rows = Array.from({ length: batch }, (_, row) => {
  const ids = Array.from({ length: tokens }, (_, index) => (7 * index + 31 * row) % model.decoder.vocabularySize);
  return [{ ids, labels: ids.map((id, index) => (index >= tokens - trainedPerRow ? id : ignoredLabel)) }];
});
const session = await openSession(graph, { device: 'cpu', externalFolder: model.directory, mapped });
for (let step = 1; step <= 3; step++) {
  const gradients = await computeGradients(session, parameters, [batchFeeds(rows, 1 / (batch * trainedPerRow))]);
  applyGradients(parameters, gradients, step, 1e-6, 1, { ...defaultAdamW, weightDecay: 0 });
}
await session.close();
console.log(JSON.stringify({ predicted, measured: peakBytes() }));
