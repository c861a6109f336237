/** A run that is killed in the middle ends with the same bytes as one that was not. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrainJob } from '../../../native-models/jobs.ts';
import { plantJob, type PlantJob } from './plant-job.ts';
import { type Message, runChild } from './run-child.ts';

let plant: PlantJob;
let straight: readonly Message[];
let straightBytes: Buffer;

// Everything that draws random numbers takes part: dropout, order, rehearsal, the adapter's start.
const job = (output: string): TrainJob =>
  plant.job(output, { rehearsalFile: join(plant.folder, 'rehearsal.jsonl'), settings: { dropout: 0.2 } });
const adapterBytes = (output: string): Promise<Buffer> =>
  readFile(join(plant.folder, output, 'adapter', 'adapter_model.safetensors'));
const losses = (messages: readonly Message[]) =>
  messages.flatMap((message) => (message.kind === 'step' ? [[message.step, message.loss]] : []));

beforeAll(async () => {
  plant = await plantJob();
  straight = await runChild(job('straight'));
  straightBytes = await adapterBytes('straight');
});
afterAll(() => plant.dispose());

test('the uninterrupted run ends', () => {
  expect(straight.at(-1)).toMatchObject({ kind: 'done' });
  expect(losses(straight).length).toBe(24);
});

test.each([
  ['between two checkpoints', { kind: 'step', step: 12 }],
  ['just after a checkpoint', { kind: 'checkpoint', step: 10 }],
] as const)('kill -9 %s: the resumed run writes the same bytes', async (name, killAt) => {
  const cut = job(`田中 太郎 ${name}`);
  const killed = await runChild(cut, { killAt });
  expect(killed.at(-1)).toMatchObject(killAt);
  const resumed = await runChild({ ...cut, resume: true });
  expect(resumed[0]).toMatchObject({ kind: 'prepared', resumedAtStep: 10 });
  expect(losses(resumed)).toEqual(losses(straight).slice(10));
  expect((await adapterBytes(`田中 太郎 ${name}`)).equals(straightBytes)).toBe(true);
});

test('killed before its first checkpoint, then wherever it happens to be, it still ends the same', async () => {
  await runChild(job('cut'), { killAt: { kind: 'step', step: 2 } });
  const resume = { ...job('cut'), resume: true };
  const again = await runChild(resume, { killFromOutside: ({ kind }) => kind === 'checkpoint' });
  expect(again[0]).toMatchObject({ resumedAtStep: 0 });
  await runChild(resume);
  expect((await adapterBytes('cut')).equals(straightBytes)).toBe(true);
});
