/**
 * Gradient rules of products with frozen matrices of 4 or 8 bits. Rounding the left side counts as the identity (the
 * straight-through estimator, Bengio et al. 2013, arXiv 1308.3432).
 */

import type { Value } from '../../graph/graph.ts';
import { fourBitMatmulGradient, int8MatmulGradient, transposeMatrix } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';

export const quantizedGradients: Record<string, GradientRule> = {
  // Y = X·M·diag(s): dX = (dY·diag(s))·Mᵀ.
  Int8MatMul: (node, outputs) => {
    const [matrix, scales] = [inputOf(node, 1), inputOf(node, 2)];
    return [int8MatmulGradient(onlyGradient(outputs), transposeMatrix(matrix), scales)];
  },
  // Y = X·Wᵀ: dX = dY·W.
  FourBitMatMul: (node, outputs) => {
    const [levels, scales, middles, size] = [1, 2, 3, 4].map((index) => inputOf(node, index)) as [
      Value,
      Value,
      Value,
      Value,
    ];
    const matrix = { levels, scales, middles, size };
    return [fourBitMatmulGradient(onlyGradient(outputs), matrix, inputOf(node, 0).shape[1]!)];
  },
};
