/** Mistral: Llama with a sliding attention window (Jiang et al. 2023, arXiv 2310.06825). */

import { type ModelConfig, oneOf, optionalWholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: mistral` configuration. */
export function mistral(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_act', 'silu');
  const slidingWindow = optionalWholeNumber(config, 'sliding_window');
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, false),
    architecture: 'mistral',
    slidingWindow,
    isSliding: () => slidingWindow !== null,
  });
}
