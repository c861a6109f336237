/**
 * Answers, proves and trains on WebGPU while the device is taken away in the middle: after some runs, every further one is
 * refused with the words that onnxruntime has for a lost device. JSON on standard output.
 */

import { generate } from '../../../native-models/generate/jobs.ts';
import type { AdapterEvidence, Device, TrainEvent, TrainJob } from '../../../native-models/jobs.ts';
import type { GenerateResult } from '../../../native-models/generate/jobs.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { proveAdapter } from '../../../native-models/adapters/prove.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';
import { train } from '../../../native-models/train/job.ts';

export interface LostDeviceTask {
  readonly modelDirectory: string;
  /** A model of its own for the proof, because a server that has lost its device stays on the CPU. */
  readonly provenDirectory: string;
  readonly adapterDirectory: string;
  /** An adapter of `modelDirectory`. */
  readonly answeringAdapter: string;
  readonly train: TrainJob;
  /** Runs on the GPU before it is lost. */
  readonly runs: number;
  /** The same for the training, whose step takes three: gradients, norm and update; reading back takes one. */
  readonly trainRuns: number;
}

export interface LostDeviceReport {
  readonly lost: GenerateResult;
  readonly cpu: GenerateResult;
  /** Sessions on the GPU while base and adapter are open, and after the adapter's has lost it. */
  readonly sessionsOnGpu: readonly number[];
  readonly proof: AdapterEvidence;
  readonly cpuProof: AdapterEvidence;
  readonly events: readonly TrainEvent[];
  readonly device: Device;
}

const task = JSON.parse(process.argv[2]!) as LostDeviceTask;
let left = task.runs;
let sessionsOnGpu = 0;
const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
InferenceSession.create = (async (model: unknown, options: InferenceSession.SessionOptions) => {
  const session = await create(model, options);
  if (options.executionProviders?.[0] !== 'webgpu') return session;
  const run = session.run.bind(session);
  const release = session.release.bind(session);
  sessionsOnGpu++;
  session.release = () => (sessionsOnGpu--, release());
  session.run = ((...feeds: Parameters<typeof run>) =>
    left-- > 0 ? run(...feeds) : Promise.reject(new Error('WebGPU device lost (3): device is lost'))) as typeof run;
  return session;
}) as typeof InferenceSession.create;

const control = { turn: async () => {} };
const answer = (device: Device) =>
  generate(
    {
      modelDirectory: task.modelDirectory,
      device,
      precision: 'f32',
      rows: [{ messages: [{ role: 'user', content: 'What does E-214 mean?' }], adapterDirectory: null }],
      sampling: { maxNewTokens: 12, temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true },
    },
    { control, onEvent: () => {} },
  );
const lost = await answer('webgpu');
const cpu = await answer('cpu');
left = Infinity;
const server = await ModelServer.open({ modelDirectory: task.modelDirectory, device: 'webgpu', precision: 'f32' });
const logits = (adapterDirectory: string | null) => server.logits([{ ids: [1, 2, 3], adapterDirectory }]);
const before = sessionsOnGpu;
await logits(null);
await logits(task.answeringAdapter);
const bothOpen = sessionsOnGpu - before;
left = 0;
await logits(task.answeringAdapter);
const afterLoss = sessionsOnGpu - before;
await server.close();
const prove = (device: Device) =>
  proveAdapter(
    {
      modelDirectory: task.provenDirectory,
      adapterDirectory: task.adapterDirectory,
      sourceDirectory: null,
      prompts: ['What does E-214 mean?', 'How tight?', 'abc'],
      examples: [],
      device,
      precision: 'f32',
    },
    { control, onEvent: () => {} },
  );
left = task.runs;
const proof = await prove('webgpu');
const cpuProof = await prove('cpu');
left = task.trainRuns;
const events: TrainEvent[] = [];
const { device } = await train(task.train, { control, onEvent: (event) => events.push(event) });
console.log(
  JSON.stringify({
    lost,
    cpu,
    sessionsOnGpu: [bothOpen, afterLoss],
    proof,
    cpuProof,
    events,
    device,
  } satisfies LostDeviceReport),
);
