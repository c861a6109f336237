/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864). */

import type { Value } from '../graph/graph.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from './gradient.ts';
import { negate } from './elementwise.ts';

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

/** Gradient rules of this family. */
export const rotaryGradients: Record<string, GradientRule> = {
  // A rotation's transpose is the rotation back: the sine changes its sign.
  RotaryEmbedding: (node, outputs) => {
    const [cosine, sine, positions] = [inputOf(node, 1), inputOf(node, 2), inputOf(node, 3)];
    const gradient = rotaryEmbedding(onlyGradient(outputs), cosine, negate(sine), positions);
    return [gradient, undefined, undefined, undefined];
  },
};
