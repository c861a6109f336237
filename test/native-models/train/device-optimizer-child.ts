/** Trains on WebGPU with everything kept there, in a process whose environment names the driver. JSON on standard output. */

import { readFileSync } from 'node:fs';
import type { Device, TrainEvent, TrainJob } from '../../../native-models/jobs.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';
import { defaultAdamW } from '../../../native-models/train/adamw.ts';
import { batchFeeds, trainedTokens } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { train } from '../../../native-models/train/job.ts';
import { goldenAdapter, openGolden, relativeNorm } from '../goldens/golden.ts';
import { noTurn, regression, ruinTwice, withOptimizer } from './regression.ts';

export interface DeviceOptimizerReport {
  /** Largest differences, relative: losses and norms from PyTorch's, values and moments from the update in memory. */
  readonly golden: Readonly<Record<'losses' | 'norms' | 'parameters', number>>;
  readonly ruined: Awaited<ReturnType<typeof ruinTwice>>;
  readonly memory: {
    /** Tensors on the device at once. */
    readonly most: number;
    /** Once all sessions are closed. */
    readonly left: number;
    /** Of the process's own memory that the second thirty steps added. */
    readonly megabytes: number;
  };
  readonly job: {
    readonly cut: readonly StepLoss[];
    readonly resumed: readonly StepLoss[];
    readonly cpu: readonly StepLoss[];
    readonly validation: readonly number[];
    readonly cpuValidation: readonly number[];
  };
}

type StepLoss = Pick<Extract<TrainEvent, { kind: 'step' }>, 'step' | 'loss'>;

/** Tensors on the device that were made and not freed. */
const onDevice = { now: 0, most: 0 };
type Run = (...values: unknown[]) => Promise<InferenceSession.ReturnType>;
const { prototype } = InferenceSession as unknown as { readonly prototype: { run: Run } };
const run = prototype.run;
prototype.run = async function (...values) {
  const outputs = await run.apply(this, values);
  for (const tensor of Object.values(outputs)) {
    if (tensor.location !== 'gpu-buffer') continue;
    onDevice.most = Math.max(onDevice.most, ++onDevice.now);
    const dispose = tensor.dispose.bind(tensor);
    tensor.dispose = () => (onDevice.now--, dispose());
  }
  return outputs;
};

/** The reference model's first steps, with both texts as micro-batches of their own. */
async function goldenSteps(steps: number) {
  const golden = await openGolden('llama');
  const { reference, sequences } = golden;
  const trained = sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  const runs = sequences.map((sequence) => batchFeeds([[sequence]], 1 / trained));
  const { lr, weight_decay: weightDecay, max_grad_norm: clipNorm } = reference.optimizer;
  const settings = { adamW: { ...defaultAdamW, weightDecay }, clipNorm };
  let [losses, norms] = [0, 0];
  const results = [];
  for (const [kind, device] of [
    ['device', 'webgpu'],
    ['memory', 'cpu'],
  ] as const) {
    const { shape, parameters } = await goldenAdapter(golden, 'lora_init');
    const graph = loraTrainGraph(golden.model, shape, { positions: 256, device });
    const setup = { graph, parameters, externalFolder: golden.directory };
    const train = async (optimizer: Parameters<Parameters<typeof withOptimizer>[3]>[0]): Promise<void> => {
      for (const [index, expected] of reference.lora_losses.slice(0, steps).entries()) {
        const { loss, norm } = await optimizer.computeGradients(runs, noTurn);
        losses = Math.max(losses, Math.abs(loss / expected - 1));
        norms = Math.max(norms, Math.abs(norm / reference.lora_grad_norms[index]! - 1));
        await optimizer.update(index + 1, lr);
      }
      await optimizer.readBack();
    };
    await withOptimizer(kind, setup, device, train, settings);
    results.push(parameters);
  }
  const [gpu, cpu] = results;
  const differences = cpu!.flatMap((expected, index) =>
    (['values', 'firstMoment', 'secondMoment'] as const).map((part) =>
      relativeNorm(gpu![index]![part], expected[part]),
    ),
  );
  return { losses, norms, parameters: Math.max(...differences) };
}

/** Without mapped files, which the system may drop. SwiftShader keeps its buffers here, and is looked for on Linux alone. */
const ownBytes = (): number =>
  1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);

/** 256 KiB in every matrix, some ten of which a step leaves on the device: thirty steps that freed none would show. */
async function sixtySteps() {
  Object.assign(onDevice, { now: 0, most: 0 });
  const problem = regression(256);
  const runs = [problem.rows(2), problem.rows(2)];
  let [before, after] = [0, 0];
  await withOptimizer('device', problem, 'webgpu', async (optimizer) => {
    for (let step = 1; step <= 60; step++) {
      await optimizer.computeGradients(runs, noTurn);
      // Some steps end without an update.
      if (step % 5 > 0) await optimizer.update(step, 1e-3);
      if (step === 30) before = ownBytes();
    }
    after = ownBytes();
  });
  return { most: onDevice.most, left: onDevice.now, megabytes: (after - before) / 1e6 };
}

/** A run that its process loses after step three, the same one resumed, and the same one on the CPU. */
async function cutAndResumed(job: TrainJob): Promise<DeviceOptimizerReport['job']> {
  const events = async (
    device: Device,
    change: Partial<TrainJob>,
    lastStep: number,
  ): Promise<readonly TrainEvent[]> => {
    const seen: TrainEvent[] = [];
    const onEvent = (event: TrainEvent): void => {
      seen.push(event);
      if (event.kind === 'device-fallback') throw new Error(event.detail);
      if (event.kind === 'step' && event.step === lastStep) throw new Error('cut off');
    };
    await train({ ...job, device, ...change }, { control: { turn: noTurn }, onEvent }).catch((error: Error) => {
      if (error.message !== 'cut off') throw error;
    });
    return seen;
  };
  const stepsOf = (seen: readonly TrainEvent[]) =>
    seen.flatMap((event) => (event.kind === 'step' ? [{ step: event.step, loss: event.loss }] : []));
  const validationOf = (seen: readonly TrainEvent[]) =>
    seen.flatMap((event) => (event.kind === 'validation' ? [event.loss] : []));
  const cut = await events('webgpu', {}, 3);
  const resumed = await events('webgpu', { resume: true }, Infinity);
  const cpu = await events('cpu', { outputDirectory: `${job.outputDirectory}-cpu` }, Infinity);
  return {
    cut: stepsOf(cut),
    resumed: stepsOf(resumed),
    cpu: stepsOf(cpu),
    validation: [...validationOf(cut), ...validationOf(resumed)],
    cpuValidation: validationOf(cpu),
  };
}

const report: DeviceOptimizerReport = {
  memory: await sixtySteps(),
  ruined: await ruinTwice('webgpu'),
  golden: await goldenSteps(5),
  job: await cutAndResumed(JSON.parse(process.argv[2]!) as TrainJob),
};
console.log(JSON.stringify(report));
