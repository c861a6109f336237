/** Matrix products: MatMul for batches, Gemm for the linear layers. */

import { broadcastShapes, type Dimension, sameShape } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { computedAfter } from './elementwise.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons, rightHasNoRows } from './operator.ts';
import { shapeOperators, transpose } from './shape.ts';

/** As the functions below append them. */
export const matrixOperators = defineOperators({
  MatMul: {
    packsRight: true,
    gradient: ({ matmul, transposeMatrix, unbroadcast }, node, outputs, [left, right]) => {
      const gradient = onlyGradient(outputs);
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      return [
        left ? unbroadcast(matmul(gradient, transposeMatrix(b)), a.shape) : undefined,
        right ? unbroadcast(matmul(transposeMatrix(a), gradient), b.shape) : undefined,
      ];
    },
  },
  Gemm: {
    packsRight: true,
    rowwise: (node) => node.attributes.transA === 0 && rightHasNoRows(node),
    // Y = L′R′ + c: dL′ = dY·R′ᵀ and dR′ = L′ᵀ·dY; where an operand was transposed, the product is built transposed at once.
    gradient: ({ gemm, unbroadcast }, node, outputs, [left, right, bias]) => {
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
  },
  Einsum: { noGradient: reasons.served },
});

/** https://onnx.ai/onnx/operators/onnx__MatMul.html: (…, m, k) × (…, k, n) → (…, m, n), leading axes broadcast. */
export function matmul(left: Value, right: Value): Value {
  const inner = left.shape.at(-1);
  if (inner !== right.shape.at(-2)) {
    throw new Error(`MatMul: [${left.shape.join(', ')}] × [${right.shape.join(', ')}] do not fit`);
  }
  const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
  const shape = [...batch, left.shape.at(-2)!, right.shape.at(-1)!];
  return outputOf(left.graph.node(matrixOperators.MatMul, [left, right], {}, [{ dataType: left.dataType, shape }]));
}

/** Swaps the last two axes; the transpose of a transpose is the matrix itself. */
export function transposeMatrix(value: Value): Value {
  const rank = value.shape.length;
  if (rank === 2 && value.producer?.operator === shapeOperators.Transpose) return value.producer.inputs[0]!;
  const permutation = value.shape.map((_, axis) => axis);
  [permutation[rank - 2], permutation[rank - 1]] = [rank - 1, rank - 2];
  return transpose(value, permutation);
}

export interface GemmOptions {
  readonly transposeLeft?: boolean;
  readonly transposeRight?: boolean;
  /** Added to every row, shape (n). */
  readonly bias?: Value | undefined;
}

/**
 * https://onnx.ai/onnx/operators/onnx__Gemm.html on two-dimensional values: left′ × right′ + bias.
 * Takes a weight stored (out, in), as Hugging Face does, without transposing it: `gemm(x, w, { transposeRight: true })`.
 */
export function gemm(left: Value, right: Value, options: GemmOptions = {}): Value {
  const { transposeLeft = false, transposeRight = false, bias } = options;
  const [rows, innerLeft] = oriented(left, transposeLeft);
  const [innerRight, columns] = oriented(right, transposeRight);
  if (innerLeft !== innerRight) {
    throw new Error(`Gemm: [${left.shape.join(', ')}] × [${right.shape.join(', ')}] do not fit`);
  }
  return outputOf(
    left.graph.node(
      matrixOperators.Gemm,
      bias ? [left, right, bias] : [left, right],
      { transA: Number(transposeLeft), transB: Number(transposeRight) },
      [{ dataType: left.dataType, shape: [rows, columns] }],
    ),
  );
}

/**
 * (left ⊙ mask) × right as one operator, https://onnx.ai/onnx/operators/onnx__Einsum.html: (m, k) ⊙ (m, k) × (k, n) → (m, n).
 * On WebGPU one kernel, which sums over k number by number: for few of them.
 */
export function maskedProduct(left: Value, mask: Value, right: Value): Value {
  const [rows, inner] = left.shape as readonly [Dimension, Dimension];
  if (!sameShape(left.shape, mask.shape) || right.shape[0] !== inner) {
    const shapes = [left, mask, right].map(({ shape }) => `[${shape.join(', ')}]`);
    throw new Error(`Einsum: ${shapes.join(', ')} do not fit`);
  }
  const type = { dataType: left.dataType, shape: [rows, right.shape[1]!] };
  const equation = { equation: 'mk,mk,kn->mn' };
  return outputOf(left.graph.node(matrixOperators.Einsum, [left, mask, right], equation, [type]));
}

function oriented(value: Value, transposed: boolean): readonly [Dimension, Dimension] {
  if (value.shape.length !== 2) throw new Error(`Gemm takes matrices, not [${value.shape.join(', ')}]`);
  const [rows, columns] = value.shape as readonly [Dimension, Dimension];
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * The same matrix under a shape that is known in a run only: onnxruntime packs constants, and twice where products use them
 * in both orientations. What a Reshape gives is no constant, and nothing is copied:
 * https://onnx.ai/onnx/operators/onnx__Reshape.html
 * @param rows its first dimension is a symbol
 */
export function unpacked(matrix: Value, rows: Value): Value {
  const { graph, dataType, shape } = matrix;
  const count = outputOf(
    graph.node(shapeOperators.Shape, [rows], { start: 0, end: 1 }, [{ dataType: 'int64', shape: [1] }]),
  );
  const target = computedAfter(graph.integers(...(shape as readonly number[])), count);
  return outputOf(graph.node(shapeOperators.Reshape, [matrix, target], {}, [{ dataType, shape }]));
}
