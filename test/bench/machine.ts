/** What the machine itself can do, measured in the same run: the yardsticks for everything else. */

import { Graph } from '../../native-models/graph/graph.ts';
import type { Device } from '../../native-models/jobs.ts';
import { gemm } from '../../native-models/ops/index.ts';
import { openSession } from '../../native-models/runtime/session.ts';
import { floatTensor } from '../../native-models/runtime/tensor.ts';
import { alternate } from './measure.ts';

const floatBytes = 4;

/** Products that one run computes, so that the call itself and its output do not count. */
const products = 8;

/** Runs of rows (rows, side) times a frozen weight (side, side), stored (out, in) as Hugging Face does, again and again. */
async function openProducts(device: Device, rows: number, side: number) {
  const graph = new Graph('products');
  const input = graph.input('input', 'float32', [rows, side]);
  const data = Float32Array.from({ length: side * side }, (_, index) => (index % 13) / 13 - 0.5);
  const weight = graph.constant('weight', 'float32', [side, side], data);
  let output = input;
  for (let product = 0; product < products; product++) output = gemm(output, weight, { transposeRight: true });
  graph.output('output', output);
  const session = await openSession(graph, { device });
  const feeds = { input: floatTensor(new Float32Array(rows * side).fill(0.1), [rows, side]) };
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
  const large = await openProducts(device, side, side);
  const narrow = await openProducts(device, 1, tall);
  const [from, to] = [new Float32Array(2 ** 25).fill(1), new Float32Array(2 ** 25)];
  const timings = await alternate({
    large: () => large.run(),
    narrow: () => narrow.run(),
    copy: () => to.set(from),
  });
  await large.close();
  await narrow.close();
  return {
    gemm: (products * 2 * side ** 3) / timings.large.median / 1e9,
    weights: (products * tall * tall * floatBytes) / timings.narrow.median / 1e9,
    copy: (2 * from.byteLength) / timings.copy.median / 1e9,
  };
}
