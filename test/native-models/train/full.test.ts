/** Full fine-tuning: the result is a whole model folder, in shards with an index where one file would be too large. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { train } from '../../../native-models/train/job.ts';
import { readTensor } from '../../../native-models/weights/safetensors.ts';
import { plantJob, type PlantJob } from './plant-job.ts';

let plant: PlantJob;
beforeAll(async () => (plant = await plantJob()));
afterAll(() => plant.dispose());

test('shards hold the same weights as one file', async () => {
  const trained = async (output: string, maxShardBytes?: number) => {
    const job = plant.job(output, { steps: 2, maxShardBytes, settings: { method: 'full' } });
    const result = await train(job, { control: { turn: async () => {} }, onEvent: () => {} });
    return { ...result, model: await openModelFolder(join(job.outputDirectory, 'adapter')) };
  };
  const whole = await trained('whole');
  const sharded = await trained('sharded', 200_000);
  expect(readdirSync(whole.adapterDirectory)).toContain('model.safetensors');
  const files = readdirSync(sharded.adapterDirectory).filter((name) => name.endsWith('.safetensors'));
  expect(files.length).toBeGreaterThan(1);
  expect(readdirSync(sharded.adapterDirectory)).toContain('model.safetensors.index.json');
  expect(sharded.sha256).not.toBe(whole.sha256);
  for (const [name, tensor] of whole.model.weights.tensors)
    expect(await readTensor(sharded.model.weights.tensors.get(name)!), name).toEqual(await readTensor(tensor));
});
