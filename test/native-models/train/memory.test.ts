/** Memory that really runs out: onnxruntime's own allocation fails in a process whose memory was taken away. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderFromConfig, type ModelConfig } from '../../../native-models/architectures/index.ts';
import { Random } from '../../../native-models/random.ts';
import { writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import { plantJob, type PlantJob } from './plant-job.ts';
import { type Message, runChild } from './run-child.ts';

let plant: PlantJob;
let modelDirectory: string;

/** A model with little to store and much to compute: its activations dwarf everything else in the process. */
async function wideModel(directory: string): Promise<string> {
  await cp(goldenPath('llama'), directory, { recursive: true });
  const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as ModelConfig;
  const wide = { ...config, intermediate_size: 8192 };
  await writeFile(join(directory, 'config.json'), JSON.stringify(wide));
  const random = new Random(1, 'wide');
  const tensors = [...decoderFromConfig(wide).weightShapes].map(([name, shape]) => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const data = Float32Array.from({ length: size }, () => (shape.length === 1 ? 1 : (random.fraction() - 0.5) * 0.1));
    return { name, dtype: 'F32' as const, shape, data };
  });
  await writeSafetensors(join(directory, 'model.safetensors'), tensors);
  return directory;
}

const run = (output: string, spareMegabytes: number): Promise<readonly Message[]> => {
  const settings = { batchSize: 64, epochs: 2 };
  return runChild(plant.job(output, { modelDirectory, settings }), { spareMegabytes });
};

describe.skipIf(process.platform !== 'linux')('memory that runs out (skipped: prlimit is Linux only)', () => {
  beforeAll(async () => {
    plant = await plantJob();
    modelDirectory = await wideModel(join(plant.folder, 'wide'));
  });
  afterAll(() => plant.dispose());

  test('the micro-batch shrinks by itself', async () => {
    const messages = await run('tight', 256);
    const reduced = messages.filter((message) => message.kind === 'micro-batch-reduced');
    console.info(reduced.map(({ from, to }) => `${from} → ${to}`).join(', '));
    expect(reduced.length).toBeGreaterThan(0);
    for (const { reason } of reduced) expect(reason).toMatch(/allocate|bad_alloc/);
    // The limit holds for V8's own memory too, which may end the process; what counts is that the engine shrank and went on.
    expect(reduced.map(({ to }) => to)).toEqual(reduced.map(({ from }) => Math.floor(from / 2)));
  });

  test('where not even one row fits, the run ends with a sentence and no crash', { retry: 3 }, async () => {
    const messages = await run('none', 24);
    expect(messages.at(-1)).toMatchObject({ kind: 'failed', code: 'memory-exhausted' });
    expect(messages.filter((message) => message.kind === 'micro-batch-reduced').at(-1)?.to).toBe(1);
  });
});
