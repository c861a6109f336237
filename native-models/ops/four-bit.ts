/** Products in float32 with a matrix that is kept in blocks of 4 bits. */

import type { Dimension, Shape } from '../graph/dimension.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { ownDomain } from '../graph/operator.ts';
import { computedAfter } from './elementwise.ts';
import { firstElement } from './indexing.ts';
import { dequantizeLinear } from './levels.ts';
import { gemm } from './matrix.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons, rightHasNoRows } from './operator.ts';
import { shapeOperators } from './shape.ts';

/** Defined by the functions below that append them. */
export const fourBitOperators = defineOperators({
  FourBitMatMul: {
    domain: ownDomain,
    rowwise: rightHasNoRows,
    // Y = X·Wᵀ: dX = dY·W.
    gradient: ({ fourBitMatmulGradient }, node, outputs) => {
      const [levels, scales, middles, size] = [1, 2, 3, 4].map((index) => inputOf(node, index)) as [
        Value,
        Value,
        Value,
        Value,
      ];
      const matrix = { levels, scales, middles, size };
      return [fourBitMatmulGradient(onlyGradient(outputs), matrix, inputOf(node, 0).shape[1]!)];
    },
  },
  FourBitMatMulGradient: { domain: ownDomain, noGradient: reasons.backward },
});

/** A matrix as values of a graph, with a row for each block. */
export interface FourBitMatrix {
  /** uint4 (blocks, blockSize): 8 above the weight's level. */
  readonly levels: Value;
  /** float32 (blocks) */
  readonly scales: Value;
  /** uint4 (blocks): the eights. */
  readonly middles: Value;
  /** int64 (2): rows and columns of the matrix. */
  readonly size: Value;
}

/**
 * (m, columns) × matrixᵀ → (m, rows): the weights become floats when their product is due and are forgotten behind it,
 * and nothing is rounded, as in QLoRA (Dettmers et al. 2023, arXiv 2305.14314). One node of our own.
 * @param rows of the matrix
 */
export const fourBitMatmul = (left: Value, matrix: FourBitMatrix, rows: Dimension): Value =>
  fourBitProduct('FourBitMatMul', left, matrix, rows);

/** What flows back through `fourBitMatmul`: (m, rows) × matrix → (m, columns), with the very numbers of the forward product. */
export const fourBitMatmulGradient = (gradient: Value, matrix: FourBitMatrix, columns: Dimension): Value =>
  fourBitProduct('FourBitMatMulGradient', gradient, matrix, columns);

/**
 * The matrix in floats.
 * @param after waited for: the floats would otherwise be computed at load, and kept
 * @param shape as `size` says it
 */
export function fourBitFloats({ levels, scales, middles, size }: FourBitMatrix, after: Value, shape: Shape): Value {
  const { graph } = levels;
  const blocks = dequantizeLinear(levels, computedAfter(scales, firstElement(after)), middles);
  return outputOf(graph.node(shapeOperators.Reshape, [blocks, size], {}, [{ dataType: 'float32', shape }]));
}

function fourBitProduct(
  name: keyof typeof fourBitOperators,
  left: Value,
  { levels, scales, middles, size }: FourBitMatrix,
  width: Dimension,
): Value {
  const { graph } = left;
  const operator = fourBitOperators[name];
  const transposeRight = name === 'FourBitMatMul';
  graph.define(operator, () => {
    const body = new Graph(name);
    const input = body.input('left', 'float32', ['m', 'k']);
    const matrix = {
      levels: body.input('levels', 'uint4', ['blocks', 'blockSize']),
      scales: body.input('scales', 'float32', ['blocks']),
      middles: body.input('middles', 'uint4', ['blocks']),
      size: body.input('size', 'int64', [2]),
    };
    const floats = fourBitFloats(matrix, input, transposeRight ? ['n', 'k'] : ['k', 'n']);
    body.output('product', gemm(input, floats, { transposeRight }));
    return body;
  });
  const types = [{ dataType: left.dataType, shape: [left.shape[0]!, width] }];
  return outputOf(graph.node(operator, [left, levels, scales, middles, size], {}, types));
}
