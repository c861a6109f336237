/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864). */

import type { Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf } from './operator.ts';

/** As the function below appends it. */
export const rotaryOperators = defineOperators({
  RotaryEmbedding: {
    // A rotation's transpose is the rotation back: the sine changes its sign.
    gradient: ({ negate, rotaryEmbedding }, node, outputs) => {
      const [cosine, sine] = [inputOf(node, 1), inputOf(node, 2)];
      return [rotaryEmbedding(onlyGradient(outputs), cosine, negate(sine)), undefined, undefined];
    },
  },
});

/**
 * https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html on (batch, heads, tokens, headDim), halves rotated against each
 * other as in Llama (not interleaved).
 * @param cosine of each token, (batch, tokens, headDim / 2)
 * @param sine the same
 * @param heads for a value (batch, tokens, heads*headDim); cosines narrower than headDim / 2 then turn its first dimensions
 */
export function rotaryEmbedding(value: Value, cosine: Value, sine: Value, heads?: number): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  const attributes =
    heads === undefined ? {} : { num_heads: heads, rotary_embedding_dim: 2 * (cosine.shape[2] as number) };
  return outputOf(value.graph.node(rotaryOperators.RotaryEmbedding, [value, cosine, sine], attributes, [type]));
}
