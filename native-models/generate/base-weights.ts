/** The frozen base of a serving graph, in float32 from the model's own files or in blocks from the cache. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { frozenWeights } from '../architectures/model-folder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { QuantizedBase } from '../jobs.ts';
import type { Scope } from '../nn/scope.ts';
import { type BlockFormat, fittingFormat } from '../quantize/blocks.ts';
import { type QuantizedRequest, type QuantizeOptions, quantizedWeights } from '../quantize/cache.ts';
import { declareBlocks } from '../quantize/declare.ts';
import { readTensor } from '../weights/safetensors.ts';

export interface BaseWeights {
  /** Folder of the files that the declared weights lie in. */
  readonly externalFolder: string;
  readonly declare: (graph: Graph) => Pick<Scope, 'weight' | 'blocks'>;
}

/** Every weight as the model has it. */
export function floatWeights(model: ModelFolder): BaseWeights {
  return { externalFolder: model.directory, declare: (graph) => ({ weight: frozenWeights(model, graph) }) };
}

/**
 * How each precision keeps the linear layers, and the embedding with the head: the head decides between neighbouring
 * tokens, so it stays at 8 bits.
 */
const formats: Readonly<
  Record<QuantizedBase['precision'], { readonly linear: BlockFormat; readonly vocabulary: BlockFormat }>
> = {
  int8: { linear: { bits: 8, blockSize: 128 }, vocabulary: { bits: 8, blockSize: 128 } },
  int4: { linear: { bits: 4, blockSize: 32 }, vocabulary: { bits: 8, blockSize: 128 } },
};

/** Matrices that a quantized base keeps in blocks: linear layers, embedding and head. */
function blockRequests({ decoder }: ModelFolder, precision: QuantizedBase['precision']): readonly QuantizedRequest[] {
  const { linear, vocabulary } = formats[precision];
  const tables = [...decoder.weightShapes].filter(([, [rows]]) => rows === decoder.vocabularySize);
  return [
    ...tables.map(([weight, shape]) => {
      return { weight, transposed: false, format: fittingFormat(shape[1]!, vocabulary) };
    }),
    ...decoder.linearModules.map(({ name, inputSize }) => {
      return { weight: `${name}.weight`, transposed: decoder.fanInFanOut, format: fittingFormat(inputSize, linear) };
    }),
  ];
}

/** Matrices in blocks, made where the cache lacks them; norms and biases, which are small, as they are. */
export async function blockWeights(
  model: ModelFolder,
  { precision, cacheDirectory }: QuantizedBase,
  hooks: Omit<QuantizeOptions, 'cacheDirectory'> = {},
): Promise<BaseWeights & { readonly byteLength: number }> {
  const requests = blockRequests(model, precision);
  const quantized = await quantizedWeights(model, requests, { ...hooks, cacheDirectory });
  const turned = new Map(requests.map(({ weight, transposed }) => [weight, transposed]));
  const small = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (const [name, shape] of model.decoder.weightShapes) {
    if (!turned.has(name)) small.set(name, { shape, values: await readTensor(model.weights.tensors.get(name)!) });
  }
  const declare = (graph: Graph): Required<Pick<Scope, 'weight' | 'blocks'>> => {
    const weights = remember((name): Value => {
      const { shape, values } = small.get(name)!;
      return graph.constant(name, 'float32', shape, values);
    });
    const blocks = remember((name) => {
      const transposed = turned.get(name);
      return transposed === undefined ? undefined : declareBlocks(graph, name, quantized.matrix(name, transposed));
    });
    return { weight: weights, blocks };
  };
  return { externalFolder: quantized.directory, byteLength: quantized.byteLength, declare };
}

/** Calls a function once for each name. */
function remember<Result>(make: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    if (!known.has(name)) known.set(name, make(name));
    return known.get(name)!;
  };
}
