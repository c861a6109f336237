/**
 * What flows back through RMS norms in few kernels, from what the norm gave forward: with y = r·x⊙w, r = (mean(x²) + ε)^−½
 * and h = g⊙w, dx = r·(h − x·r·mean(g⊙y)). Where w makes every row one of length 1, r⊙w is the short one below, and
 * this is short·(g − y·sum(g⊙y)). Row sums are products with a column, which takes signs and factors along.
 */

import type { ConstantData, Graph, Value } from '../graph/graph.ts';
import { rewritten } from '../graph/rewrite.ts';
import { add, gemm, multiply, operators, power, reduceSumSquare, rmsNormalization, scale } from '../ops/index.ts';

/** The graph in which the gradients of norms use the norms' outputs. */
export function withNormGradients(graph: Graph): Graph {
  const keyOf = (x: Value, weight: Value): string => `${x.name} ${weight.name}`;
  const outputs = new Map<string, Value>();
  for (const { operator, inputs, outputs: given } of graph.nodes) {
    if (operator === operators.RMSNormalization) outputs.set(keyOf(inputs[0]!, inputs[1]!), given[0]!);
  }
  const columns = new Map<number, Value>();
  return rewritten(graph, {
    node({ copy, node, inputs, copyOf, keep }) {
      if (node.operator !== operators.RMSNormalizationGradient) return keep();
      const known = outputs.get(keyOf(node.inputs[1]!, node.inputs[2]!));
      const [gradient, x, weight] = inputs as readonly [Value, Value, Value];
      const size = weight.shape[0] as number;
      const column =
        columns.get(size) ?? copy.constant('minus_ones', 'float32', [size, 1], new Float32Array(size).fill(-1));
      columns.set(size, column);
      const epsilon = graph.constants.get(node.inputs[3]!)![0] as number;
      // Where a stretch is computed again, the outputs that only the stretch behind it read are not.
      const normalized = known ? copyOf(known) : rmsNormalization(x, weight, epsilon);
      // Both r and the mean have the row's size in them: r = √size·short, and the sum stands where the mean did.
      const short = power(add(reduceSumSquare(x, [1], true), copy.scalar(size * epsilon)), -0.5);
      const minusSum = gemm(multiply(gradient, normalized), column);
      if (isOf(graph.constants.get(node.inputs[2]!), 1 / Math.sqrt(size)))
        return [multiply(add(gradient, multiply(normalized, minusSum)), short)];
      const weighted = multiply(gradient, scale(weight, Math.sqrt(size)));
      return [multiply(add(weighted, multiply(x, multiply(short, minusSum))), short)];
    },
  });
}

const isOf = (data: ConstantData | undefined, number: number): boolean =>
  data instanceof Float32Array && data.every((each) => each === Math.fround(number));
