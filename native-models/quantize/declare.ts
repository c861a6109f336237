/** Quantized matrices as initializers of a graph, their bytes left in the cache's files. */

import { basename } from 'node:path';
import type { Graph, Value } from '../graph/graph.ts';
import type { BlockMatrix } from '../ops/index.ts';
import type { WeightTensor } from '../weights/safetensors.ts';
import { blocksOf } from './blocks.ts';
import type { QuantizedMatrix } from './cache.ts';

/** Declares a matrix; the session's external folder must be the cache's. */
export function declareBlocks(graph: Graph, name: string, matrix: QuantizedMatrix): BlockMatrix {
  const { rows, columns, format } = matrix;
  const known = new Map<string, Value>();
  const external = (part: string, dataType: 'uint8' | 'float32', shape: readonly number[], tensor: WeightTensor) => {
    const key = `${part}_${shape.join('x')}`;
    const value =
      known.get(key) ??
      graph.external(`${name}.${key}`, dataType, shape, {
        location: basename(tensor.file),
        offset: tensor.offset,
        length: tensor.byteLength,
      });
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
