/** A session on a GPU that continues on the CPU where the GPU fails, and says so. */

import { ModelError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { bytesOf } from '../graph/liveness.ts';
import type { DeviceFallback } from '../jobs.ts';
import { capabilitiesOf } from './capabilities.ts';
import { isMemoryError } from './memory-errors.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

/** A buffer that the GPU refused, as Dawn (WebGPU) and Direct3D name it. */
const bufferTrouble = /invalid buffer|buffer size|binding size|createbuffer|out_of_device_memory|E_OUTOFMEMORY/i;

/** A device that failed: whatever lay in its memory is lost. */
export class DeviceFailure extends Error {
  readonly fallback: DeviceFallback;

  constructor(fallback: DeviceFallback, cause: unknown) {
    super(`the work cannot continue on ${fallback.from}`, { cause });
    this.fallback = fallback;
  }
}

/** A device that was asked for by name and failed: nothing else computes in its place. */
export function refused({ from: device, detail: reason }: DeviceFallback, cause: unknown): ModelError {
  return new ModelError('device-unavailable', { device, reason }, { cause });
}

/** Opens a session that raises `DeviceFailure` for every error of a GPU, and those of the CPU as they are. */
export async function openOnDevice(graph: Graph, options: SessionOptions): Promise<Session> {
  const { device } = options;
  if (capabilitiesOf(device).isReference) return openSession(graph, options);
  const fail = (error: unknown): never => {
    throw new DeviceFailure({ from: device, to: 'cpu', ...reasonOf(error, graph) }, error);
  };
  const session = await openSession(graph, options).catch(fail);
  return {
    run: (feeds, into) => session.run(feeds, into).catch(fail),
    // A lost device may not even let go.
    close: () => session.close().catch(() => {}),
  };
}

/**
 * Opens a session that outlives its device: where it cannot be opened, or a run fails (memory, a lost device, a buffer
 * that is too large), the same graph is opened on the CPU and computes from then on. Errors of the CPU itself are thrown.
 */
export async function openWithFallback(
  graph: Graph,
  options: SessionOptions,
  onFallback: (fallback: DeviceFallback) => void,
): Promise<Session> {
  const openCpu = async (error: unknown): Promise<Session> => {
    if (!(error instanceof DeviceFailure)) throw error;
    onFallback(error.fallback);
    return openSession(graph, { ...options, device: 'cpu' });
  };
  let session = await openOnDevice(graph, options).catch(openCpu);
  return {
    async run(feeds) {
      try {
        return await session.run(feeds);
      } catch (error) {
        if (error instanceof DeviceFailure) await session.close();
        session = await openCpu(error);
        return session.run(feeds);
      }
    },
    close: () => session.close(),
  };
}

function reasonOf(error: unknown, graph: Graph): Pick<DeviceFallback, 'reason' | 'detail' | 'largestTensorBytes'> {
  const detail = (error as Error).message.trim();
  const reason = bufferTrouble.test(detail) ? 'buffer' : isMemoryError(error) ? 'memory' : 'failed';
  return { reason, detail, largestTensorBytes: largestWeight(graph) };
}

/** The embedding, as a rule: many GPUs take no more than 128 MiB to 1 GiB in one piece. */
function largestWeight(graph: Graph): number {
  // An optimizer's graphs are fed what they work on.
  const fed = graph.inputs.filter(({ shape }) => shape.every((dimension) => typeof dimension === 'number'));
  const weights = [...graph.externals.keys(), ...graph.constants.keys(), ...fed];
  // Weights of 16 bits are widened.
  return Math.max(0, ...weights.map((value) => bytesOf({ ...value, dataType: 'float32' }, {})));
}
