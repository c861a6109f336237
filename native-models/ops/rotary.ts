/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864). */

import type { Value } from '../graph/graph.ts';
import { outputOf } from './output.ts';

/**
 * https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html on (batch, heads, tokens, headDim), halves rotated against each
 * other as in Llama (not interleaved).
 * @param cosine (positions, headDim / 2)
 * @param sine (positions, headDim / 2)
 * @param positions int64 (batch, tokens)
 */
export function rotaryEmbedding(value: Value, cosine: Value, sine: Value, positions: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node('RotaryEmbedding', [value, cosine, sine, positions], {}, [type]));
}
