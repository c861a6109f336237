/** Devices that are not there, on the machine that runs this: none computes on the CPU in another's name. */

import { expect, test } from 'vitest';
import { Graph } from '../../../native-models/graph/graph.ts';
import type { Device, DeviceFallback } from '../../../native-models/jobs.ts';
import { probeDevice } from '../../../native-models/machine/probe.ts';
import { add } from '../../../native-models/ops/index.ts';
import { openWithFallback } from '../../../native-models/runtime/fallback.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';

/** DirectML is Windows' own, so nowhere else; on Windows CUDA is the one that is not in the package. */
const missing: Device = process.platform === 'win32' ? 'cuda' : 'dml';

function sumGraph(): Graph {
  const graph = new Graph('sum');
  const value = graph.input('value', 'float32', [2]);
  graph.output('sum', add(value, value));
  return graph;
}

test('a session on a device that is not there is refused', async () => {
  await expect(openSession(sumGraph(), { device: missing })).rejects.toMatchObject({ code: 'device-unavailable' });
});

test('the proof of a device that is not there fails with a reason', async () => {
  const check = await probeDevice({ device: missing });
  expect(check).toMatchObject({ device: missing, verdict: 'failed', gigaflops: null, difference: null });
  expect(check.failure).toMatch(/cannot be used/);
});

test('the CPU is right and has a speed', async () => {
  const { verdict, difference, gigaflops, largestBufferBytes } = await probeDevice({ device: 'cpu' });
  expect({ verdict, difference, largestBufferBytes }).toEqual({
    verdict: 'right',
    difference: 0,
    largestBufferBytes: null,
  });
  expect(gigaflops).toBeGreaterThan(0);
});

test('work that can go on continues on the CPU, and says so once', async () => {
  const fallbacks: DeviceFallback[] = [];
  const session = await openWithFallback(sumGraph(), { device: missing }, (fallback) => fallbacks.push(fallback));
  for (let run = 0; run < 2; run++) {
    const { sum } = await session.run({ value: floatTensor(Float32Array.of(1, 2), [2]) });
    expect([...floatsOf(sum)]).toEqual([2, 4]);
  }
  await session.close();
  // The graph has no weights: the largest thing it works on is what it is fed, two floats.
  expect(fallbacks).toMatchObject([{ from: missing, to: 'cpu', reason: 'failed', largestTensorBytes: 8 }]);
});
