/** A matrix in blocks together with what onnxruntime packs it into, so that every session maps the same bytes. */

import { dirname } from 'node:path';
import { Graph } from '../graph/graph.ts';
import { blockMatmul } from '../ops/index.ts';
import { prepack, prepackedAlignment, prepackedFor } from '../runtime/prepack.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor } from '../runtime/tensor.ts';
import { type TensorToWrite, writeSafetensors } from '../weights/safetensors.ts';
import { declareBlocks, type QuantizedMatrix } from './declare.ts';

/**
 * Writes a matrix with its packed form; false where none was written whose products have the same bits.
 * @param path a name of its own: sessions map it while it is tried
 * @param tensors what the file holds beside the packed form
 */
export async function writePrepacked(
  path: string,
  tensors: readonly TensorToWrite[],
  { plain, reopen }: { readonly plain: QuantizedMatrix; readonly reopen: () => Promise<QuantizedMatrix> },
): Promise<boolean> {
  const folder = dirname(path);
  const packed = await prepack(productGraph(plain), folder);
  if (!packed) return false;
  const expected = await productOf(plain, folder);
  const { key, bytes } = packed;
  await writeSafetensors(
    path,
    [...tensors, { name: 'prepacked', dtype: 'U8', shape: [bytes.byteLength], data: bytes }],
    { prepacked_for: prepackedFor, prepacked_key: key },
    { tensor: 'prepacked', bytes: prepackedAlignment },
  );
  const actual = await productOf(await reopen(), folder);
  return Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer));
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
