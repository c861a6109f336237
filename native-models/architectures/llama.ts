/** Llama 2, 3 and 3.x (Touvron et al. 2023, arXiv 2302.13971). */

import { flag, type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: llama` configuration. */
export function llama(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_act', 'silu');
  const attentionBias = flag(config, 'attention_bias', false);
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, false),
    architecture: 'llama',
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    mlpBias: flag(config, 'mlp_bias', false),
  });
}
