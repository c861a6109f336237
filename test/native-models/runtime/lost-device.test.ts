/** A GPU that is lost in the middle of an answer, of a proof or of a training: the work continues on the CPU, and says so. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeLogits } from '../../../native-models/generate/continue.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { proveAdapter } from '../../../native-models/adapters/prove.ts';
import { openSafetensors, readTensor } from '../../../native-models/weights/safetensors.ts';
import type { TrainEvent } from '../../../native-models/jobs.ts';
import { train } from '../../../native-models/train/job.ts';
import { planTraining } from '../../../native-models/train/plan.ts';
import { goldenPath } from '../goldens.ts';
import { plantJob, type PlantJob } from '../train/plant-job.ts';
import type { LostDeviceReport, LostDeviceTask } from './lost-device-child.ts';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

const software = swiftShader();
const modelDirectory = goldenPath('llama');
const adapterDirectory = goldenPath('llama', 'lora_final');
const missing = process.platform === 'win32' ? 'cuda' : 'dml';
let plant: PlantJob;

beforeAll(async () => (plant = await plantJob()));
afterAll(() => plant.dispose());

test('answers come from the CPU where the device cannot even be opened', async () => {
  const row = { ids: [1, 2, 3], adapterDirectory: null };
  const sampling = { maxNewTokens: 8, temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true };
  const [gone, cpu] = await Promise.all(
    ([missing, 'cpu'] as const).map(async (device) => {
      const server = await ModelServer.open({ modelDirectory, device, precision: 'f32' });
      const answers = await server.answer([row], sampling, async () => {});
      await server.close();
      return { answers, fallback: server.deviceFallback };
    }),
  );
  expect(gone!.answers).toEqual(cpu!.answers);
  expect(gone!.fallback).toMatchObject({ from: missing, to: 'cpu', reason: 'failed' });
  expect(cpu!.fallback).toBeNull();
});

test('logits come from the CPU where the device cannot be opened, and the result says so', async () => {
  const written = await Promise.all(
    ([missing, 'cpu'] as const).map(async (device) => {
      const outputFile = join(plant.folder, `${device}.safetensors`);
      const result = await writeLogits({ modelDirectory, adapterDirectory, ids: [1, 2, 3], outputFile, device });
      const logits = await readTensor((await openSafetensors(outputFile)).tensors.get('logits')!);
      return { logits, fallback: result.deviceFallback };
    }),
  );
  expect(written[0]!.logits).toEqual(written[1]!.logits);
  expect(written[0]!.fallback).toMatchObject({ from: missing, to: 'cpu', reason: 'failed' });
  expect(written[1]!.fallback).toBeNull();
});

test('a proof is measured on the CPU where the device cannot be opened, and says so', async () => {
  const job = { modelDirectory, adapterDirectory, sourceDirectory: adapterDirectory, prompts: ['abc'], examples: [] };
  const quiet = { control: { turn: async () => {} }, onEvent: () => {} };
  const evidence = await proveAdapter({ ...job, device: missing, precision: 'f32' }, quiet);
  expect(evidence).toMatchObject({ device: 'cpu', deviceFallback: { from: missing, to: 'cpu', reason: 'failed' } });
  const { baseProbe, adapterProbe } = await proveAdapter({ ...job, device: 'cpu', precision: 'f32' }, quiet);
  expect(evidence).toMatchObject({ baseProbe, adapterProbe });
});

test('a training whose device was asked for by name ends with the cause; any other goes on, and its plan says so', async () => {
  const control = { turn: async () => {} };
  const job = { ...plant.job('asked', { settings: { epochs: 1 } }), device: missing, steps: 1 } as const;
  const events: TrainEvent[] = [];
  const hooks = { control, onEvent: (event: TrainEvent) => void events.push(event) };
  const refusal = { code: 'device-unavailable', values: { device: missing } };
  await expect(train({ ...job, deviceAsked: true }, hooks)).rejects.toMatchObject(refusal);
  expect(events.filter(({ kind }) => kind === 'device-fallback')).toEqual([]);
  const planHooks = { control, onEvent: () => {} };
  await expect(planTraining({ ...job, deviceAsked: true }, planHooks)).rejects.toMatchObject(refusal);
  const fallback = { from: missing, to: 'cpu', reason: 'failed' };
  expect(await planTraining(job, planHooks)).toMatchObject({ device: 'cpu', deviceFallback: fallback });
  expect(await train(job, hooks)).toMatchObject({ device: 'cpu' });
  expect(events.filter(({ kind }) => kind === 'device-fallback')).toMatchObject([fallback]);
});

test.skipIf(software === undefined)(
  `a device lost in the middle ${software === undefined ? noSwiftShader : ''}`.trim(),
  () => {
    const runs = 2;
    const job = plant.job('lost', { settings: { epochs: 1, checkpointEverySteps: 2 } });
    const task: LostDeviceTask = {
      modelDirectory,
      provenDirectory: goldenPath('qwen3'),
      adapterDirectory: goldenPath('qwen3', 'lora_final'),
      answeringAdapter: adapterDirectory,
      runs,
      // Two steps, a checkpoint, a third step, and the gradients of the fourth.
      trainRuns: 2 * 3 + 1 + 3 + 1,
      train: { ...job, device: 'webgpu', steps: 4 },
    };
    const script = join(import.meta.dirname, 'lost-device-child.ts');
    const env = { ...process.env, ...software?.environment };
    const child = spawnSync(process.execPath, [script, JSON.stringify(task)], { env, encoding: 'utf8' });
    expect(child.status, child.stderr.slice(-2000)).toBe(0);
    const report = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as LostDeviceReport;
    expect(report.lost.deviceFallback).toMatchObject({
      from: 'webgpu',
      to: 'cpu',
      detail: expect.stringContaining('lost') as string,
    });
    expect(report.lost.rows).toEqual(report.cpu.rows);
    // Base and adapter, and the two small graphs by which the cache lies on the device.
    expect(report.sessionsOnGpu).toEqual([4, 0]);
    // Base and adapter are compared bit for bit, so neither side of a proof may come from the GPU once it was lost.
    const { device, deviceFallback, baseProbe, adapterProbe } = report.proof;
    expect(deviceFallback).toMatchObject({ from: 'webgpu', to: 'cpu' });
    const { baseProbe: cpuBase, adapterProbe: cpuAdapter } = report.cpuProof;
    expect({ device, baseProbe, adapterProbe }).toEqual({
      device: 'cpu',
      baseProbe: cpuBase,
      adapterProbe: cpuAdapter,
    });
    const fallback = report.events.find(({ kind }) => kind === 'device-fallback');
    console.info(JSON.stringify(fallback));
    expect(fallback).toMatchObject({ from: 'webgpu', to: 'cpu', step: 2 });
    // What the GPU had learned since the checkpoint went with it, and was learned again.
    const steps = report.events.flatMap((event) => (event.kind === 'step' ? event : []));
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 3, 4]);
    expect(steps[3]!.loss / steps[2]!.loss).toBeCloseTo(1, 4);
    const prepared = report.events.flatMap((event) => (event.kind === 'prepared' ? event : []));
    expect(prepared.map(({ resumedAtStep, device }) => [resumedAtStep, device])).toEqual([
      [0, 'webgpu'],
      [2, 'cpu'],
    ]);
    expect(report.device).toBe('cpu');
  },
);
