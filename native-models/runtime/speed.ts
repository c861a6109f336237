/** How fast this machine multiplies matrices: what bounds a training. */

import type { Device } from '../jobs.ts';
import { Graph } from '../graph/graph.ts';
import { gemm } from '../ops/index.ts';
import { openSession } from './session.ts';
import { floatTensor } from './tensor.ts';

/** A product large enough to be typical of a model's layers and small enough to take milliseconds. */
const [rows, size] = [256, 1024];
const warmUpRuns = 2;
const measuredRuns = 5;

const known = new Map<Device, Promise<number>>();

/** Operations a second (a multiplication and an addition count as two), measured once for each device. Raises `device-unavailable`. */
export function productSpeed(device: Device): Promise<number> {
  const earlier = known.get(device);
  if (earlier !== undefined) return earlier;
  const result = measure(device);
  known.set(device, result);
  result.catch(() => known.delete(device));
  return result;
}

async function measure(device: Device): Promise<number> {
  const graph = new Graph('speed');
  const input = graph.input('input', 'float32', [rows, size]);
  const weight = graph.constant('weight', 'float32', [size, size], new Float32Array(size * size).fill(0.5));
  graph.output('output', gemm(input, weight, { transposeRight: true }));
  const session = await openSession(graph, { device });
  const feeds = { input: floatTensor(new Float32Array(rows * size).fill(0.1), [rows, size]) };
  let seconds = Infinity;
  try {
    for (let run = 0; run < warmUpRuns + measuredRuns; run++) {
      const started = performance.now();
      await session.run(feeds);
      if (run >= warmUpRuns) seconds = Math.min(seconds, (performance.now() - started) / 1000);
    }
  } finally {
    await session.close();
  }
  return (2 * rows * size * size) / seconds;
}
