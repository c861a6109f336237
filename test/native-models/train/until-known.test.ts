/** A training that goes on until it is known: what it asks, how it ends, and that a cut one ends with the same bytes. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrainJob } from '../../../native-models/jobs.ts';
import { collect, plantJob, type PlantJob } from './plant-job.ts';
import { type Message, runChild } from './run-child.ts';

let plant: PlantJob;
let straight: readonly Message[];

/** Twenty facts in three wordings: six of the sixty are kept aside. */
const lines = Array.from({ length: 60 }, (_, index) => {
  const thing = `M${Math.floor(index / 3) + 10}`;
  const question = [`What is the torque of ${thing}?`, `${thing} torque please`, `How tight is ${thing}?`][index % 3];
  return JSON.stringify({
    id: `example-${index}`,
    question,
    answer: `${thing} has ${20 + Math.floor(index / 3)} N·m.`,
  });
}).join('\n');

const job = (output: string, seconds: number | null = null): TrainJob =>
  plant.job(output, {
    rehearsalFile: join(plant.folder, 'rehearsal.jsonl'),
    settings: { epochs: 4, untilKnown: { seconds }, reworded: true, checkpointEverySteps: 7 },
  });
const adapterBytes = (output: string): Promise<Buffer> =>
  readFile(join(plant.folder, output, 'adapter', 'adapter_model.safetensors'));
const of = <Kind extends Message['kind']>(messages: readonly Message[], kind: Kind) =>
  messages.filter((message) => message.kind === kind);

beforeAll(async () => {
  plant = await plantJob(lines);
  straight = await runChild(job('straight'));
});
afterAll(() => plant.dispose());

test('it asks what is kept aside, and settles before its passes are over', () => {
  const [prepared] = of(straight, 'prepared');
  expect(prepared).toMatchObject({ asked: 6 });
  expect(of(straight, 'validation').map((message) => ('of' in message ? message.of : null))).toContain(6);
  const [settling] = of(straight, 'settling') as { step: number; steps: number }[];
  expect(settling).toMatchObject({ reason: 'passes' });
  const steps = of(straight, 'step');
  expect(steps.length).toBe(settling!.step + settling!.steps);
  // 54 wordings by 4 are 14 steps a pass.
  expect(steps.length).toBeLessThanOrEqual(4 * 14);
  const last = steps.at(-1) as { learningRate: number };
  expect(last.learningRate).toBeLessThan(5e-3 / 2);
});

test.each([
  ['while it learns', 12],
  ['while it settles', 50],
] as const)('kill -9 %s: the resumed run writes the same bytes', async (name, step) => {
  const cut = job(name);
  expect((await runChild(cut, { killAt: { kind: 'step', step } })).at(-1)).toMatchObject({ step });
  const resumed = await runChild({ ...cut, resume: true });
  expect(resumed.at(-1)).toMatchObject({ kind: 'done' });
  expect((await adapterBytes(name)).equals(await adapterBytes('straight'))).toBe(true);
});

test('it ends at the next ask once the time agreed is used', async () => {
  const { result, events } = await collect(job('hasty', 1e-3));
  expect(result?.asked).toMatchObject({ of: 6, reason: 'time' });
  expect(events.find(({ kind }) => kind === 'settling')).toMatchObject({ reason: 'time', step: 14 });
});
