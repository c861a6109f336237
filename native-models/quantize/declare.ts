/** Quantized matrices as initializers of a graph, their bytes left in the cache's files. */

import { basename } from 'node:path';
import type { DataType, Graph, Value } from '../graph/graph.ts';
import type { RowRange } from '../models/model-folder.ts';
import type { FrozenMatrix } from '../nn/scope.ts';
import {
  add,
  type BlockMatrix,
  blockMatmul,
  blockRows,
  cast,
  type FourBitMatrix,
  fourBitFloats,
  fourBitMatmul,
  gatherRows,
  int8Floats,
  int8Matmul,
  multiply,
  reshape,
  transposeMatrix,
} from '../ops/index.ts';
import type { WeightTensor } from '../weights/safetensors.ts';
import { type BlockFormat, blocksOf } from './blocks.ts';

/** Where a quantized matrix lies. */
export interface QuantizedMatrix {
  readonly rows: number;
  /** Summed over by a product with this matrix. */
  readonly columns: number;
  readonly format: BlockFormat;
  /** U8 (I8 where signed) (rows, blocks, blockSize·bits/8) */
  readonly packed: WeightTensor;
  /** F32 (rows, blocks) */
  readonly scales: WeightTensor;
  /** U8, in the same file, with onnxruntime's name for these bytes. */
  readonly prepacked?: { readonly key: string; readonly tensor: WeightTensor } | undefined;
}

/** Declares a matrix in blocks; the session's external folder must be the cache's. */
export function declareBlocks(graph: Graph, name: string, matrix: QuantizedMatrix): BlockMatrix {
  const { rows, columns, format } = matrix;
  const known = new Map<string, Value>();
  const external = (part: string, dataType: DataType, shape: readonly number[], tensor: WeightTensor) => {
    const key = `${part}_${shape.join('x')}`;
    // Products take blocks apart from each other, look-ups whole rows, which are never packed.
    const prepacked = part === 'packed' && shape.length === 3 ? matrix.prepacked : undefined;
    const value = known.get(key) ?? declare(graph, `${name}.${key}`, dataType, shape, tensor, prepacked);
    known.set(key, value);
    return value;
  };
  return {
    packed: (...shape) => external('packed', 'uint8', shape, matrix.packed),
    scales: external('scales', 'float32', [rows, blocksOf(columns, format)], matrix.scales),
    rows,
    columns,
    ...format,
  };
}

/** A matrix in blocks as the layers use it. */
export const blockProduct = (matrix: BlockMatrix): FrozenMatrix => ({
  product: (input, bias) => blockMatmul(input, matrix, bias),
  rows: (ids) => blockRows(matrix, ids),
  blocks: matrix,
});

/** Declares a matrix in blocks of 4 bits that fill its rows, for products in float32. */
export function declareFourBit(
  graph: Graph,
  name: string,
  matrix: QuantizedMatrix,
): Pick<FrozenMatrix, 'product' | 'floats'> {
  const { rows, columns, format } = matrix;
  const blocks = rows * blocksOf(columns, format);
  const operand: FourBitMatrix = {
    levels: declare(graph, `${name}.levels`, 'uint4', [blocks, format.blockSize], matrix.packed),
    scales: declare(graph, `${name}.scales`, 'float32', [blocks], matrix.scales),
    middles: graph.middles(blocks),
    size: graph.integers(rows, columns),
  };
  return {
    product(input, bias) {
      const product = fourBitMatmul(input, operand, rows);
      return bias ? add(product, bias) : product;
    },
    floats: (after) => fourBitFloats(operand, after, [rows, columns]),
  };
}

/** Declares a matrix with one scale a row, or some of its rows. */
export function declareRows(graph: Graph, name: string, matrix: QuantizedMatrix, range?: RowRange): FrozenMatrix {
  const { start, count } = range ?? { start: 0, count: matrix.rows };
  const part = (tensor: WeightTensor): WeightTensor => {
    const rowBytes = tensor.byteLength / matrix.rows;
    return { ...tensor, offset: tensor.offset + start * rowBytes, byteLength: count * rowBytes };
  };
  const levels = declare(graph, `${name}.levels`, 'int8', [count, matrix.columns], part(matrix.packed));
  const scales = declare(graph, `${name}.scales`, 'float32', [count, 1], part(matrix.scales));
  return {
    product(input, bias) {
      const product = int8Matmul(input, transposeMatrix(levels), reshape(scales, [count]));
      return bias ? add(product, bias) : product;
    },
    rows: (ids) => multiply(cast(gatherRows(levels, ids), 'float32'), gatherRows(scales, ids)),
    floats: (after) => int8Floats(levels, reshape(scales, [count]), after),
  };
}

function declare(
  graph: Graph,
  name: string,
  type: DataType,
  shape: readonly number[],
  { file, offset, byteLength: length }: WeightTensor,
  prepacked?: QuantizedMatrix['prepacked'],
): Value {
  return graph.external(name, type, shape, {
    location: basename(file),
    offset,
    length,
    prepacked: prepacked && {
      key: prepacked.key,
      offset: prepacked.tensor.offset,
      length: prepacked.tensor.byteLength,
    },
  });
}
