/** Logits of every position of a text, with an adapter of any kind or none: for comparison with other tools. */

import type { ModelFolder } from '../models/model-folder.ts';
import { ModelError } from '../errors.ts';
import { Graph } from '../graph/graph.ts';
import type { Device, DeviceFallback } from '../jobs.ts';
import { openAdapter } from '../peft/open.ts';
import { adapterScope } from '../lora/scope.ts';
import { adapterShape } from '../lora/shape.ts';
import { continuedAdapter, type StackedTensor } from '../lora/training.ts';
import { frozenWeights } from '../models/model-folder.ts';
import { maskedAttention, maskedScore } from '../nn/attention.ts';
import { rotaryTables } from '../nn/rotary.ts';
import type { Scope } from '../nn/scope.ts';
import { reshape } from '../ops/index.ts';
import { openWithFallback } from '../runtime/fallback.ts';
import { floatsOf, floatTensor, integerTensor, type Tensor } from '../runtime/tensor.ts';
import { requireIds } from '../text/ids.ts';

/**
 * @param onFallback hears where a GPU failed and the CPU computed instead
 * @returns float32 (1, tokens, vocabulary)
 * Raises `context-exceeded`, `setting-invalid` for an id outside the vocabulary, and `adapter-*`.
 */
export async function logitsOf(
  model: ModelFolder,
  ids: readonly number[],
  adapterDirectory: string | null,
  device: Device,
  onFallback: (fallback: DeviceFallback) => void = () => {},
): Promise<Tensor> {
  const { decoder } = model;
  const tokens = ids.length;
  requireIds(decoder, ids);
  if (tokens > decoder.contextLength) {
    throw new ModelError('context-exceeded', { tokens, limit: decoder.contextLength });
  }
  const graph = new Graph('logits');
  const inputIds = graph.input('input_ids', 'int64', [1, tokens]);
  const positions = graph.input('position_ids', 'int64', [1, tokens]);
  const mask = graph.input('attention_mask', 'float32', [1, 1, tokens, tokens]);
  const { scope, tensors } = await adaptedScope(model, graph, adapterDirectory);
  const attention = maskedAttention({ positions, keyPositions: positions, mask });
  const rotary = rotaryTables(positions, tokens);
  const { hidden } = decoder.forward(scope, { inputIds, positions, attention, rotary });
  graph.output('logits', reshape(decoder.head(scope, hidden), [1, tokens, decoder.vocabularySize]));
  // One run: packing or widening all weights first would take longer, and memory that a large model does not leave.
  const options = { device, externalFolder: model.directory, mapped: true, unoptimized: true };
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
    return floatTensor(floatsOf(outputs['logits']), [1, tokens, decoder.vocabularySize]);
  } finally {
    await session.close();
  }
}

async function adaptedScope(
  model: ModelFolder,
  graph: Graph,
  adapterDirectory: string | null,
): Promise<{ readonly scope: Scope; readonly tensors: readonly StackedTensor[] }> {
  if (adapterDirectory === null) {
    return { scope: { graph, weight: frozenWeights(model, graph), adapter: () => undefined }, tensors: [] };
  }
  const adapter = await openAdapter(model, adapterDirectory);
  const shape = adapterShape(model.decoder, adapter.config);
  return {
    scope: adapterScope({ weight: frozenWeights(model, graph) }, graph, shape).scope,
    tensors: continuedAdapter(shape, adapter),
  };
}
