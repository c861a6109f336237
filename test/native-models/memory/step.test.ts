/** Memory that really runs out: onnxruntime's own allocation fails in a process whose memory was taken away. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderFromConfig, type ModelConfig } from '../../../native-models/architectures/index.ts';
import type { MemoryWishes } from '../../../native-models/jobs.ts';
import { Random } from '../../../native-models/random.ts';
import { coreCount } from '../../../native-models/runtime/threads.ts';
import { writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import { exampleLines, plantJob, type PlantJob } from '../train/plant-job.ts';
import { type Message, runChild } from '../train/run-child.ts';

let plant: PlantJob;
let modelDirectory: string;

/**
 * A model with little to store and much to compute: its activations dwarf everything else in the process. The more
 * layers, the further lies what one row needs from what it needs where each layer is computed again.
 */
async function wideModel(directory: string, layers: number): Promise<string> {
  await cp(goldenPath('llama'), directory, { recursive: true });
  const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as ModelConfig;
  const wide = { ...config, intermediate_size: 8192, num_hidden_layers: layers };
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

/** Without dropout, whose noise is drawn for each run of some rows. */
const quiet = { batchSize: 64, epochs: 2, dropout: 0 };

const run = (output: string, spareMegabytes: number, memory?: MemoryWishes): Promise<readonly Message[]> => {
  return runChild(plant.job(output, { modelDirectory, settings: quiet, memory }), { spareMegabytes });
};

describe.skipIf(process.platform !== 'linux')('memory that runs out (skipped: prlimit is Linux only)', () => {
  beforeAll(async () => {
    plant = await plantJob(exampleLines(20));
    modelDirectory = await wideModel(join(plant.folder, 'wide'), 6);
  });
  afterAll(() => plant.dispose());

  test('the micro-batch shrinks by itself', async () => {
    const messages = await run('tight', 256);
    const reduced = messages.filter((message) => message.kind === 'micro-batch-reduced');
    console.info(reduced.map(({ from, to }) => `${from} → ${to}`).join(', '));
    expect(reduced.length).toBeGreaterThan(0);
    for (const { reason } of reduced) expect(reason).toMatch(/allocate|bad_alloc/);
    expect(reduced.map(({ to }) => to)).toEqual(reduced.map(({ from }) => Math.floor(from / 2)));
  });

  test('a validation goes on with fewer rows, and its losses are those of a run with memory', async () => {
    const validationFile = join(plant.folder, 'validation.jsonl');
    await writeFile(validationFile, exampleLines(24));
    const job = (output: string) =>
      plant.job(output, { modelDirectory, validationFile, settings: { ...quiet, epochs: 1 } });
    const messages = await runChild(job('validated'), { spareMegabytes: 64 });
    // The first one comes before the first step.
    const kinds = messages.map(({ kind }) => kind);
    expect(kinds.indexOf('micro-batch-reduced')).toBeGreaterThan(kinds.indexOf('prepared'));
    expect(kinds.indexOf('micro-batch-reduced')).toBeLessThan(kinds.indexOf('validation'));
    const unlimited = await runChild(job('validated-unlimited'));
    const losses = (run: readonly Message[]): readonly number[] =>
      run.flatMap((message) => (message.kind === 'validation' ? [message.loss] : []));
    const difference = Math.abs(losses(messages)[0]! - losses(unlimited)[0]!);
    console.info(`the first validation losses differ by ${difference.toExponential(1)}`);
    expect(difference).toBeLessThan(1e-4);
  });

  describe('a validation that cannot be opened beside the steps', () => {
    const validated = async (output: string, memory?: MemoryWishes): Promise<readonly Message[]> => {
      const validationFile = join(plant.folder, 'unopened.jsonl');
      await writeFile(validationFile, exampleLines(4));
      const settings = { ...quiet, batchSize: 8, epochs: 1 };
      // The stacks of a session's threads, and less than the model's weights.
      const openingMegabytes = 8 * (coreCount() ?? availableParallelism()) + 12;
      return runChild(plant.job(output, { modelDirectory, validationFile, settings, memory }), { openingMegabytes });
    };

    test('makes the steps more frugal, and is computed', async () => {
      const messages = await validated('opened-frugally');
      const kinds = messages.map(({ kind }) => kind);
      const [changed] = messages.filter((message) => message.kind === 'way-changed');
      expect(changed?.from).toEqual({ mapped: false, recompute: 'none' });
      expect(changed?.to.mapped).toBe(true);
      expect(changed?.reason).toMatch(/allocate|bad_alloc/i);
      expect(kinds.indexOf('way-changed')).toBeLessThan(kinds.indexOf('prepared'));
      expect(kinds).toContain('validation');
      expect(kinds.at(-1)).toBe('done');
    });

    test('ends the run with a sentence where no way is left', async () => {
      const messages = await validated('unopened', { mapped: true, recompute: 'layers' });
      expect(messages.map(({ kind }) => kind)).toEqual(['failed']);
      expect(messages[0]).toMatchObject({ code: 'memory-exhausted' });
    });
  });

  test('where one row does not fit, activations are computed again, and the losses are those of a run with memory', async () => {
    const modelDirectory = await wideModel(join(plant.folder, 'deep'), 12);
    const job = (output: string, memory?: MemoryWishes) =>
      plant.job(output, { modelDirectory, settings: quiet, memory });
    const messages = await runChild(job('frugal', { mapped: true }), { spareMegabytes: 115 });
    const last = messages.filter((message) => message.kind === 'way-changed').at(-1);
    expect(last?.to).toEqual({ mapped: true, recompute: 'layers' });
    expect(last?.reason).toMatch(/allocate|bad_alloc/);
    expect(messages.at(-1)).toMatchObject({ kind: 'done' });
    const unlimited = await runChild(job('frugal-unlimited'));
    const losses = (run: readonly Message[]): readonly number[] =>
      run.flatMap((message) => (message.kind === 'step' ? [message.loss] : []));
    const difference = Math.max(...losses(messages).map((loss, index) => Math.abs(loss - losses(unlimited)[index]!)));
    console.info(`${losses(messages).length} losses differ by ${difference.toExponential(1)} at most`);
    expect(losses(messages).length).toBe(losses(unlimited).length);
    expect(difference).toBeLessThan(1e-4);
  });

  test('where not even one row fits in the way that a person wants, the run ends with a sentence and no crash', async () => {
    const messages = await run('none', 24, { mapped: false, recompute: 'none' });
    const failed = messages.at(-1);
    expect(failed).toMatchObject({ kind: 'failed', code: 'memory-exhausted' });
    expect(failed?.kind === 'failed' && failed.message).toMatch(/needs about \d+ MB; \d+ MB are available/);
    expect(messages.filter((message) => message.kind === 'micro-batch-reduced').at(-1)?.to).toBe(1);
    expect(messages.some((message) => message.kind === 'way-changed')).toBe(false);
  });
});
