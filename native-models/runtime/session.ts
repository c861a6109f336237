/** The only door to onnxruntime: a graph of ours becomes a session that can be run. */

import { ModelError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { verifyGraph } from '../graph/verify.ts';
import type { Device } from '../jobs.ts';
import { serializeGraph } from '../onnx/serialize.ts';
import { capabilitiesOf, providerOf } from './capabilities.ts';
import { gpuGraph } from './gpu-graph.ts';
import { isMemoryError } from './memory-errors.ts';
import * as onnxruntime from './onnxruntime.ts';
import { providerOptions } from './provider-options.ts';
import {
  type DeviceTensor,
  type DeviceTensors,
  int32Tensor,
  type Tensor,
  type TensorData,
  type Tensors,
} from './tensor.ts';
import { coreCount } from './threads.ts';

export interface SessionOptions {
  readonly device: Device;
  /** Folder in which the files of external initializers lie. */
  readonly externalFolder?: string;
  /**
   * Keep external weights as mapped file pages instead of packed copies: loads at once and shares memory between
   * sessions, for a few percent of speed.
   */
  readonly mapped?: boolean;
  /**
   * Run the graph as it is written. Weights of 16 bits are then widened one after another in each run instead of all at
   * once and for good, so that one run needs no more memory than its largest weight.
   */
  readonly unoptimized?: boolean;
  /** Also write the graph with its weights as onnxruntime packs them: the model's path, and a file name beside it. */
  readonly savePacked?: { readonly model: string; readonly data: string } | undefined;
  /** Write what each kernel took into a file that begins so; it is complete once the session is closed. */
  readonly profile?: string | undefined;
  /** Outputs that stay in the device's memory, as `DeviceTensor`; only `webgpu` keeps any. */
  readonly outputsOnDevice?: readonly string[] | undefined;
}

export interface Session {
  /**
   * Runs the graph. Blocks the calling thread; only call it in the model process.
   * @param into outputs that are written where these tensors lie, which may be fed too; they are not handed back
   */
  run(feeds: Tensors, into?: DeviceTensors): Promise<Tensors>;
  /** Frees the session's memory, and what its runs left on the device. */
  close(): Promise<void>;
}

/** Version of the runtime, kept with every adapter. */
export const runtimeVersion: string = onnxruntime.env.versions.node ?? onnxruntime.env.versions.common;

/** Makes a session. Throws `device-unavailable` or `memory-exhausted`-like errors as they come from onnxruntime. */
export async function openSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const own = capabilitiesOf(options.device).gpuForm ? gpuGraph(graph) : graph;
  verifyGraph(own);
  const session = await create(serializeGraph(own), options);
  const onDevice = new Set<DeviceTensor>();
  return {
    async run(feeds, into = {}) {
      const wanted = Object.fromEntries(
        session.outputNames.map((name) => [name, into[name] ? wrapped(into[name], options.device) : null]),
      );
      const outputs = Object.entries(await session.run(wrappedAll(feeds, options.device), wanted));
      return Object.fromEntries(
        outputs
          .filter(([name]) => !into[name])
          .map(([name, value]) => [
            name,
            value.location === 'gpu-buffer' ? deviceTensor(value, onDevice) : tensorOf(value),
          ]),
      );
    },
    close() {
      // One that outlived the last session on its device would end the process when it is freed or used.
      for (const tensor of onDevice) tensor.release();
      if (options.profile !== undefined) session.endProfiling();
      return session.release();
    },
  };
}

const tensorOf = (value: onnxruntime.Tensor): Tensor => ({
  dataType: value.type as Tensor['dataType'],
  shape: value.dims,
  data: value.data as TensorData,
});

/** @param onDevice those of a session that are not released yet */
function deviceTensor(value: onnxruntime.Tensor, onDevice: Set<DeviceTensor>): DeviceTensor {
  const tensor: DeviceTensor = {
    shape: value.dims,
    get released() {
      return !onDevice.has(tensor);
    },
    release() {
      if (!onDevice.delete(tensor)) return;
      known.delete(tensor);
      value.dispose();
    },
  };
  onDevice.add(tensor);
  known.set(tensor, value);
  return tensor;
}

