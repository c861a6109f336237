/** Gradient check: our gradients against central finite differences of the same graph, run by onnxruntime. */

import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import type { Device } from '../../../native-models/jobs.ts';
import { multiply, sumAll } from '../../../native-models/ops/index.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor, type Tensor } from '../../../native-models/runtime/tensor.ts';
import { gradients } from '../../../native-models/autodiff/gradients.ts';

export interface GradientCheck {
  /** Differentiated inputs by name, with the values at which to check. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Other inputs (indices, positions). */
  readonly constants?: Readonly<Record<string, Tensor>>;
  /** Builds the computation under test; its output is weighted with fixed pseudo-random numbers and summed to a scalar. */
  readonly build: (inputs: Readonly<Record<string, Value>>, graph: Graph) => Value;
  readonly device?: Device;
  /** Step of the finite difference. */
  readonly step?: number;
  /** Largest error allowed where the operator rounds what it is given. */
  readonly tolerance?: number;
}

/** Largest difference between our gradient and the finite difference, relative to the largest gradient component. */
export async function gradientCheckError(check: GradientCheck): Promise<number> {
  const { parameters, constants = {}, device = 'cpu', step = 1e-2 } = check;
  const graph = new Graph('gradient_check');
  const inputs = Object.fromEntries(
    Object.entries({ ...parameters, ...constants }).map(([name, { dataType, shape }]) => [
      name,
      graph.input(name, dataType, shape),
    ]),
  );
  const result = check.build(inputs, graph);
  const size = (result.shape as readonly number[]).reduce((product, dimension) => product * dimension, 1);
  // Fixed weights of both signs, so that no component's gradient cancels against another's.
  const weights = Float32Array.from({ length: size }, (_, index) => Math.sin(index * 1.7 + 0.3));
  const loss = sumAll(
    multiply(result, graph.constant('weights', 'float32', result.shape as readonly number[], weights)),
  );
  const names = Object.keys(parameters);
  gradients(
    loss,
    names.map((name) => inputs[name]!),
  ).forEach((gradient, index) => graph.output(`gradient_${names[index]}`, gradient));
  graph.output('result', result);
  const session = await openSession(graph, { device });
  try {
    const feeds = { ...parameters, ...constants };
    const analytic = await session.run(feeds);
    const lossAt = async (name: string, element: number, shift: number): Promise<number> => {
      const tensor = parameters[name]!;
      const moved = Float32Array.from(floatsOf(tensor));
      moved[element]! += shift;
      const { result: values } = await session.run({ ...feeds, [name]: floatTensor(moved, tensor.shape) });
      // Summed in float64: the sum's own rounding would drown the difference.
      return floatsOf(values).reduce((sum, value, index) => sum + value * weights[index]!, 0);
    };
    let difference = 0;
    let largest = 0;
    for (const name of names) {
      const gradient = floatsOf(analytic[`gradient_${name}`]);
      for (const [element, value] of gradient.entries()) {
        const numeric = ((await lossAt(name, element, step)) - (await lossAt(name, element, -step))) / (2 * step);
        difference = Math.max(difference, Math.abs(numeric - value));
        largest = Math.max(largest, Math.abs(numeric));
      }
    }
    return difference / largest;
  } finally {
    await session.close();
  }
}
