/** Qwen 3: RMS norm on queries and keys (Yang et al. 2025, arXiv 2505.09388). */

import { flag, type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { slidingLayers } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `Qwen3Config` takes for fields that a file leaves out. */
const defaults = {
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  num_key_value_heads: 32,
  head_dim: 128,
  sliding_window: 4096,
};

/** Reads a `model_type: qwen3` configuration. */
export function qwen3(given: ModelConfig): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  oneOf(config, 'hidden_act', 'silu', 'swish');
  const attentionBias = flag(config, 'attention_bias', false);
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config),
    ...slidingLayers(config),
    architecture: 'qwen3',
    queryKeyNorm: true,
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
  });
}
