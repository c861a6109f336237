/** What the machine itself can do, measured in the same run: the yardsticks for everything else. */

import { Graph } from '../../native-models/graph/graph.ts';
import type { Device } from '../../native-models/jobs.ts';
import { gemm } from '../../native-models/ops/index.ts';
import { openSession } from '../../native-models/runtime/session.ts';
import { floatTensor } from '../../native-models/runtime/tensor.ts';
import { alternate } from './measure.ts';

const floatBytes = 4;

/** Runs of rows × in × out with a frozen weight, stored (out, in) as Hugging Face does. */
async function openProduct(device: Device, rows: number, inputSize: number, outputSize: number) {
  const graph = new Graph('product');
  const input = graph.input('input', 'float32', [rows, inputSize]);
  const data = Float32Array.from({ length: outputSize * inputSize }, (_, index) => (index % 13) / 13 - 0.5);
  const weight = graph.constant('weight', 'float32', [outputSize, inputSize], data);
  graph.output('output', gemm(input, weight, { transposeRight: true }));
  const session = await openSession(graph, { device });
  const feeds = { input: floatTensor(new Float32Array(rows * inputSize).fill(0.1), [rows, inputSize]) };
  return { run: () => session.run(feeds), close: () => session.close() };
}

export interface MachineRates {
  /** f32 products of large matrices, GFLOP/s. */
  readonly gemm: number;
  /** Bytes of weights read once for one row, GB/s: what bounds decoding. */
  readonly weights: number;
  /** Bytes copied by one thread, read and written, GB/s. */
  readonly copy: number;
}

export async function machineRates(device: Device): Promise<MachineRates> {
  const side = 1024;
  const tall = 4096;
  const large = await openProduct(device, side, side, side);
  const narrow = await openProduct(device, 1, tall, tall);
  const [from, to] = [new Float32Array(2 ** 25).fill(1), new Float32Array(2 ** 25)];
  const timings = await alternate({
    // Several at once, so that the call itself does not count.
    large: async () => {
      for (let repeat = 0; repeat < 8; repeat++) await large.run();
    },
    narrow: async () => {
      for (let repeat = 0; repeat < 8; repeat++) await narrow.run();
    },
    copy: () => to.set(from),
  });
  await large.close();
  await narrow.close();
  return {
    gemm: (8 * 2 * side ** 3) / timings.large.median / 1e9,
    weights: (8 * tall * tall * floatBytes) / timings.narrow.median / 1e9,
    copy: (2 * from.byteLength) / timings.copy.median / 1e9,
  };
}
