/** How fast a device multiplies matrices: what bounds a training. */

import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { matmul, multiply, sumAll } from '../ops/index.ts';
import { Random } from '../random.ts';
import { openSession } from '../runtime/session.ts';
import { floatTensor } from '../runtime/tensor.ts';

/** Devices differ in how they warm up and when they sleep, so the best of several products counts. */
const productMilliseconds = 400;
/** Products of square matrices in one run, from what a software driver can do to what a large GPU needs. */
const work = [
  { size: 256, products: 1 },
  { size: 1024, products: 1 },
  { size: 2048, products: 1 },
  { size: 4096, products: 2 },
  { size: 4096, products: 16 },
];
/** A run that is over sooner mostly measures the way to the device and back. */
const tooShortMilliseconds = 50;

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
  for (const { size, products } of work) {
    const seconds = await runSeconds(device, size, products);
    gigaflops = Math.max(gigaflops, (2 * products * size ** 3) / seconds / 1e9);
    if (seconds * 1000 > tooShortMilliseconds) break;
  }
  return gigaflops;
}

/** The shortest of as many runs as the time allows. One number goes in and one comes back, so the way there costs nothing. */
async function runSeconds(device: Device, size: number, products: number): Promise<number> {
  const graph = new Graph('matrix_products');
  const factor = graph.input('factor', 'float32', []);
  const random = new Random(1, 'product');
  // Drawing millions of them would take longer than multiplying them.
  const drawn = Float32Array.from({ length: 4099 }, () => random.fraction() - 0.5);
  const right = Float32Array.from({ length: size * size }, (_, index) => drawn[index % drawn.length]!);
  const matrix = graph.constant('right', 'float32', [size, size], right);
  let value = multiply(matrix, factor);
  for (let count = 0; count < products; count++) value = matmul(value, matrix);
  graph.output('sum', sumAll(value));
  const session = await openSession(graph, { device });
  try {
    const feeds = { factor: floatTensor(Float32Array.of(0.5), []) };
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
