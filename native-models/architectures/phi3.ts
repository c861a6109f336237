/** Phi 3, 3.5 and 4: q, k, v in one matrix, gate and up in another (Abdin et al. 2024, arXiv 2404.14219). */

import { flag, type ModelConfig, oneOf, optionalWholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { rotaryConfig } from './rotary-config.ts';
import { ropeSection, type RopeSection } from './rope-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** What transformers' `Phi3Config` takes for fields that a file leaves out. */
const defaults = { max_position_embeddings: 4096, original_max_position_embeddings: 4096, rms_norm_eps: 1e-5 };

/** Reads a `model_type: phi3` configuration. */
export function phi3(given: ModelConfig): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  oneOf(config, 'hidden_act', 'silu', 'swish');
  const attentionBias = flag(config, 'attention_bias', false);
  const slidingWindow = optionalWholeNumber(config, 'sliding_window');
  return rotaryDecoder({
    ...plainOptions,
    ...rotaryConfig(config, { section: longRopeSection(config), types: ['default', 'longrope'], partial: true }),
    architecture: 'phi3',
    fusedProjections: true,
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    slidingWindow,
    isSliding: () => slidingWindow !== null,
  });
}

/** The first Phi 3 files call LongRoPE `su` or `yarn`. */
function longRopeSection(config: ModelConfig): RopeSection {
  const { name, section } = ropeSection(config);
  const type = section['rope_type'] ?? section['type'];
  return { name, section: type === 'su' || type === 'yarn' ? { ...section, rope_type: 'longrope' } : section };
}
