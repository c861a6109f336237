/** Computes gradient checks and one reference model on WebGPU, in a process whose environment names the driver. Results are JSON lines. */

import { pieceTokensFor } from '../../../native-models/generate/decode.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import type { DeviceCheck } from '../../../native-models/jobs.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { probeDevice } from '../../../native-models/machine/probe.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { type GradientCheck, gradientCheckError } from '../autodiff/gradient-check.ts';
import { cpuOnlyOperators, operatorChecks } from '../autodiff/operator-checks.ts';
import { goldenAdapter, goldenFeeds, largestDifference, openGolden, relativeNorm } from '../goldens/golden.ts';

/** One line of the child. */
export type WebgpuMessage =
  | ({ readonly kind: 'device' } & Pick<DeviceCheck, 'verdict' | 'failure' | 'largestBufferBytes'>)
  | { readonly kind: 'operator'; readonly name: string; readonly error: number; readonly onCpu: boolean }
  /** The driver lacks what the operator needs (half precision). */
  | { readonly kind: 'unsupported'; readonly name: string; readonly reason: string }
  | { readonly kind: 'golden'; readonly loss: number; readonly gradients: number }
  | { readonly kind: 'answering'; readonly logits: number };

const say = (message: WebgpuMessage): void => console.log(JSON.stringify(message));

/** While set, a session is refused where onnxruntime would quietly compute part of it on the CPU. */
let gpuOnly = false;
const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
InferenceSession.create = ((model: unknown, options: InferenceSession.SessionOptions) => {
  const session = { ...(options.extra?.session as object), ...(gpuOnly ? { disable_cpu_ep_fallback: '1' } : {}) };
  return create(model, { ...options, extra: { session } });
}) as typeof InferenceSession.create;

const { verdict, failure, largestBufferBytes } = await probeDevice({ device: 'webgpu' });
say({ kind: 'device', verdict, failure, largestBufferBytes });
if (failure === null) {
  for (const [name, check] of Object.entries(operatorChecks)) {
    if (!cpuOnlyOperators.has(name)) say(await checkOperator(name, check));
  }
  say({ kind: 'golden', ...(await compareGolden()) });
  say({ kind: 'answering', logits: await compareAnswering() });
}

async function checkOperator(name: string, check: GradientCheck): Promise<WebgpuMessage> {
  for (gpuOnly of [true, false]) {
    try {
      const error = await gradientCheckError({ ...check, device: 'webgpu' });
      const onCpu = !gpuOnly;
      gpuOnly = false;
      return { kind: 'operator', name, error, onCpu };
    } catch (error) {
      const reason = (error as Error).message;
      if (/the device does not support it/.test(reason)) return { kind: 'unsupported', name, reason };
      if (!gpuOnly || !/assigned to the default CPU EP/.test(reason)) throw error;
    }
  }
  throw new Error('unreachable');
}

/** The reference model's first training step: how far loss and gradients are from the CPU's. */
async function compareGolden(): Promise<{ readonly loss: number; readonly gradients: number }> {
  const golden = await openGolden('llama');
  const { shape, parameters } = await goldenAdapter(golden, 'lora_init');
  const [gpu, cpu] = await Promise.all(
    (['webgpu', 'cpu'] as const).map(async (device) => {
      const graph = loraTrainGraph(golden.model, shape, { positions: 256, device });
      const session = await openSession(graph, { device, externalFolder: golden.directory });
      const gradients = await computeGradients(session, parameters, [goldenFeeds(golden)]);
      await session.close();
      return gradients;
    }),
  );
  const differences = parameters.map(({ name }) =>
    relativeNorm(gpu!.byParameter.get(name)!, cpu!.byParameter.get(name)!),
  );
  return {
    loss: Math.abs(gpu!.loss / golden.reference.lora_losses[0]! - 1),
    gradients: Math.max(...differences),
  };
}

/** A prompt of several pieces, longer than the sliding window: how far the logits behind it are from the CPU's in one run. */
async function compareAnswering(): Promise<number> {
  const { model, reference } = await openGolden('mistral-window');
  const prompt = reference.greedy_prompt_ids;
  const ids = Array.from({ length: pieceTokensFor('f32') + 20 }, (_, index) => prompt[index % prompt.length]!);
  const expected = floatsOf(await logitsOf(model, ids, null, 'cpu')).subarray(-model.decoder.vocabularySize);
  const server = await ModelServer.open({ modelDirectory: model.directory, device: 'webgpu', precision: 'f32' });
  const logits = await server.logits([{ ids, adapterDirectory: null }]);
  await server.close();
  if (server.deviceFallback) throw new Error(server.deviceFallback.detail);
  return largestDifference(logits, expected);
}
