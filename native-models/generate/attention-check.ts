/**
 * How many tokens of a prompt a device may read at once. From 32 new tokens on, WebGPU's attention is another kernel, which
 * gives wrong numbers on some drivers (SwiftShader among them), while the one for fewer is right.
 */

import type { Decoder } from '../architectures/index.ts';
import { Graph } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { inPlaceAttention } from '../nn/attention.ts';
import { rotations } from '../nn/rope.ts';
import { split } from '../ops/index.ts';
import { Random } from '../random.ts';
import { openOnDevice } from '../runtime/fallback.ts';
import { floatsOf, floatTensor } from '../runtime/tensor.ts';
import { DeviceMemory } from './device-cache.ts';
import { lengthFeeds } from './text-cache.ts';

const mostWithShortKernel = 31;
/** Read at once, and again in parts that the kernel for few tokens reads. */
const [tokens, part] = [48, 16];
/** Of the largest number: rounding alone makes a millionth. */
const tolerance = 1e-3;

const known = new Map<string, Promise<boolean>>();

/** @param wanted tokens of a piece where the device computes long ones rightly */
export async function pieceTokensOn(decoder: Decoder, device: Device, wanted: number): Promise<number> {
  const { heads, keyValueHeads, headDim } = decoder;
  const key = [device, heads, keyValueHeads, headDim].join();
  const right = known.get(key) ?? agrees(decoder, device);
  known.set(key, right);
  // Where the device fails altogether, the CPU will read, in pieces of any size.
  return (await right.catch(() => known.delete(key))) ? wanted : Math.min(wanted, mostWithShortKernel);
}

/** Whether both kernels give the same numbers. */
async function agrees({ heads, keyValueHeads, headDim, ropes }: Decoder, device: Device): Promise<boolean> {
  const sizes = [heads, keyValueHeads, keyValueHeads].map((count) => count * headDim);
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const graph = new Graph('attention');
  const positions = graph.input('positions', 'int64', [1, 'tokens']);
  const cache = [1, keyValueHeads, 'room', headDim];
  const [queries, keys, values] = split(graph.input('projected', 'float32', ['tokens', width]), 1, sizes);
  const [rope] = ropes;
  const table = ['room', rope!.frequencies.length];
  const attention = inPlaceAttention({
    positions,
    lastKeys: graph.input('last_keys', 'int32', [1]),
    textLength: graph.input('text_length', 'int32', []),
    past: [{ keys: graph.input('keys', 'float32', cache), values: graph.input('values', 'float32', cache) }],
  });
  const rotary = { cosine: graph.input('cosine', 'float32', table), sine: graph.input('sine', 'float32', table) };
  const options = { layer: 0, heads, keyValueHeads, scoreScale: headDim ** -0.5, scoreCap: null, window: null, rotary };
  const { mixed, added } = attention({ queries: queries!, keys: keys!, values: values! }, options);
  graph.output('mixed', mixed);
  graph.output('present_keys', added!.keys);
  graph.output('present_values', added!.values);
  const memory = new DeviceMemory(device, (error) => {
    throw error;
  });
  const session = await openOnDevice(graph, { device });
  try {
    const random = new Random(1, 'attention');
    const projected = Float32Array.from({ length: tokens * width }, () => random.fraction() - 0.5);
    const { tensors } = await memory.empty(1, tokens, { keyValueHeads, headDim, layers: 1 });
    const [past, present] = [tensors[0]!, tensors[1]!];
    const { cosine, sine } = rotations(rope!, [...Array(tokens).keys()]);
    const run = async (start: number, end: number): Promise<Float32Array> => {
      const outputs = await session.run(
        {
          projected: floatTensor(projected.subarray(start * width, end * width), [end - start, width]),
          positions: { dataType: 'int64', shape: [1, end - start], data: new BigInt64Array(end - start) },
          ...lengthFeeds([start], [end - start]),
          cosine: floatTensor(cosine, [tokens, rope!.frequencies.length]),
          sine: floatTensor(sine, [tokens, rope!.frequencies.length]),
          keys: past,
          values: present,
        },
        { present_keys: past, present_values: present },
      );
      return floatsOf(outputs['mixed']);
    };
    const parts: number[] = [];
    for (let start = 0; start < tokens; start += part) parts.push(...(await run(start, start + part)));
    const whole = await run(0, tokens);
    const largest = Math.max(...parts.map(Math.abs));
    return parts.every((number, index) => Math.abs(whole[index]! - number) <= tolerance * largest);
  } finally {
    await session.close();
    await memory.close();
  }
}
