/** Llama 2, 3 and 3.x (Touvron et al. 2023, arXiv 2302.13971). */

import { flag, type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `LlamaConfig` takes for fields that a file leaves out. */
const defaults = { max_position_embeddings: 2048, rms_norm_eps: 1e-6 };

/** Reads a `model_type: llama` configuration. */
export function llama(given: ModelConfig): Decoder {
  const config = { ...defaults, ...given };
  oneOf(config, 'hidden_act', 'silu', 'swish');
  const attentionBias = flag(config, 'attention_bias', false);
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config),
    architecture: 'llama',
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    mlpBias: flag(config, 'mlp_bias', false),
  });
}
