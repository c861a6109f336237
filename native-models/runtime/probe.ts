/**
 * The proof of a device: a small training step that must agree with the CPU, a matrix product that says how fast it is, and
 * the largest tensor that it takes.
 * A broken driver can crash or hang the process, so whoever calls this does it in a process that may be lost.
 */

import { decoderFromConfig, type ModelConfig } from '../architectures/index.ts';
import type { Device, DeviceCheck } from '../jobs.ts';
import { Random } from '../random.ts';
import { createParameter, type Parameter } from '../train/adamw.ts';
import { batchFeeds } from '../train/batch.ts';
import { fullTrainGraph } from '../train/graph.ts';
import { computeGradients, type Gradients } from '../train/step.ts';
import { largestBuffer } from './largest-buffer.ts';
import { openSession } from './session.ts';
import { matrixSpeed } from './speed.ts';

/** Largest relative difference from the CPU at which a device counts as right. */
export const deviceTolerance = 1e-3;

/** A Llama with everything that training needs and few numbers: grouped heads, rotary positions, a gated MLP, a head. */
const tinyModel: ModelConfig = {
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 320,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
};

/** Whether a device trains like the CPU, its speed, and its largest buffer. Does not throw: a device that fails is a finding. */
export async function probeDevice(device: Device): Promise<DeviceCheck> {
  try {
    const difference = device === 'cpu' ? 0 : differenceOf(await trainingStep(device), await trainingStep('cpu'));
    const right = difference <= deviceTolerance;
    return {
      device,
      verdict: right ? 'right' : 'wrong',
      difference,
      gigaflops: right ? await matrixSpeed(device) : null,
      // Last, because a device may be lost over it.
      largestBufferBytes: right && device !== 'cpu' ? await largestBuffer(device) : null,
      failure: null,
    };
  } catch (error) {
    const failure = plainReason(error as Error);
    return { device, verdict: 'failed', difference: null, gigaflops: null, largestBufferBytes: null, failure };
  }
}

/** The runtime's last sentence: what stands before it is its own source code. */
function plainReason({ message }: Error): string {
  const lines = message.split('\n').map((line) => line.trim());
  const [first = 'unknown'] = lines.filter((line) => line.length > 1);
  return first.split(' was false. ').at(-1)!;
}

/** Loss and the gradients of all weights of one batch. */
async function trainingStep(device: Device): Promise<Gradients> {
  const decoder = decoderFromConfig(tinyModel);
  const random = new Random(1, 'device');
  const parameters = [...decoder.weightShapes].map(([name, shape]): Parameter => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const values = Float32Array.from({ length: size }, () =>
      shape.length === 1 ? 1 + 0.1 * random.fraction() : 0.2 * (random.fraction() - 0.5),
    );
    return createParameter(name, shape, values);
  });
  const texts = [40, 27].map((length) => {
    const ids = Array.from({ length }, () => Math.floor(random.fraction() * decoder.vocabularySize));
    return [{ ids, labels: ids }];
  });
  const session = await openSession(fullTrainGraph(decoder, { positions: 64 }), { device });
  try {
    return await computeGradients(session, parameters, [batchFeeds(texts, 1 / 65)]);
  } finally {
    await session.close();
  }
}

/** The largest relative difference of loss and of any gradient (Euclidean norms); infinite where a number is not finite. */
function differenceOf(found: Gradients, expected: Gradients): number {
  let largest = Math.abs(found.loss / expected.loss - 1);
  for (const [name, right] of expected.byParameter) {
    const gradient = found.byParameter.get(name)!;
    const distance = Math.hypot(...pairs(gradient, right));
    largest = Math.max(largest, distance / Math.hypot(...right));
  }
  return Number.isFinite(largest) ? largest : Infinity;
}

const pairs = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, index) => value - b[index]!);
