/**
 * The proof of a device: a small training step with its update that must agree with the CPU, matrix products that say how
 * fast it is, and the largest tensor that it takes.
 * A broken driver can crash or hang the process, so whoever calls this does it in a process that may be lost.
 */

import type { Decoder } from '../architectures/decoder.ts';
import { decoderFromConfig, type ModelConfig } from '../architectures/index.ts';
import type { Device, DeviceCheck } from '../jobs.ts';
import { adapterShape } from '../lora/shape.ts';
import { newAdapter } from '../lora/training.ts';
import { type ModelFolder, parameterCount, readConfig } from '../models/model-folder.ts';
import { loraConfig } from '../peft/config.ts';
import type { BaseWeights } from '../quantize/base-weights.ts';
import { Random } from '../random.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor, type Tensors } from '../runtime/tensor.ts';
import { adamWGraph, momentNames, next } from '../train/adamw-graph.ts';
import { adamWFactors, adamWStep, createParameter, defaultAdamW, type Parameter } from '../train/adamw.ts';
import { batchFeeds } from '../train/batch.ts';
import { gradientOutput, loraTrainGraph } from '../train/graph.ts';
import { computeGradients, parameterFeeds } from '../train/step.ts';
import { folderFiles } from '../weights/folder-files.ts';
import { largestBuffer } from './largest-buffer.ts';
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

const provenLayers = 2;
const provenVocabulary = 320;
const provenTokens = [40, 27];
/** Weights of a slice at most: they are drawn, and held several times over. */
const mostWeights = 100e6;

export interface ProbeDeviceJob {
  readonly device: Device;
  /** A model of whose family and width the proof is; left out: a small Llama. */
  readonly modelDirectory?: string | undefined;
}

/** Whether a device trains like the CPU, its speed, and its largest buffer. Does not throw: a device that fails is a finding. */
export async function probeDevice({ device, modelDirectory }: ProbeDeviceJob): Promise<DeviceCheck> {
  const { isReference } = capabilitiesOf(device);
  try {
    const config = isReference || modelDirectory === undefined ? tinyModel : await sliceOf(modelDirectory);
    const difference = isReference ? 0 : differenceOf(await step(device, config), await step('cpu', config));
    const right = difference <= deviceTolerance;
    return {
      device,
      verdict: right ? 'right' : 'wrong',
      difference,
      gigaflops: right ? await matrixSpeed(device) : null,
      // Last, because a device may be lost over it.
      largestBufferBytes: right && !isReference ? await largestBuffer(device) : null,
      failure: null,
    };
  } catch (error) {
    const failure = plainReason(error as Error);
    return { device, verdict: 'failed', difference: null, gigaflops: null, largestBufferBytes: null, failure };
  }
}

/** Two layers of a model with few tokens; where they are too wide, with a narrower feed-forward, or the small Llama. */
async function sliceOf(directory: string): Promise<ModelConfig> {
  const cut = (config: ModelConfig, width?: number): ModelConfig => {
    const { layer_types: types, text_config: inner } = config as { layer_types?: unknown; text_config?: ModelConfig };
    return {
      ...config,
      ...(inner ? { text_config: cut(inner, width) } : {}),
      ...(Array.isArray(types) ? { layer_types: types.slice(0, provenLayers) } : {}),
      ...(width === undefined ? {} : { intermediate_size: width, n_inner: width }),
      num_hidden_layers: provenLayers,
      n_layer: provenLayers,
      vocab_size: provenVocabulary,
    };
  };
  const config = await readConfig(folderFiles(directory));
  for (const width of [undefined, decoderFromConfig(cut(config)).hiddenSize]) {
    const slice = cut(config, width);
    if (parameterCount(decoderFromConfig(slice)) <= mostWeights) return slice;
  }
  return tinyModel;
}

/** The runtime's last sentence: what stands before it is its own source code. */
function plainReason({ message }: Error): string {
  const lines = message.split('\n').map((line) => line.trim());
  const [first = 'unknown'] = lines.filter((line) => line.length > 1);
  return first.split(' was false. ').at(-1)!;
}

