/** A linear regression as a training step: the smallest thing that both optimizers can be compared on. */

import { gradients } from '../../../native-models/autodiff/gradients.ts';
import { Graph } from '../../../native-models/graph/graph.ts';
import type { Device } from '../../../native-models/jobs.ts';
import { add, matmul, multiply, subtract, sumAll } from '../../../native-models/ops/index.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession, type Session } from '../../../native-models/runtime/session.ts';
import { floatTensor } from '../../../native-models/runtime/tensor.ts';
import { createParameter, defaultAdamW, type Parameter } from '../../../native-models/train/adamw.ts';
import { DeviceOptimizer, gradientOutputs } from '../../../native-models/train/device-optimizer.ts';
import { gradientOutput, lossOutput } from '../../../native-models/train/graph.ts';
import { MemoryOptimizer, type Optimizer, type OptimizerSettings } from '../../../native-models/train/optimizer.ts';
import type { Feeds } from '../../../native-models/train/step.ts';

export const settings: OptimizerSettings = { adamW: { ...defaultAdamW, weightDecay: 0.1 }, clipNorm: 1 };

/** `size` inputs and outputs; weights that decay and a bias that does not. */
export function regression(size: number) {
  const random = new Random(3, 'regression');
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.fraction() - 0.5);
  const graph = new Graph('regression');
  const x = graph.input('x', 'float32', ['rows', size]);
  const weight = graph.input('weight', 'float32', [size, size]);
  const bias = graph.input('bias', 'float32', [size]);
  const difference = subtract(add(matmul(x, weight), bias), graph.input('y', 'float32', ['rows', size]));
  const loss = sumAll(multiply(difference, difference));
  graph.output(lossOutput, loss);
  gradients(loss, [weight, bias]).forEach((gradient, index) =>
    graph.output(gradientOutput(['weight', 'bias'][index]!), gradient),
  );
  const parameters: readonly Parameter[] = [
    createParameter('weight', [size, size], numbers(size * size)),
    createParameter('bias', [size], numbers(size), false),
  ];
  const rows = (count: number): Feeds => ({
    x: floatTensor(numbers(count * size), [count, size]),
    y: floatTensor(numbers(count * size), [count, size]),
  });
  return { graph, parameters, rows };
}

/** Either optimizer on the device, `DeviceOptimizer` with everything that stays there. Closes what it opened. */
export async function withOptimizer<Result>(
  kind: 'memory' | 'device',
  { graph, parameters, externalFolder }: { graph: Graph; parameters: readonly Parameter[]; externalFolder?: string },
  device: Device,
  use: (optimizer: Optimizer) => Promise<Result>,
  own = settings,
): Promise<Result> {
  const opened: Session[] = [];
  const open = async (each: Graph, outputsOnDevice?: readonly string[]): Promise<Session> => {
    const session = await openSession(each, { device, outputsOnDevice, ...(externalFolder ? { externalFolder } : {}) });
    opened.push(session);
    return session;
  };
  try {
    if (kind === 'memory') return await use(new MemoryOptimizer(await open(graph), parameters, own));
    return await use(await DeviceOptimizer.open(await open(graph, gradientOutputs(parameters)), parameters, own, open));
  } finally {
    for (const session of opened) await session.close();
  }
}

export const noTurn = async (): Promise<void> => {};

/**
 * Ruins the values with an update far too large, once before any other and once later, and takes it back both times.
 * Reads back after every update, as checkpoints may.
 * @returns whether the loss was finite, and the weights after each update or taking back
 */
export async function ruinTwice(device: Device) {
  const problem = regression(8);
  const runs = [problem.rows(4)];
  const weights: (readonly number[])[] = [[...problem.parameters[0]!.values]];
  const finite: boolean[] = [];
  await withOptimizer('device', problem, device, async (optimizer) => {
    for (const [index, learningRate] of [1e25, 0, 0.01, 0.01, 1e25, 0].entries()) {
      const { loss, norm } = await optimizer.computeGradients(runs, noTurn);
      finite.push(Number.isFinite(loss) && Number.isFinite(norm));
      if (finite.at(-1)) await optimizer.update(index + 1, learningRate);
      else optimizer.takeBack();
      await optimizer.readBack();
      weights.push([...problem.parameters[0]!.values]);
    }
  });
  return { finite, weights };
}
