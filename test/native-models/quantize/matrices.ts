/** Small quantized matrices as constants of a graph. */

import type { Graph } from '../../../native-models/graph/graph.ts';
import type { FrozenMatrix } from '../../../native-models/nn/scope.ts';
import { fourBitMatmul, int8Matmul, transposeMatrix } from '../../../native-models/ops/index.ts';
import { quantizeBlocks, rowFormat } from '../../../native-models/quantize/blocks.ts';

const blockFormat = { bits: 4, blockSize: 32 } as const;

/** A matrix (rows, columns) of smooth numbers of both signs. */
export const matrixValues = (rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, index) => Math.sin((index + 1) * 78.233) * 0.4);

/** Those numbers in blocks of 4 bits. */
export function fourBitMatrix(
  graph: Graph,
  name: string,
  rows: number,
  columns: number,
): Pick<FrozenMatrix, 'product'> {
  const { packed, scales } = quantizeBlocks(matrixValues(rows, columns), rows, columns, blockFormat);
  const matrix = {
    levels: graph.constant(`${name}.levels`, 'uint4', [scales.length, blockFormat.blockSize], packed),
    scales: graph.constant(`${name}.scales`, 'float32', [scales.length], scales),
    middles: graph.middles(scales.length),
    size: graph.integers(rows, columns),
  };
  return { product: (input) => fourBitMatmul(input, matrix, rows) };
}

/** Those numbers with one scale a row. */
export function rowMatrix(graph: Graph, name: string, rows: number, columns: number): Pick<FrozenMatrix, 'product'> {
  const { packed, scales } = quantizeBlocks(matrixValues(rows, columns), rows, columns, rowFormat(columns));
  const levels = graph.constant(`${name}.levels`, 'int8', [rows, columns], packed);
  const steps = graph.constant(`${name}.scales`, 'float32', [rows], scales);
  return { product: (input) => int8Matmul(input, transposeMatrix(levels), steps) };
}
