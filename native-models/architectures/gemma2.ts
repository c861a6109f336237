/** Gemma 2: norms of 1 + w around both blocks, soft caps, scaled embeddings, every other layer sliding (arXiv 2408.00118). */

import { type ModelConfig, wholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { gemmaOptions } from './gemma-options.ts';
import { layerTypes } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `Gemma2Config` takes for fields that a file leaves out. */
const defaults = {
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-6,
  num_key_value_heads: 4,
  head_dim: 256,
  tie_word_embeddings: true,
  sliding_window: 4096,
  attn_logit_softcapping: 50,
  final_logit_softcapping: 30,
};

/** Reads a `model_type: gemma2` configuration. */
export function gemma2(given: ModelConfig): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  const common = rotaryConfig(config);
  const types = layerTypes(config, common.layers);
  return rotaryDecoder({
    ...common,
    ...gemmaOptions(config, common.hiddenSize),
    architecture: 'gemma2',
    slidingWindow: wholeNumber(config, 'sliding_window'),
    isSliding: (layer) => (types ? types[layer] === 'sliding_attention' : layer % 2 === 0),
  });
}
