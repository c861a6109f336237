/** Products with and look-ups in matrices that are kept in blocks of 4 or 8 bits. */

import type { Dimension } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { defineOperators, outputOf, reasons } from './operator.ts';
import { concatenate } from './shape.ts';

/** As the functions below append them. */
export const quantizedOperators = defineOperators({
  MatMulNBits: { domain: 'com.microsoft', noGradient: reasons.served },
  GatherBlockQuantized: { domain: 'com.microsoft', indices: 'narrow', noGradient: reasons.served },
});

/** A matrix in blocks, as values of a graph. */
export interface BlockMatrix {
  /** The packed weights, uint8: MatMulNBits takes them as (rows, blocks, bytes), GatherBlockQuantized as (rows, bytes). */
  readonly packed: (...shape: readonly number[]) => Value;
  /** float32 (rows, blocks) */
  readonly scales: Value;
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  readonly blockSize: number;
}

/** Matrices below each other as one; undefined where they are kept in different ways. */
export function joinedBlocks(matrices: readonly BlockMatrix[]): BlockMatrix | undefined {
  const [first, ...others] = matrices as readonly [BlockMatrix, ...BlockMatrix[]];
  const alike = (['columns', 'bits', 'blockSize'] as const).every((key) =>
    others.every((other) => other[key] === first[key]),
  );
  if (!alike) return undefined;
  return {
    ...first,
    rows: matrices.reduce((sum, { rows }) => sum + rows, 0),
    packed: (_, ...shape) =>
      concatenate(
        matrices.map(({ packed, rows }) => packed(rows, ...shape)),
        0,
      ),
    scales: concatenate(
      matrices.map(({ scales }) => scales),
      0,
    ),
  };
}

/**
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits:
 * (m, columns) × matrixᵀ + bias → (m, rows). On the CPU the left side is rounded to 8 bits, block by block
 * (accuracy_level 4): whole-number arithmetic is what makes it fast there.
 */
export function blockMatmul(left: Value, matrix: BlockMatrix, bias?: Value): Value {
  const { scales, rows, columns, bits, blockSize } = matrix;
  const packed = matrix.packed(rows, scales.shape[1] as number, (blockSize * bits) / 8);
  if (left.shape.length !== 2 || left.shape[1] !== columns) {
    throw new Error(`MatMulNBits: [${left.shape.join(', ')}] does not fit ${columns} columns`);
  }
  const inputs = bias ? [left, packed, scales, undefined, undefined, bias] : [left, packed, scales];
  const attributes = { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 };
  const shape: Dimension[] = [left.shape[0]!, rows];
  const types = [{ dataType: left.dataType, shape }];
  return outputOf(left.graph.node(quantizedOperators.MatMulNBits, inputs, attributes, types));
}

/**
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GatherBlockQuantized:
 * rows of the matrix as floats, (ids) → (ids, columns). Blocks must fill the rows exactly.
 */
export function blockRows(matrix: BlockMatrix, ids: Value): Value {
  const { scales, rows, columns, bits, blockSize } = matrix;
  const packed = matrix.packed(rows, (columns * bits) / 8);
  const attributes = { gather_axis: 0, quantize_axis: 1, block_size: blockSize, bits };
  const types = [{ dataType: scales.dataType, shape: [...ids.shape, columns] }];
  return outputOf(ids.graph.node(quantizedOperators.GatherBlockQuantized, [packed, ids, scales], attributes, types));
}
