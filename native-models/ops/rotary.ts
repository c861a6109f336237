/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864). */

import type { Value } from '../graph/graph.ts';
import { outputOf } from './output.ts';

/**
 * https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html on (batch, heads, tokens, headDim), halves rotated against each
 * other as in Llama (not interleaved).
 * @param cosine (positions, headDim / 2)
 * @param sine (positions, headDim / 2)
 * @param positions int64 (batch, tokens)
 * @param heads for a value (batch, tokens, heads*headDim); tables narrower than headDim / 2 then turn its first dimensions
 */
export function rotaryEmbedding(value: Value, cosine: Value, sine: Value, positions: Value, heads?: number): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  const attributes =
    heads === undefined ? {} : { num_heads: heads, rotary_embedding_dim: 2 * (cosine.shape[1] as number) };
  return outputOf(value.graph.node('RotaryEmbedding', [value, cosine, sine, positions], attributes, [type]));
}
