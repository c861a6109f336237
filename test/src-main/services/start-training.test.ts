/** A training whose model process is ended for want of memory, with the real engine: it goes on more frugally, or says why not. */

import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { endedItself, startTraining, type TrainingEvent } from '../../../src-main/services/start-training.ts';
import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { plantJob, type PlantJob } from '../../native-models/train/plant-job.ts';

const entry = fileURLToPath(new URL('../../../src-main/engine/model-process.ts', import.meta.url));
let plant: PlantJob;
let engine: Engine;

beforeAll(async () => {
  plant = await plantJob();
});
afterEach(() => engine.close());
afterAll(() => plant.dispose());

/** Trains; sends the model process a signal at each step that is named, once. */
async function run(output: string, killAt: readonly number[], signal: NodeJS.Signals, kills: () => number) {
  const log = { info: () => {}, error: () => {} };
  engine = createSupervisor({ entry, startProcess: forkProcess, log, wait: async () => {} });
  const events: TrainingEvent[] = [];
  const left = [...killAt];
  // Without dropout, whose noise is drawn for each run of some rows.
  const job = plant.job(output, { settings: { dropout: 0, checkpointEverySteps: 2 } });
  const { result } = startTraining(
    engine,
    job,
    (event) => {
      events.push(event);
      if (event.kind !== 'step' || event.step !== left[0]) return;
      left.shift();
      process.kill(engine.processIds()[0]!, signal);
    },
    kills,
  );
  const outcome = await result.catch((error: unknown) => error);
  // A step done twice counts as it was done last.
  const losses = new Map(events.flatMap((event) => (event.kind === 'step' ? [[event.step, event.loss] as const] : [])));
  return { outcome, events, losses: [...losses.values()] };
}

const never = (): number => 0;
/** As Linux counts: one more each time that it is asked. */
function counting(): () => number {
  let count = 0;
  return () => count++;
}

test('it goes on from its last checkpoint with a smaller plan, and learns the same', async () => {
  const whole = await run('whole', [], 'SIGABRT', never);
  await engine.close();
  const cut = await run('cut', [7], 'SIGABRT', never);
  expect(cut.outcome).toMatchObject({ steps: 24 });
  const [first, second] = cut.events.filter((event) => event.kind === 'prepared');
  expect(second!.resumedAtStep).toBeGreaterThanOrEqual(4);
  // Not the predicted peaks: of so small a model nearly all is what each process held before, which varies by megabytes.
  expect(first).toMatchObject({ way: { mapped: false } });
  expect(second).toMatchObject({ way: { mapped: true }, microBatch: 1 });
  expect(first!.microBatch).toBeGreaterThan(1);
  expect(cut.events.find((event) => event.kind === 'restarted')).toMatchObject({ reason: 'signal SIGABRT' });
  const difference = Math.max(...cut.losses.map((loss, index) => Math.abs(loss - whole.losses[index]!)));
  console.info(`losses differ by ${difference.toExponential(1)} at most`);
  expect(cut.losses.length).toBe(24);
  expect(difference).toBeLessThan(1e-4);
});

test('a process that the system kills for memory counts, one that somebody kills does not', async () => {
  const byTheSystem = await run('system', [3], 'SIGKILL', counting());
  expect(byTheSystem.outcome).toMatchObject({ steps: 24 });
  await engine.close();
  const bySomebody = await run('somebody', [3], 'SIGKILL', never);
  expect(bySomebody.outcome).toMatchObject({ code: 'engine-crashed' });
});

test('where nothing smaller is left it says what was needed and what there was', async () => {
  const { outcome } = await run('nothing', [3, 4, 5, 6, 7, 8, 9, 10], 'SIGABRT', never);
  expect(outcome).toMatchObject({ code: 'memory-exhausted' });
  const { neededMegabytes, availableMegabytes } = (outcome as { values: Record<string, number> }).values;
  expect(neededMegabytes).toBeGreaterThan(availableMegabytes!);
});

test.each([
  ['signal SIGABRT', true],
  ['exit code 134', true],
  ['exit code 3221226505', true],
  ['exit code -1073740791', true],
  ['exit code 2147483651', true],
  ['exit code 3758096392', true],
  ['FatalError at v8::internal::Heap::FatalProcessOutOfMemory', true],
  ['exit code 0', false],
  ['exit code 1', false],
  ['exit code 3221225477', false],
  ['signal SIGTERM', false],
])('%s: ended itself for want of memory: %s', (reason, expected) => {
  expect(endedItself(reason)).toBe(expected);
});