/** Making onnxruntime's own tensors costs more than passing them, so those that are fed again are kept. */
const known = new WeakMap<Tensor | DeviceTensor, onnxruntime.Tensor>();

function wrapped(tensor: Tensor | DeviceTensor, device: Device): onnxruntime.Tensor {
  const earlier = known.get(tensor);
  if (!('data' in tensor)) {
    if (!earlier || !capabilitiesOf(device).keepsOutputs)
      throw new Error(`a tensor that is released or on another device, on ${device}`);
    return earlier;
  }
  if (earlier) return earlier;
  const { dataType, data, shape } = tensor;
  const made = new onnxruntime.Tensor(dataType as 'float32', data as Float32Array, shape);
  known.set(tensor, made);
  return made;
}

/** Whole numbers as WebGPU takes them (`withNarrowIndices`). */
const narrowed = new WeakMap<Tensor, Tensor>();

function narrow(tensor: Tensor): Tensor {
  const earlier = narrowed.get(tensor);
  if (earlier) return earlier;
  const made = int32Tensor(Array.from(tensor.data as BigInt64Array, Number), tensor.shape);
  narrowed.set(tensor, made);
  return made;
}

function wrappedAll(tensors: Tensors, device: Device): Record<string, onnxruntime.Tensor> {
  const { gpuForm } = capabilitiesOf(device);
  const all: Record<string, onnxruntime.Tensor> = {};
  for (const name in tensors) {
    const tensor = tensors[name]!;
    const isWide = gpuForm && 'data' in tensor && tensor.dataType === 'int64';
    all[name] = wrapped(isWide ? narrow(tensor) : tensor, device);
  }
  return all;
}

async function create(model: Uint8Array, options: SessionOptions): Promise<onnxruntime.InferenceSession> {
  const { device, externalFolder, mapped = false, unoptimized = false, savePacked, outputsOnDevice } = options;
  requireProvider(device);
  const { isReference, keepsOutputs } = capabilitiesOf(device);
  const intraOpNumThreads = coreCount();
  const session: Record<string, string> = {
    // Threads of a session that has just run would spin for another 10 ms or so, and hold up the next session's:
    // https://onnxruntime.ai/docs/performance/tune-performance/threading.html
    force_spinning_stop: '1',
    ...(externalFolder ? { model_external_initializers_file_folder_path: externalFolder } : {}),
    ...(mapped ? { disable_prepacking: '1' } : {}),
    ...(savePacked
      ? {
          save_external_prepacked_constant_initializers: '1',
          optimized_model_external_initializers_file_name: savePacked.data,
        }
      : {}),
  };
  try {
    return await onnxruntime.InferenceSession.create(model, {
      executionProviders: isReference ? ['cpu'] : [providerOptions(device), 'cpu'],
      graphOptimizationLevel: unoptimized ? 'disabled' : 'all',
      // A planned pattern would be a second copy of all activations beside the arena that the first run filled.
      enableMemPattern: false,
      ...(intraOpNumThreads === undefined ? {} : { intraOpNumThreads }),
      ...(savePacked ? { optimizedModelFilePath: savePacked.model } : {}),
      ...(keepsOutputs && outputsOnDevice
        ? { preferredOutputLocation: Object.fromEntries(outputsOnDevice.map((name) => [name, 'gpu-buffer' as const])) }
        : {}),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
      logSeverityLevel: 3,
      extra: { session },
    });
  } catch (error) {
    if (isReference || isMemoryError(error)) throw error;
    throw new ModelError('device-unavailable', { device, reason: (error as Error).message }, { cause: error });
  }
}

/** Without its provider, a device would be dropped from the list and the CPU used, and nobody would know. */
function requireProvider(device: Device): void {
  if (onnxruntime.listSupportedBackends().some(({ name }) => name === providerOf(device))) return;
  throw new ModelError('device-unavailable', { device, reason: 'this version of onnxruntime does not have it' });
}
