/** The part of config.json that all rotary families write alike. */

import { parseRope } from '../nn/rope.ts';
import { flag, type ModelConfig, positiveNumber, wholeNumber } from './config.ts';

/** Sizes and constants; `tied` is the family's default for `tie_word_embeddings`. */
export function rotaryConfig(config: ModelConfig, tied: boolean) {
  const hiddenSize = wholeNumber(config, 'hidden_size');
  const heads = wholeNumber(config, 'num_attention_heads');
  const headDim = wholeNumber(config, 'head_dim', hiddenSize / heads);
  return {
    layers: wholeNumber(config, 'num_hidden_layers'),
    hiddenSize,
    intermediateSize: wholeNumber(config, 'intermediate_size'),
    heads,
    keyValueHeads: wholeNumber(config, 'num_key_value_heads', heads),
    headDim,
    vocabularySize: wholeNumber(config, 'vocab_size'),
    contextLength: wholeNumber(config, 'max_position_embeddings', 2048),
    epsilon: positiveNumber(config, 'rms_norm_eps', 1e-6),
    rope: parseRope(config),
    tiedEmbeddings: flag(config, 'tie_word_embeddings', tied),
    scoreScale: headDim ** -0.5,
  };
}
