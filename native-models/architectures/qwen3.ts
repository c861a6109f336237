/** Qwen 3: RMS norm on queries and keys (Yang et al. 2025, arXiv 2505.09388). */

import { flag, type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { slidingLayers } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: qwen3` configuration. */
export function qwen3(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_act', 'silu');
  const attentionBias = flag(config, 'attention_bias', false);
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, false),
    ...slidingLayers(config),
    architecture: 'qwen3',
    queryKeyNorm: true,
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
  });
}
