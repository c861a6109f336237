/** Logits of every position of a text, with an adapter of any kind or none: for comparison with other tools. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { ModelError } from '../errors.ts';
import { Graph } from '../graph/graph.ts';
import type { Device, DeviceFallback } from '../jobs.ts';
import { openAdapter } from '../lora/open.ts';
import { adapterScope } from '../lora/scope.ts';
import { adapterShape } from '../lora/shape.ts';
import { continuedAdapter, type StackedTensor } from '../lora/training.ts';
import { maskedAttention, maskedScore } from '../nn/attention.ts';
import type { Scope } from '../nn/scope.ts';
import { reshape } from '../ops/index.ts';
import { type BaseWeights, floatWeights } from '../quantize/base-weights.ts';
import { openWithFallback } from '../runtime/fallback.ts';
import { floatTensor, integerTensor, type Tensor } from '../runtime/tensor.ts';
import { requireIds } from './ids.ts';

export interface LogitsOptions {
  /** The base in blocks; left out: as the model has it, in float32. */
  readonly quantized?: BaseWeights | undefined;
  /** Hears where a GPU failed and the CPU computed instead. */
  readonly onFallback?: (fallback: DeviceFallback) => void;
}

/**
 * @returns float32 (1, tokens, vocabulary)
 * Raises `context-exceeded`, `setting-invalid` for an id outside the vocabulary, and `adapter-*`.
 */
export async function logitsOf(
  model: ModelFolder,
  ids: readonly number[],
  adapterDirectory: string | null,
  device: Device,
  { quantized, onFallback = () => {} }: LogitsOptions = {},
): Promise<Tensor> {
  const { decoder } = model;
  const base = quantized ?? floatWeights(model);
  const tokens = ids.length;
  requireIds(decoder, ids);
  if (tokens > decoder.contextLength) {
    throw new ModelError('context-exceeded', { tokens, limit: decoder.contextLength });
  }
  const graph = new Graph('logits');
  const inputIds = graph.input('input_ids', 'int64', [1, tokens]);
  const positions = graph.input('position_ids', 'int64', [1, tokens]);
  const mask = graph.input('attention_mask', 'float32', [1, 1, tokens, tokens]);
  const { scope, tensors } = await adaptedScope(model, base.declare(graph), graph, adapterDirectory);
  const attention = maskedAttention({ positions, keyPositions: positions, mask });
  const inputs = { inputIds, positions, attention, longestText: tokens };
  const { hidden } = decoder.forward(scope, inputs);
  graph.output('logits', reshape(decoder.head(scope, hidden), [1, tokens, decoder.vocabularySize]));
  // One run: packing or widening all weights first would take longer, and memory that a large model does not leave.
  // Blocks are computed with as they are packed.
  const options = { device, externalFolder: base.externalFolder, mapped: !quantized, unoptimized: true };
  const session = await openWithFallback(graph, options, onFallback);
  try {
    const causal = new Float32Array(tokens * tokens).fill(maskedScore);
    for (let query = 0; query < tokens; query++) causal.fill(0, query * tokens, query * tokens + query + 1);
    const outputs = await session.run({
      ...Object.fromEntries(tensors.map(({ name, shape, values }) => [name, floatTensor(values, shape)])),
      input_ids: integerTensor(ids, [1, tokens]),
      position_ids: integerTensor(
        ids.map((_, index) => decoder.firstPosition(tokens) + index),
        [1, tokens],
      ),
      attention_mask: floatTensor(causal, [1, 1, tokens, tokens]),
    });
    return outputs.logits!;
  } finally {
    await session.close();
  }
}

async function adaptedScope(
  model: ModelFolder,
  base: Pick<Scope, 'weight' | 'matrix'>,
  graph: Graph,
  adapterDirectory: string | null,
): Promise<{ readonly scope: Scope; readonly tensors: readonly StackedTensor[] }> {
  if (adapterDirectory === null) {
    return { scope: { graph, ...base, adapter: () => undefined }, tensors: [] };
  }
  const adapter = await openAdapter(model, adapterDirectory);
  const shape = adapterShape(model.decoder, adapter.config);
  return {
    scope: adapterScope(base, graph, shape).scope,
    tensors: continuedAdapter(shape, adapter),
  };
}
