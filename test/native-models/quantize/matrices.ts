/** Small quantized matrices as constants of a graph. */

import type { Graph } from '../../../native-models/graph/graph.ts';
import type { FrozenMatrix } from '../../../native-models/nn/scope.ts';
import { type BlockMatrix, int8Matmul, transposeMatrix } from '../../../native-models/ops/index.ts';
import { blocksOf, quantizeBlocks, rowFormat, transposed } from '../../../native-models/quantize/blocks.ts';

const blockFormat = { bits: 8, blockSize: 32 } as const;

/** A matrix (rows, columns) of smooth numbers of both signs. */
export const matrixValues = (rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, index) => Math.sin((index + 1) * 78.233) * 0.4);

/** Those numbers in blocks of 8 bits, or their transpose (columns, rows). */
export function blockMatrix(graph: Graph, name: string, rows: number, columns: number, turned = false): BlockMatrix {
  const values = matrixValues(rows, columns);
  const [height, width] = turned ? [columns, rows] : [rows, columns];
  const blocks = quantizeBlocks(turned ? transposed(values, rows, columns) : values, height, width, blockFormat);
  return {
    packed: (...shape) => graph.constant(`${name}.packed`, 'uint8', shape, blocks.packed),
    scales: graph.constant(`${name}.scales`, 'float32', [height, blocksOf(width, blockFormat)], blocks.scales),
    rows: height,
    columns: width,
    ...blockFormat,
  };
}

/** Those numbers with one scale a row. */
export function rowMatrix(graph: Graph, name: string, rows: number, columns: number): Pick<FrozenMatrix, 'product'> {
  const { packed, scales } = quantizeBlocks(matrixValues(rows, columns), rows, columns, rowFormat(columns));
  const levels = graph.constant(`${name}.levels`, 'int8', [rows, columns], packed);
  const steps = graph.constant(`${name}.scales`, 'float32', [rows], scales);
  return { product: (input) => int8Matmul(input, transposeMatrix(levels), steps) };
}
