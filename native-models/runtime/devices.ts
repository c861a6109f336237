/** Which devices onnxruntime offers here, and which one model work uses. */

import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import * as onnxruntime from './onnxruntime.ts';
import type { Device, DeviceReport } from '../jobs.ts';
import { Graph } from '../graph/graph.ts';
import { add } from '../ops/index.ts';
import { openSession, runtimeVersion } from './session.ts';
import { floatTensor } from './tensor.ts';

const descriptions: Readonly<Record<Device, string>> = {
  cuda: 'NVIDIA GPU (CUDA)',
  dml: 'GPU (DirectML)',
  webgpu: 'GPU (WebGPU)',
  cpu: 'CPU',
};

/** Devices that answer, each proven by a small computation: a provider that is listed may still not start. */
export async function describeDevices(): Promise<DeviceReport> {
  // Only what the base install carries: CUDA is an extra download that this version does not use.
  const bundled = new Set(
    onnxruntime
      .listSupportedBackends()
      .filter((backend) => backend.bundled)
      .map(({ name }) => name),
  );
  const available: DeviceReport['available'][number][] = [];
  const silent: string[] = [];
  for (const device of ['dml', 'webgpu', 'cpu'] as const) {
    if (!bundled.has(device)) continue;
    if (device === 'cpu' || (await tryDevice(device)) === undefined) {
      available.push({ device, description: descriptions[device] });
    } else silent.push(descriptions[device]);
  }
  // Training on a GPU is not yet proven on real machines, so the CPU is used even where a GPU answers.
  const chosen: Device = 'cpu';
  const answering = available.filter(({ device }) => device !== 'cpu').map(({ description }) => description);
  const reason =
    answering.length > 0
      ? `${answering.join(', ')} answers, but this version computes on the CPU.`
      : `No GPU answers${silent.length > 0 ? ` (tried: ${silent.join(', ')})` : ''}, so the CPU is used.`;
  return {
    available,
    chosen,
    reason,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCores: availableParallelism(),
    totalMemoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    onnxruntimeVersion: runtimeVersion,
  };
}

/** undefined where the device computes 1 + 1, otherwise the first line of why not. */
export async function tryDevice(device: Device): Promise<string | undefined> {
  const graph = new Graph('device_check');
  const value = graph.input('value', 'float32', [1]);
  graph.output('sum', add(value, value));
  try {
    const session = await openSession(graph, { device });
    try {
      const { sum } = await session.run({ value: floatTensor(Float32Array.of(1), [1]) });
      return sum?.data[0] === 2 ? undefined : 'it computes wrongly';
    } finally {
      await session.close();
    }
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'unknown';
  }
}
