/** How fast a device multiplies matrices: what bounds a training. */

import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { matmul, sumAll } from '../ops/index.ts';
import { Random } from '../random.ts';
import { openSession } from './session.ts';
import { floatTensor } from './tensor.ts';

/** Devices differ in how they warm up and when they sleep, so the best of several products counts. */
const productMilliseconds = 400;
/** Sizes of the square matrices, from what a software driver can do to what a large GPU needs. */
const productSizes = [256, 1024, 2048];
/** A product that is over sooner mostly measures the way to the device and back. */
const tooShortMilliseconds = 15;

const known = new Map<Device, Promise<number>>();

/** Billions of floating-point operations a second in products of square matrices, measured once. Raises `device-unavailable`. */
export function matrixSpeed(device: Device): Promise<number> {
  const earlier = known.get(device);
  if (earlier !== undefined) return earlier;
  const result = measure(device);
  known.set(device, result);
  result.catch(() => known.delete(device));
  return result;
}

async function measure(device: Device): Promise<number> {
  let gigaflops = 0;
  for (const size of productSizes) {
    const seconds = await productSeconds(device, size);
    gigaflops = Math.max(gigaflops, (2 * size ** 3) / seconds / 1e9);
    if (seconds * 1000 > tooShortMilliseconds) break;
  }
  return gigaflops;
}

/** The shortest of as many products as the time allows. Only one number comes back, so the way home costs nothing. */
async function productSeconds(device: Device, size: number): Promise<number> {
  const graph = new Graph('matrix_product');
  const left = graph.input('left', 'float32', [size, size]);
  const random = new Random(1, 'product');
  const right = Float32Array.from({ length: size * size }, () => random.fraction() - 0.5);
  graph.output('sum', sumAll(matmul(left, graph.constant('right', 'float32', [size, size], right))));
  const session = await openSession(graph, { device });
  try {
    const feeds = { left: floatTensor(right, [size, size]) };
    let shortest = Infinity;
    for (let spent = 0, runs = 0; runs < 2 || spent < productMilliseconds; runs++) {
      const started = performance.now();
      await session.run(feeds);
      const milliseconds = performance.now() - started;
      spent += milliseconds;
      shortest = Math.min(shortest, milliseconds);
    }
    return shortest / 1000;
  } finally {
    await session.close();
  }
}
