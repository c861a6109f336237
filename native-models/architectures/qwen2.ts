/** Qwen 2 and 2.5: biases on q, k and v (Yang et al. 2024, arXiv 2407.10671). */

import { type ModelConfig, oneOf } from './config.ts';
import type { Decoder } from './decoder.ts';
import { slidingLayers } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: qwen2` configuration. */
export function qwen2(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_act', 'silu');
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, false),
    ...slidingLayers(config),
    architecture: 'qwen2',
    queryKeyValueBias: true,
  });
}
