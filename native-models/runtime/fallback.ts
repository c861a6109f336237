/** A session on a GPU that goes on on the CPU where the GPU fails, and says so. */

import type { Graph } from '../graph/graph.ts';
import { bytesOf } from '../graph/liveness.ts';
import type { DeviceFallback } from '../jobs.ts';
import { isMemoryError, openSession, type Session, type SessionOptions } from './session.ts';

/** A buffer that the GPU refused, as Dawn (WebGPU) and Direct3D name it. */
const bufferTrouble = /invalid buffer|buffer size|binding size|createbuffer|out_of_device_memory|E_OUTOFMEMORY/i;

/**
 * Opens a session that outlives its device: where it cannot be opened, or a run fails (memory, a lost device, a buffer
 * that is too large), the same graph is opened on the CPU and computes from then on. Errors of the CPU itself are thrown.
 */
export async function openWithFallback(
  graph: Graph,
  options: SessionOptions,
  onFallback: (fallback: DeviceFallback) => void,
): Promise<Session> {
  if (options.device === 'cpu') return openSession(graph, options);
  const openCpu = async (error: unknown): Promise<Session> => {
    onFallback({ from: options.device, to: 'cpu', ...reasonOf(error, graph) });
    return openSession(graph, { ...options, device: 'cpu' });
  };
  let onCpu = false;
  let session = await openSession(graph, options).catch((error: unknown) => {
    onCpu = true;
    return openCpu(error);
  });
  return {
    async run(feeds) {
      if (onCpu) return session.run(feeds);
      try {
        return await session.run(feeds);
      } catch (error) {
        onCpu = true;
        // A lost device may not even let go.
        await session.close().catch(() => {});
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
  const weights = [...graph.externals.keys(), ...graph.constants.keys()];
  // Weights of 16 bits are widened.
  return Math.max(0, ...weights.map((value) => bytesOf({ ...value, dataType: 'float32' }, {})));
}
