/** `node cache-child.ts <model folder> <cache folder>`: makes two matrices, one of them packed, opens the latter, and prints a product. */

import { Graph } from '../../../native-models/graph/graph.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { blockMatmul } from '../../../native-models/ops/index.ts';
import { quantizedWeights } from '../../../native-models/quantize/cache.ts';
import { declareBlocks } from '../../../native-models/quantize/declare.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatTensor } from '../../../native-models/runtime/tensor.ts';

const [modelDirectory = '', cacheDirectory = ''] = process.argv.slice(2);
const model = await openModelFolder(modelDirectory);
const weight = 'model.layers.0.mlp.down_proj.weight';
const format = { bits: 4, blockSize: 16 } as const;
const requests = [
  { weight, transposed: false, format, prepacked: true },
  { weight, transposed: true, format },
] as const;
const weights = await quantizedWeights(model, requests, { cacheDirectory });
const matrix = weights.matrix(weight, false);
const graph = new Graph('product');
const input = graph.input('input', 'float32', [1, matrix.columns]);
graph.output('output', blockMatmul(input, declareBlocks(graph, 'matrix', matrix)));
const session = await openSession(graph, { device: 'cpu', externalFolder: weights.directory });
const ones = floatTensor(new Float32Array(matrix.columns).fill(1), [1, matrix.columns]);
const { output } = await session.run({ input: ones });
console.log(JSON.stringify([...(output as { data: Float32Array }).data]));
await session.close();
