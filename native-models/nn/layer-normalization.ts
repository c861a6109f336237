/** Layer normalisation with weight and bias (Ba et al. 2016, arXiv 1607.06450). */

import type { Value } from '../graph/graph.ts';
import { add, multiply, reciprocal, reduceMean, squareRoot, subtract } from '../ops/index.ts';

/** (rows, size) → (rows, size); composed of plain operators, whose gradients are known. */
export function layerNormalization(value: Value, weight: Value, bias: Value, epsilon: number): Value {
  const centered = subtract(value, reduceMean(value, [-1], true));
  const variance = reduceMean(multiply(centered, centered), [-1], true);
  const inverse = reciprocal(squareRoot(add(variance, value.graph.scalar(epsilon))));
  return add(multiply(multiply(centered, inverse), weight), bias);
}
