/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864). */

import type { Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf } from './operator.ts';

/** As the function below appends it. */
export const rotaryOperators = defineOperators({
  RotaryEmbedding: {
    // A rotation's transpose is the rotation back: the sine changes its sign.
    gradient: ({ negate, rotaryEmbedding }, node, outputs) => {
      const [cosine, sine] = [inputOf(node, 1), inputOf(node, 2)];
      return [rotaryEmbedding(onlyGradient(outputs), cosine, negate(sine), { positions: node.inputs[3] })];
    },
  },
});

export interface RotaryEmbeddingOptions {
  /** For a value (batch, tokens, heads*headDim); cosines narrower than headDim / 2 then turn its first dimensions. */
  readonly heads?: number;
  /** int64 (batch, tokens): each token's row in tables (rows, headDim / 2) of cosines and sines. */
  readonly positions?: Value | undefined;
}

/**
 * https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html on (batch, heads, tokens, headDim), halves rotated against each
 * other as in Llama (not interleaved).
 * @param cosine of each token, (batch, tokens, headDim / 2), or a table
 * @param sine the same
 */
export function rotaryEmbedding(
  value: Value,
  cosine: Value,
  sine: Value,
  { heads, positions }: RotaryEmbeddingOptions = {},
): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  const inputs = positions ? [value, cosine, sine, positions] : [value, cosine, sine];
  const attributes =
    heads === undefined ? {} : { num_heads: heads, rotary_embedding_dim: 2 * (cosine.shape[2] as number) };
  return outputOf(value.graph.node(rotaryOperators.RotaryEmbedding, inputs, attributes, [type]));
}
