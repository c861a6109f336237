/** What ends a run early, and what is left of it then: divergence, cancel, bad settings. */

import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter, defaultAdamW } from '../../../native-models/train/adamw.ts';
import { loadCheckpoint } from '../../../native-models/train/checkpoint.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { runLoop } from '../../../native-models/train/loop.ts';
import { MicroBatch } from '../../../native-models/train/micro-batch.ts';
import { MemoryOptimizer } from '../../../native-models/train/optimizer.ts';
import { openSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenAdapter, openGolden } from '../goldens/golden.ts';
import { goldenPath } from '../goldens.ts';
import { collect, exampleLines, plantJob, type PlantJob } from './plant-job.ts';

let plant: PlantJob;
beforeAll(async () => {
  plant = await plantJob();
});
afterAll(() => plant.dispose());

const codeOf = (error: unknown): string => (error instanceof ModelError ? error.code : String(error));

describe('divergence', () => {
  test('a learning rate far too high stops the run, keeps a good state, and a lower one could go on from there', async () => {
    const job = plant.job('diverged', { settings: { learningRate: 1e25, warmupRatio: 0, checkpointEverySteps: 1 } });
    const { error, steps } = await collect(job);
    expect(codeOf(error)).toBe('training-diverged');
    const firstBad = steps.findIndex(({ loss }) => !Number.isFinite(loss));
    expect(firstBad).toBeGreaterThan(0);
    expect(steps.length - firstBad).toBeLessThanOrEqual(3);
    // The newest checkpoint holds parameters with which a loss can be computed again.
    const resumed = await collect({ ...job, resume: true });
    expect(resumed.steps[0]?.step).toBe(steps.length + 1);
    expect(Number.isFinite(resumed.steps[0]?.loss)).toBe(true);
  });

  test('a base that computes infinity is found out within three steps', async () => {
    const model = join(plant.folder, 'infinite-model');
    await cp(goldenPath('llama'), model, { recursive: true });
    const weights = join(model, 'model.safetensors');
    const { tensors } = await openSafetensors(weights);
    const { offset, byteLength } = tensors.get('model.layers.0.mlp.down_proj.weight')!;
    const bytes = await readFile(weights);
    new Float32Array(byteLength / 4)
      .fill(3e38)
      .forEach((value, index) => bytes.writeFloatLE(value, offset + index * 4));
    await writeFile(weights, bytes);
    const { error, steps, events } = await collect(plant.job('infinite', { modelDirectory: model }));
    expect(codeOf(error)).toBe('training-diverged');
    expect((error as ModelError).values).toMatchObject({ step: 3 });
    expect(steps.length).toBe(3);
    expect(events.at(-1)).toMatchObject({ kind: 'checkpoint', step: 3 });
  });

  test('one update that ruins the adapter is taken back, and training goes on', async () => {
    const golden = await openGolden('llama');
    const { shape, parameters } = await goldenAdapter(golden, 'lora_init');
    const graph = loraTrainGraph(golden.model, shape, { positions: 256 });
    const session = await openSession(graph, { device: 'cpu', externalFolder: golden.directory });
    const values = (): readonly number[] => parameters.flatMap((parameter) => [...parameter.values]);
    const after = new Map<number, readonly number[]>();
    const losses: number[] = [];
    await runLoop(
      {
        optimizer: new MemoryOptimizer(session, parameters, {
          adamW: { ...defaultAdamW, weightDecay: 0 },
          clipNorm: 1,
        }),
        lastStep: () => 10,
        startStep: 0,
        rowsAt: () => [golden.sequences],
        learningRateAt: (step) => (step === 5 ? 1e25 : 5e-3),
        microBatch: new MicroBatch(1, { smallestPeakBytes: 0, onReduced: () => {} }),
      },
      {
        control: { turn: async () => {} },
        onStep: async ({ step, loss }) => {
          after.set(step, values());
          losses.push(loss);
        },
      },
    );
    await session.close();
    expect(losses.map(Number.isFinite)).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 1].map(Boolean));
    expect(after.get(6)).toEqual(after.get(4));
    expect(losses[9]).toBeLessThan(losses[0]!);
  });
});

describe('cancel', () => {
  test('between two micro-batches: a checkpoint of the last whole step stays, and the run goes on from it', async () => {
    const job = plant.job('cancelled');
    let cancelled = false;
    const { error, steps, events } = await collect(job, {
      control: {
        turn: async () => {
          if (cancelled) throw new ModelError('cancelled');
        },
      },
      onEvent: (event) => {
        cancelled ||= event.kind === 'step' && event.step === 7;
      },
    });
    expect(codeOf(error)).toBe('cancelled');
    expect(steps.length).toBe(7);
    expect(events.at(-1)).toMatchObject({ kind: 'checkpoint', step: 7 });
    const resumed = await collect({ ...job, resume: true });
    expect(resumed.events[0]).toMatchObject({ kind: 'prepared', resumedAtStep: 7 });
    expect(resumed.result?.steps).toBe(24);
  });

  test('pausing holds the loop until it may go on', async () => {
    let release = (): void => {};
    let turns = 0;
    const paused = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = collect(plant.job('paused', { settings: { epochs: 1 } }), {
      control: { turn: async () => (++turns === 4 ? paused : undefined) },
    });
    const state = await Promise.race([running.then(() => 'ended'), waitFor(() => turns === 4).then(() => 'paused')]);
    expect(state).toBe('paused');
    release();
    expect((await running).steps.length).toBe(8);
  });
});

