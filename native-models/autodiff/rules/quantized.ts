/**
 * Gradient rules of products with frozen matrices of 4 or 8 bits. Rounding the left side counts as the identity (the
 * straight-through estimator, Bengio et al. 2013, arXiv 1308.3432).
 */

import { blockMatmul, blockMatrixOf, int8MatmulGradient, transposeMatrix } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

export const quantizedGradients: Record<string, GradientRule> = {
  // Y = X·M·diag(s): dX = (dY·diag(s))·Mᵀ.
  Int8MatMul: (node, outputs) => {
    const [matrix, scales] = [inputOf(node, 1), inputOf(node, 2)];
    return [int8MatmulGradient(onlyGradient(outputs), transposeMatrix(matrix), scales), undefined, undefined];
  },
  // Y = X·Wᵀ + b: dX = dY·W, with W in blocks along its other axis.
  MatMulNBits: (node, outputs, [left, , , , , bias]) => {
    const gradient = onlyGradient(outputs);
    const transpose = blockMatrixOf(node)?.transpose;
    if (left && !transpose) throw new Error('a matrix in blocks needs its transpose for a gradient');
    const ofBias = bias ? unbroadcast(gradient, inputOf(node, 5).shape) : undefined;
    const ofLeft = left ? blockMatmul(gradient, transpose!()) : undefined;
    return [ofLeft, undefined, undefined, undefined, undefined, ofBias];
  },
};
