/** Qwen 2 and 2.5: biases on q, k and v (Yang et al. 2024, arXiv 2407.10671). */

import { type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { slidingLayers } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `Qwen2Config` takes for fields that a file leaves out. */
const defaults = { max_position_embeddings: 32_768, rms_norm_eps: 1e-6, num_key_value_heads: 32, sliding_window: 4096 };

/** Reads a `model_type: qwen2` configuration. */
export function qwen2(given: ModelConfig): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  oneOf(config, 'hidden_act', 'silu', 'swish');
  oneOf(config, 'use_mrope', false);
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config),
    ...slidingLayers(config),
    architecture: 'qwen2',
    queryKeyValueBias: true,
  });
}