describe('resume', () => {
  test('refuses a checkpoint of other settings', async () => {
    const job = plant.job('other-settings', { settings: { epochs: 1 } });
    await collect(job);
    const { error } = await collect({ ...job, resume: true, settings: { ...job.settings, learningRate: 1e-3 } });
    expect(codeOf(error)).toBe('checkpoint-unreadable');
  });

  test('passes over a damaged newest checkpoint', async () => {
    const job = plant.job('damaged', { settings: { epochs: 2, checkpointEverySteps: 8 } });
    await collect(job);
    const folders = (await readdir(job.outputDirectory)).filter((name) => name.startsWith('checkpoint-')).sort();
    expect(folders).toEqual(['checkpoint-000008', 'checkpoint-000016']);
    const file = join(job.outputDirectory, 'checkpoint-000016', 'state.safetensors');
    await writeFile(file, (await readFile(file)).subarray(0, 1000));
    const { events, result } = await collect({ ...job, resume: true });
    expect(events[0]).toMatchObject({ kind: 'checkpoint-passed-over', path: join(file, '..') });
    expect(events[1]).toMatchObject({ kind: 'prepared', resumedAtStep: 8 });
    expect(result?.steps).toBe(16);
  });

  test('notices every flipped bit and every changed number of a checkpoint', async () => {
    const job = plant.job('flipped', { settings: { epochs: 2, checkpointEverySteps: 8 } });
    await collect(job);
    const newest = join(job.outputDirectory, 'checkpoint-000016');
    const whole = new Map<string, Buffer>();
    for (const name of await readdir(newest)) whole.set(name, await readFile(join(newest, name)));
    const random = new Random(1, 'bits');
    const flipped = (content: Buffer): Buffer => {
      const copy = Buffer.from(content);
      copy[random.integer(0, copy.length - 1)]! ^= 1 << random.integer(0, 7);
      return copy;
    };
    const { identity, parameters } = await emptyRun(newest);
    const load = () => loadCheckpoint(job.outputDirectory, { identity, steps: 16 }, parameters);
    expect(await load()).toMatchObject({ state: { step: 16 }, passedOver: [] });
    for (let round = 0; round < 60; round++) {
      const name = [...whole.keys()][round % whole.size]!;
      await writeFile(join(newest, name), flipped(whole.get(name)!));
      expect(await load(), `round ${round}, ${name}`).toMatchObject({
        state: { step: 8 },
        passedOver: [{ path: newest }],
      });
      await writeFile(join(newest, name), whole.get(name)!);
    }
    const changed = whole.get('state.json')!.toString().replace('"step":16', '"step":1016');
    await writeFile(join(newest, 'state.json'), changed);
    expect(await load()).toMatchObject({ state: { step: 8 } });
  });

  test('refuses steps that its plan does not have', async () => {
    const job = plant.job('other-plan', { settings: { epochs: 2, checkpointEverySteps: 8 } });
    await collect(job);
    const { identity, parameters } = await emptyRun(join(job.outputDirectory, 'checkpoint-000016'));
    const loaded = await loadCheckpoint(job.outputDirectory, { identity, steps: 12 }, parameters);
    expect(loaded?.state.step).toBe(8);
    expect(loaded?.passedOver[0]?.reason).toContain('step 16 is not one of the 12 planned');
  });
});

describe('examples that cannot be learned are named before the first step', () => {
  test.each([
    ['no-examples', ''],
    ['example-too-long', exampleLines(3, (index) => (index === 1 ? 'word '.repeat(200) : 'ok'))],
    ['example-nothing-to-learn', exampleLines(3, (index) => (index === 1 ? ' ' : 'ok'))],
    ['examples-unreadable', `${exampleLines(2)}\n{"id": 3}`],
  ])('%s', async (code, lines) => {
    const own = await plantJob(lines);
    const { error, events } = await collect(own.job('run'));
    await own.dispose();
    expect(codeOf(error)).toBe(code);
    expect(events).toEqual([]);
  });
});

/** Identity of a checkpoint's run, and parameters that it can fill. */
async function emptyRun(checkpoint: string) {
  const { state } = JSON.parse(await readFile(join(checkpoint, 'state.json'), 'utf8')) as {
    state: { identity: string };
  };
  const { tensors } = await openSafetensors(join(checkpoint, 'state.safetensors'));
  const parameters = [...tensors]
    .filter(([name]) => name.endsWith('.values'))
    .map(([name, { shape }]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return createParameter(name.slice(0, -'.values'.length), shape, new Float32Array(size));
    });
  return { identity: state.identity, parameters };
}

/** Resolves once a condition holds, looking after every turn of the event loop. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
