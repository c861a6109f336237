/** Gradient rules of softmax and RMS normalisation. */

import type { Value } from '../../graph/graph.ts';
import { add, multiply, reciprocal, reduceMean, reduceSum, squareRoot, subtract } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

export const normalizationGradients: Record<string, GradientRule> = {
  // dx = p ⊙ (g − Σ g ⊙ p)
  Softmax: (node, outputs) => {
    const gradient = onlyGradient(outputs);
    const probability = outputOf(node);
    return [multiply(probability, subtract(gradient, reduceSum(multiply(gradient, probability), [-1], true)))];
  },
  // With n = x·r, r = (mean(x²)+ε)^−½ and h = g ⊙ w: dx = r·(h − n·mean(h ⊙ n)), dw = Σ g ⊙ n.
  // r is computed again: the operator's own second output is not the same thing on every provider.
  RMSNormalization: (node, outputs, [wantsInput, wantsWeight]) => {
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
};
