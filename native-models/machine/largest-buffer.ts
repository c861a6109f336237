/** How large a tensor a device takes in one piece: GPUs bind buffers up to a limit of their own, and say it nowhere. */

import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { availableMemory } from '../memory/available.ts';
import { multiply, reduceSum } from '../ops/index.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor } from '../runtime/tensor.ts';

/** What every WebGPU device binds: https://www.w3.org/TR/webgpu/#limits (maxStorageBufferBindingSize). */
const smallestBytes = 128 * 2 ** 20;
/** Shaders address 4 GiB. */
const largestBytes = 4 * 2 ** 30;
/** A software driver fills gigabytes for minutes; a GPU is done with all sizes sooner. */
const mostMilliseconds = 3_000;
const columns = 8192;
const rowBytes = columns * Float32Array.BYTES_PER_ELEMENT;

/**
 * Bytes of the largest tensor that a session on the device computed and read rightly: doubled until one fails, the time
 * is up, or the machine's own memory, which a driver may take it from, gets short. Null where not even the smallest worked.
 */
export async function largestBuffer(device: Device): Promise<number | null> {
  const graph = new Graph('large_buffer');
  const value = graph.input('value', 'float32', ['rows', 1]);
  graph.output('sums', reduceSum(multiply(value, graph.filled(columns, 1)), [1]));
  const session = await openSession(graph, { device });
  let largest: number | null = null;
  try {
    const started = performance.now();
    for (let bytes = smallestBytes; bytes <= largestBytes; bytes *= 2) {
      if (performance.now() - started > mostMilliseconds || bytes > availableMemory() / 2) break;
      // Limits are often a few bytes below a power of two.
      const rows = bytes / rowBytes - 1;
      const { sums } = await session.run({ value: floatTensor(new Float32Array(rows).fill(1), [rows, 1]) });
      if (floatsOf(sums).some((sum) => sum !== columns)) break;
      largest = rows * rowBytes;
    }
  } catch {
    // The first that fails is what was looked for.
  } finally {
    // A device that was lost over it may not even let go.
    await session.close().catch(() => {});
  }
  return largest;
}
