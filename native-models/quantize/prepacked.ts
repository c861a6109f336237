/** A matrix in blocks together with what onnxruntime packs it into, so that every session maps the same bytes. */

import { dirname } from 'node:path';
import { Graph } from '../graph/graph.ts';
import { blockMatmul } from '../ops/index.ts';
import { prepack, prepackedAlignment, prepackedFor } from '../runtime/prepack.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor } from '../runtime/tensor.ts';
import { type TensorToWrite, writeSafetensors } from '../weights/safetensors.ts';
import type { QuantizedMatrix } from './cache.ts';
import { declareBlocks } from './declare.ts';

/**
 * Writes the file of a matrix again with its packed form, and keeps that where products with it have the same bits.
 * @param tensors what the file holds
 * @param open the matrix as the file holds it
 */
export async function addPrepacked(
  path: string,
  tensors: readonly TensorToWrite[],
  open: () => Promise<QuantizedMatrix>,
): Promise<void> {
  const folder = dirname(path);
  const matrix = await open();
  const packed = await prepack(productGraph(matrix), folder);
  if (!packed) return;
  const expected = await productOf(matrix, folder);
  const { key, bytes } = packed;
  await writeSafetensors(
    path,
    [...tensors, { name: 'prepacked', dtype: 'U8', shape: [bytes.byteLength], data: bytes }],
    { prepacked_for: prepackedFor, prepacked_key: key },
    { tensor: 'prepacked', bytes: prepackedAlignment },
  );
  const actual = await productOf(await open(), folder);
  if (!Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer))) {
    await writeSafetensors(path, tensors, { prepacked_for: prepackedFor });
  }
}

function productGraph(matrix: QuantizedMatrix): Graph {
  const graph = new Graph('product');
  const input = graph.input('input', 'float32', ['rows', matrix.columns]);
  graph.output('output', blockMatmul(input, declareBlocks(graph, 'matrix', matrix)));
  return graph;
}

/** The product with rows that reach every block of the matrix: (rows, matrix rows). */
async function productOf(matrix: QuantizedMatrix, externalFolder: string): Promise<Float32Array> {
  const { columns } = matrix;
  const rows = 2;
  const values = Float32Array.from({ length: rows * columns }, (_, index) => ((7919 * index) % 101) / 50 - 1);
  const session = await openSession(productGraph(matrix), { device: 'cpu', externalFolder });
  try {
    const { output } = await session.run({ input: floatTensor(values, [rows, columns]) });
    return floatsOf(output);
  } finally {
    await session.close();
  }
}
