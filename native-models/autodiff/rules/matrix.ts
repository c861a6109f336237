/** Gradient rules of matrix products. */

import type { Value } from '../../graph/graph.ts';
import { gemm, matmul, transposeMatrix } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

export const matrixGradients: Record<string, GradientRule> = {
  MatMul: (node, outputs, [left, right]) => {
    const gradient = onlyGradient(outputs);
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    return [
      left ? unbroadcast(matmul(gradient, transposeMatrix(b)), a.shape) : undefined,
      right ? unbroadcast(matmul(transposeMatrix(a), gradient), b.shape) : undefined,
    ];
  },
  // Y = L′R′ + c: dL′ = dY·R′ᵀ and dR′ = L′ᵀ·dY; where an operand was transposed, the product is built transposed at once.
  Gemm: (node, outputs, [left, right, bias]) => {
    const gradient = onlyGradient(outputs);
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    const transposedA = node.attributes.transA === 1;
    const transposedB = node.attributes.transB === 1;
    const leftGradient = (): Value =>
      transposedA
        ? gemm(b, gradient, { transposeLeft: transposedB, transposeRight: true })
        : gemm(gradient, b, { transposeRight: !transposedB });
    const rightGradient = (): Value =>
      transposedB
        ? gemm(gradient, a, { transposeLeft: true, transposeRight: transposedA })
        : gemm(a, gradient, { transposeLeft: !transposedA });
    return [
      left ? leftGradient() : undefined,
      right ? rightGradient() : undefined,
      bias ? unbroadcast(gradient, inputOf(node, 2).shape) : undefined,
    ];
  },
};
