/** Softmax and RMS normalisation. */

import type { Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf } from './operator.ts';

/** As the functions below append them. */
export const normalizationOperators = defineOperators({
  Softmax: {
    memory: [0],
    // dx = p ⊙ (g − Σ g ⊙ p)
    gradient: ({ multiply, reduceSum, subtract }, node, outputs) => {
      const gradient = onlyGradient(outputs);
      const probability = outputOf(node);
      return [multiply(probability, subtract(gradient, reduceSum(multiply(gradient, probability), [-1], true)))];
    },
  },
  RMSNormalization: {
    rowwise: true,
    // With n = x·r, r = (mean(x²)+ε)^−½ and h = g ⊙ w: dx = r·(h − n·mean(h ⊙ n)), dw = Σ g ⊙ n.
    // r is computed again: the operator's own second output is not the same thing on every provider.
    gradient: (
      { add, multiply, reciprocal, reduceMean, squareRoot, subtract, unbroadcast },
      node,
      outputs,
      [wantsInput, wantsWeight],
    ) => {
      const gradient = onlyGradient(outputs);
      const [x, weight] = [inputOf(node, 0), inputOf(node, 1)];
      const { float: epsilon } = node.attributes.epsilon as { float: number };
      const meanSquare = reduceMean(multiply(x, x), [-1], true);
      const inverse = reciprocal(squareRoot(add(meanSquare, x.graph.scalar(epsilon))));
      const normalized = multiply(x, inverse);
      const weighted = (): Value => multiply(gradient, weight);
      const inputGradient = (): Value => {
        const h = weighted();
        const mean = reduceMean(multiply(h, normalized), [-1], true);
        return multiply(inverse, subtract(h, multiply(normalized, mean)));
      };
      return [
        wantsInput ? inputGradient() : undefined,
        wantsWeight ? unbroadcast(multiply(gradient, normalized), weight.shape) : undefined,
      ];
    },
  },
});

/** https://onnx.ai/onnx/operators/onnx__Softmax.html over the last axis. */
export function softmax(value: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node(normalizationOperators.Softmax, [value], { axis: -1 }, [type]));
}

/**
 * https://onnx.ai/onnx/operators/onnx__RMSNormalization.html over the last axis: x · (mean(x²) + epsilon)^−½ · weight
 * (Zhang & Sennrich 2019, arXiv 1910.07467).
 */
export function rmsNormalization(value: Value, weight: Value, epsilon: number): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(
    value.graph.node(
      normalizationOperators.RMSNormalization,
      [value, weight],
      { axis: -1, epsilon: { float: epsilon } },
      [type],
    ),
  );
}
