/** The part of config.json that all rotary families write alike. */

import { flag, type ModelConfig, positiveNumber, unsupported, wholeNumber } from './config.ts';
import { readRope, type RopeContext, type RopeSection, ropeSection, ropeTypes } from './rope-config.ts';

/** Sizes and constants. What a family leaves to its defaults must have been put in place. */
export function rotaryConfig(
  config: ModelConfig,
  family: Partial<Pick<RopeContext, 'types' | 'partial'>> & { readonly section?: RopeSection } = {},
) {
  const hiddenSize = wholeNumber(config, 'hidden_size');
  const heads = wholeNumber(config, 'num_attention_heads');
  const headDim = wholeNumber(config, 'head_dim', hiddenSize / heads);
  const keyValueHeads = wholeNumber(config, 'num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0) throw unsupported('num_key_value_heads', keyValueHeads, `a divisor of ${heads}`);
  return {
    layers: wholeNumber(config, 'num_hidden_layers'),
    hiddenSize,
    intermediateSize: wholeNumber(config, 'intermediate_size'),
    heads,
    keyValueHeads,
    headDim,
    vocabularySize: wholeNumber(config, 'vocab_size'),
    epsilon: positiveNumber(config, 'rms_norm_eps'),
    tiedEmbeddings: flag(config, 'tie_word_embeddings', false),
    scoreScale: headDim ** -0.5,
    ...readRope(config, family.section ?? ropeSection(config), {
      headDim,
      positions: wholeNumber(config, 'max_position_embeddings'),
      types: family.types ?? ropeTypes,
      partial: family.partial,
    }),
  };
}
