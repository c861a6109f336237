/** Phi 3 and 3.5: q, k, v in one matrix, gate and up in another (Abdin et al. 2024, arXiv 2404.14219). */

import { flag, type ModelConfig, oneOf, optionalWholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: phi3` configuration. */
export function phi3(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_act', 'silu');
  const attentionBias = flag(config, 'attention_bias', false);
  const slidingWindow = optionalWholeNumber(config, 'sliding_window');
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, false),
    architecture: 'phi3',
    fusedProjections: true,
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    slidingWindow,
    isSliding: () => slidingWindow !== null,
  });
}