/** What a training step gives: its loss, the gradients of the adapter, and its values and moments after the update. */
interface Step {
  readonly loss: number;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** One batch through a frozen base with an adapter on every linear layer, and one update that is not its first. */
async function step(device: Device, config: ModelConfig): Promise<Step> {
  const decoder = decoderFromConfig(config);
  const shape = adapterShape(decoder, loraConfig({ r: 8, lora_alpha: 16, target_modules: 'all-linear' }));
  const random = new Random(1, 'device');
  // Drawing a hundred million numbers would take longer than the step.
  const drawn = Float32Array.from({ length: 65_521 }, () => random.fraction() - 0.5);
  const noise = (size: number, scale: number, start: number): Float32Array =>
    Float32Array.from({ length: size }, (_, index) => drawn[(index + start) % drawn.length]! * scale);
  const parameters = newAdapter(shape, 1, () => new Float32Array()).map(({ name, shape: size, values }, index) => {
    const parameter = createParameter(
      name,
      size,
      values.map((value) => (value === 0 ? drawn[index]! * 0.02 : value)),
    );
    parameter.firstMoment.set(noise(values.length, 1e-3, index));
    parameter.secondMoment.set(noise(values.length, 1e-3, index + 7).map((value) => value * value + 1e-8));
    return parameter;
  });
  const texts = provenTokens.map((length) => {
    const ids = Array.from({ length }, () => Math.floor(random.fraction() * decoder.vocabularySize));
    return [{ ids, labels: ids }];
  });
  const positions = Math.max(...provenTokens);
  const base = drawnWeights(decoder, noise);
  const graph = loraTrainGraph(drawnModel(decoder, config), shape, { positions, base, device });
  const session = await openSession(graph, { device });
  try {
    const trained = texts.flat().reduce((sum, { ids }) => sum + ids.length - 1, 0);
    const { loss, byParameter } = await computeGradients(session, parameters, [batchFeeds(texts, 1 / trained)]);
    return { loss, tensors: new Map([...byParameter, ...(await updated(device, parameters, byParameter))]) };
  } finally {
    await session.close();
  }
}

/** Weights as wide as their model's, so that activations stay near 1. */
function drawnWeights(
  decoder: Decoder,
  noise: (size: number, scale: number, start: number) => Float32Array,
): BaseWeights {
  const places = [...decoder.weightShapes.keys()];
  return {
    externalFolder: '',
    ownFolder: false,
    byteLength: 0,
    declare: (graph) => {
      const known = new Map<string, ReturnType<typeof graph.constant>>();
      const weight = (name: string) => {
        const shape = decoder.weightShapes.get(name)!;
        const size = shape.reduce((product, dimension) => product * dimension, 1);
        const isVector = shape.length === 1;
        const data = noise(size, isVector ? 0.1 : 3 / Math.sqrt(decoder.hiddenSize), places.indexOf(name) * 101);
        const isNorm = isVector && !name.endsWith('.bias');
        return graph.constant(name, 'float32', shape, isNorm ? data.map((value) => value + 1) : data);
      };
      return {
        weight(name) {
          const value = known.get(name) ?? weight(name);
          known.set(name, value);
          return value;
        },
      };
    },
  };
}

/** A folder in name only: the base's weights come from elsewhere. */
const drawnModel = (decoder: Decoder, config: ModelConfig): ModelFolder => ({
  directory: '',
  name: 'device',
  config,
  decoder,
  weights: { files: [], tensors: new Map() } as unknown as ModelFolder['weights'],
  parameters: parameterCount(decoder),
});

/** Values and moments after the third update, in memory or as a graph on the device. */
async function updated(
  device: Device,
  parameters: readonly Parameter[],
  gradients: ReadonlyMap<string, Float32Array>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const settings = { ...defaultAdamW, weightDecay: 0.1 };
  const [number, rate] = [3, 1e-2];
  if (capabilitiesOf(device).isReference) {
    for (const parameter of parameters) adamWStep(parameter, gradients.get(parameter.name)!, number, rate, 1, settings);
    return new Map(
      parameters.flatMap(({ name, values, firstMoment, secondMoment }) => {
        const [first, second] = momentNames(name);
        return [
          [next(name), values],
          [next(first), firstMoment],
          [next(second), secondMoment],
        ] as const;
      }),
    );
  }
  const session = await openSession(adamWGraph(parameters, settings), { device });
  try {
    const moments = parameters.flatMap(({ name, shape, firstMoment, secondMoment }) => {
      const [first, second] = momentNames(name);
      return [
        [first, floatTensor(firstMoment, shape)],
        [second, floatTensor(secondMoment, shape)],
        [gradientOutput(name), floatTensor(gradients.get(name)!, shape)],
      ] as const;
    });
    const factors = Object.entries({ ...adamWFactors(number, rate, settings), clipFactor: 1 });
    const feeds: Tensors = {
      ...parameterFeeds(parameters),
      ...Object.fromEntries(moments),
      ...Object.fromEntries(factors.map(([name, value]) => [name, floatTensor(Float32Array.of(value), [])])),
    };
    const outputs = Object.entries(await session.run(feeds));
    return new Map(outputs.map(([name, tensor]) => [name, floatsOf(tensor)]));
  } finally {
    await session.close();
  }
}

/** The largest relative difference of loss and of any tensor (Euclidean norms); infinite where a number is not finite. */
function differenceOf(found: Step, expected: Step): number {
  let largest = Math.abs(found.loss / expected.loss - 1);
  for (const [name, right] of expected.tensors) {
    const [distance, length] = [norm(right, found.tensors.get(name)), norm(right)];
    largest = Math.max(largest, distance / length);
  }
  return Number.isFinite(largest) ? largest : Infinity;
}

/** Euclidean norm of an array, or of its distance to another. */
function norm(values: Float32Array, other?: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index]! - (other?.[index] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
