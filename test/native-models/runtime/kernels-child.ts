/** Counts the kernels of a Llama's training step, in a process whose environment names the driver. One JSON line. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { parameterFeeds } from '../../../native-models/train/step.ts';
import { writeDeepModel } from './deep-model.ts';
import { kernelsOf } from './kernels.ts';

/** Of one layer. */
export interface KernelReport {
  readonly total: number;
  /** By operator. */
  readonly perLayer: Readonly<Record<string, number>>;
}

/** Forward and backward, dropout 0, nothing computed again. */
async function kernelsOfStep(layers: number) {
  const directory = await mkdtemp(join(tmpdir(), 'kernels-'));
  try {
    await writeDeepModel('llama', layers, directory);
    const model = await openModelFolder(directory);
    const shape = adapterShape(model.decoder, loraConfig({ r: 2, lora_alpha: 4, target_modules: 'all-linear' }));
    const parameters = newAdapter(shape, 5, () => new Float32Array()).map((each) =>
      createParameter(each.name, each.shape, each.values),
    );
    const ids = Array.from({ length: 12 }, (_, index) => 3 + index);
    const feeds = { ...parameterFeeds(parameters), ...batchFeeds([[{ ids, labels: ids }]], 1 / 11) };
    const graph = loraTrainGraph(model, shape, { positions: 64, device: 'webgpu' });
    return await kernelsOf(graph, (session) => session.run(feeds), { externalFolder: directory });
  } finally {
    await rm(directory, { recursive: true });
  }
}

const [two, four] = [await kernelsOfStep(2), await kernelsOfStep(4)];
const perLayer = Object.fromEntries(
  [...four.counts].map(([operator, count]) => [operator, (count - (two.counts.get(operator) ?? 0)) / 2]),
);
const report: KernelReport = { total: (four.total - two.total) / 2, perLayer };
console.log(JSON.stringify(report));
