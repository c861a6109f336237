/** The frozen base of a graph, in float32 from the model's own files or in 4 or 8 bits from the cache. */

import type { Graph, Value } from '../graph/graph.ts';
import type { KeptBase, Precision } from '../jobs.ts';
import { frozenWeights, type ModelFolder, type RowRange } from '../models/model-folder.ts';
import type { FrozenMatrix, Scope } from '../nn/scope.ts';
import { readTensor } from '../weights/safetensors.ts';
import { type BlockFormat, fittingFormat, rowFormat } from './blocks.ts';
import { type QuantizedRequest, type QuantizedWeights, type QuantizeOptions, quantizedWeights } from './cache.ts';
import { blockProduct, declareBlocks, declareFourBit, declareRows } from './declare.ts';
import { tellQuantizing } from './progress.ts';

export interface BaseWeights {
  /** Folder of the files that the declared weights lie in. */
  readonly externalFolder: string;
  /** Whether that folder is the cache's, in which more may be put down for a while, and not the person's. */
  readonly ownFolder: boolean;
  /** Of all weights in memory, once. */
  readonly byteLength: number;
  /** @param rows only these rows of each weight's first axis */
  readonly declare: (graph: Graph, rows?: RowRange) => Pick<Scope, 'weight' | 'matrix'>;
}

/** Every weight as the model has it. */
export function floatWeights(model: ModelFolder): BaseWeights {
  return {
    externalFolder: model.directory,
    ownFolder: false,
    byteLength: Float32Array.BYTES_PER_ELEMENT * model.parameters,
    declare: (graph, rows) => ({ weight: frozenWeights(model, graph, rows) }),
  };
}

type Hooks = Pick<QuantizeOptions, 'turn' | 'planned'>;

/**
 * How each precision keeps the linear layers for answering, and the embedding with the head: the head decides between
 * neighbouring tokens, so it stays at 8 bits.
 */
const formats: Readonly<
  Record<Exclude<Precision, 'f32'>, { readonly linear: BlockFormat; readonly vocabulary: BlockFormat }>
> = {
  int8: { linear: { bits: 8, blockSize: 128 }, vocabulary: { bits: 8, blockSize: 128 } },
  int4: { linear: { bits: 4, blockSize: 32 }, vocabulary: { bits: 8, blockSize: 128 } },
};

/** For answering: as they are, or linear layers, embedding and head in blocks. */
export async function answeringWeights(model: ModelFolder, base: KeptBase, hooks: Hooks = {}): Promise<BaseWeights> {
  if (base.precision === 'f32') return floatWeights(model);
  const { decoder } = model;
  const { linear, vocabulary } = formats[base.precision];
  const requests = [
    ...tablesOf(model).map(([weight, width]) => {
      return { weight, transposed: false, format: fittingFormat(width, vocabulary), prepacked: true };
    }),
    ...decoder.linearModules.map(({ name, inputSize }) => {
      const format = fittingFormat(inputSize, linear);
      return { weight: `${name}.weight`, transposed: decoder.fanInFanOut, format, prepacked: true };
    }),
  ];
  const turned = new Map(requests.map(({ weight, transposed }) => [weight, transposed]));
  return weightsInBlocks(model, base, hooks, requests, (graph, quantized, weight) => {
    return blockProduct(declareBlocks(graph, weight, quantized.matrix(weight, turned.get(weight)!)));
  });
}

/**
 * For training. f32: as they are. int8: one scale for each output, and whole-number products, which are faster than
 * float32's. int4: blocks, which are smaller, and float32's products. Embedding and head as in int8, since the loss is taken
 * from the head part by part.
 */
export async function trainingWeights(model: ModelFolder, base: KeptBase, hooks: Hooks = {}): Promise<BaseWeights> {
  if (base.precision === 'f32') return floatWeights(model);
  const { decoder } = model;
  const tables = tablesOf(model);
  const turned = new Map(tables.map(([weight]) => [weight, false]));
  const requests: QuantizedRequest[] = tables.map(([weight, width]) => {
    return { weight, transposed: false, format: rowFormat(width) };
  });
  for (const { name, inputSize } of decoder.linearModules) {
    const weight = `${name}.weight`;
    const format = base.precision === 'int8' ? rowFormat(inputSize) : fittingFormat(inputSize, formats.int4.linear);
    // A last block that is part empty cannot be multiplied as a row.
    const fills = inputSize % format.blockSize === 0;
    requests.push({ weight, transposed: decoder.fanInFanOut, format: fills ? format : rowFormat(inputSize) });
    turned.set(weight, decoder.fanInFanOut);
  }
  return weightsInBlocks(model, base, hooks, requests, (graph, quantized, weight, rows) => {
    const matrix = quantized.matrix(weight, turned.get(weight)!);
    if (matrix.format.bits === 8) return declareRows(graph, weight, matrix, rows);
    const blocks = blockProduct(declareBlocks(graph, weight, matrix));
    return { ...blocks, ...declareFourBit(graph, weight, matrix) };
  });
}

/** Matrices with a row for each token of the vocabulary: name and width. */
function tablesOf({ decoder }: ModelFolder): readonly (readonly [string, number])[] {
  return [...decoder.weightShapes].flatMap(([weight, [rows, width]]) => {
    return rows === decoder.vocabularySize && width !== undefined ? [[weight, width] as const] : [];
  });
}

/** Matrices made where the cache lacks them; norms and biases, which are small, as they are. */
async function weightsInBlocks(
  model: ModelFolder,
  { precision, cacheDirectory }: Extract<KeptBase, { readonly cacheDirectory: string }>,
  hooks: Hooks,
  requests: readonly QuantizedRequest[],
  matrixOf: (graph: Graph, quantized: QuantizedWeights, weight: string, rows?: RowRange) => FrozenMatrix,
): Promise<BaseWeights> {
  let told = false;
  const onProgress = (done: number, total: number): void => {
    told = true;
    tellQuantizing({ precision, done, total });
  };
  const quantized = await quantizedWeights(model, requests, { ...hooks, cacheDirectory, onProgress }).finally(() => {
    if (told) tellQuantizing(null);
  });
  const matrices = new Set(requests.map(({ weight }) => weight));
  const small = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (const [name, shape] of model.decoder.weightShapes) {
    if (!matrices.has(name)) small.set(name, { shape, values: await readTensor(model.weights.tensors.get(name)!) });
  }
  const declare: BaseWeights['declare'] = (graph, rows) => {
    const weight = remember((name): Value => {
      const { shape, values } = small.get(name)!;
      return graph.constant(name, 'float32', shape, values);
    });
    const matrix = remember((name) => (matrices.has(name) ? matrixOf(graph, quantized, name, rows) : undefined));
    return { weight, matrix };
  };
  const smallBytes = [...small.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  const byteLength = quantized.byteLength + smallBytes;
  return { externalFolder: quantized.directory, ownFolder: true, byteLength, declare };
}

/** Calls a function once for each name. */
function remember<Result>(make: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    if (!known.has(name)) known.set(name, make(name));
    return known.get(name)!;
  };
}
