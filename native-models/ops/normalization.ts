/** Softmax and RMS normalisation. */

import { Graph, type Value } from '../graph/graph.ts';
import { ownDomain } from '../graph/operator.ts';
import { add, multiply, reciprocal, squareRoot, subtract } from './elementwise.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons } from './operator.ts';
import { reduceMean } from './reduce.ts';

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
    gradient: (ops, node, outputs, [wantsInput, wantsWeight]) => {
      const gradient = onlyGradient(outputs);
      const [x, weight] = [inputOf(node, 0), inputOf(node, 1)];
      const epsilon = x.graph.scalar((node.attributes.epsilon as { float: number }).float);
      if (!wantsWeight) return [wantsInput ? rmsNormalizationGradient(gradient, x, weight, epsilon) : undefined];
      const { inputGradient, normalized } = normGradients(gradient, x, weight, epsilon);
      return [
        wantsInput ? inputGradient() : undefined,
        ops.unbroadcast(ops.multiply(gradient, normalized), weight.shape),
      ];
    },
  },
  RMSNormalizationGradient: { domain: ownDomain, noGradient: reasons.backward },
  SkipSimplifiedLayerNormalization: { domain: 'com.microsoft', noGradient: reasons.served },
});

function normGradients(gradient: Value, x: Value, weight: Value, epsilon: Value) {
  const meanSquare = reduceMean(multiply(x, x), [-1], true);
  const inverse = reciprocal(squareRoot(add(meanSquare, epsilon)));
  const normalized = multiply(x, inverse);
  return {
    normalized,
    inputGradient: (): Value => {
      const h = multiply(gradient, weight);
      const mean = reduceMean(multiply(h, normalized), [-1], true);
      return multiply(inverse, subtract(h, multiply(normalized, mean)));
    },
  };
}

/** What flows back through `rmsNormalization` with a frozen weight. One node of our own: a GPU computes it in another way. */
function rmsNormalizationGradient(gradient: Value, x: Value, weight: Value, epsilon: Value): Value {
  const operator = normalizationOperators.RMSNormalizationGradient;
  gradient.graph.define(operator, () => {
    const body = new Graph(operator.name);
    const [ownGradient, input] = ['gradient', 'input'].map((name) => body.input(name, 'float32', ['rows', 'size']));
    const [factors, small] = [body.input('weight', 'float32', ['size']), body.input('epsilon', 'float32', [])];
    body.output('inputGradient', normGradients(ownGradient!, input!, factors, small).inputGradient());
    return body;
  });
  const type = { dataType: x.dataType, shape: x.shape };
  return outputOf(gradient.graph.node(operator, [gradient, x, weight, epsilon], {}, [type]));
}

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

/**
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.SkipSimplifiedLayerNormalization:
 * the sum of two values, and its RMS norm over the last axis.
 */
export function skipNormalization(
  left: Value,
  right: Value,
  weight: Value,
  epsilon: number,
): { readonly output: Value; readonly sum: Value } {
  const type = { dataType: left.dataType, shape: left.shape };
  const row = { dataType: left.dataType, shape: [...left.shape.slice(0, -1), 1] };
  const node = left.graph.node(
    normalizationOperators.SkipSimplifiedLayerNormalization,
    [left, right, weight],
    { epsilon: { float: epsilon } },
    [type, row, row, type],
  );
  return { output: outputOf(node, 0), sum: outputOf(node, 3) };
}
