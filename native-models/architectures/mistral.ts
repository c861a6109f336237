/** Mistral: Llama with a sliding attention window (Jiang et al. 2023, arXiv 2310.06825). */

import { type ModelConfig, oneOf, optionalWholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `MistralConfig` takes for fields that a file leaves out. */
const defaults = {
  max_position_embeddings: 131_072,
  rms_norm_eps: 1e-6,
  num_key_value_heads: 8,
  sliding_window: 4096,
};

/** Reads a `model_type: mistral` configuration. */
export function mistral(given: ModelConfig): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  oneOf(config, 'hidden_act', 'silu', 'swish');
  const slidingWindow = optionalWholeNumber(config, 'sliding_window');
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config),
    architecture: 'mistral',
    slidingWindow,
    isSliding: () => slidingWindow !== null,
  });
}
