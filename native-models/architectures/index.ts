/** The registry: `model_type` of config.json → architecture. Adding a family is one file and one line here. */

import { type ModelConfig, unsupported } from './config.ts';
import type { Decoder } from './decoder.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3, gemma3Text } from './gemma3.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { phi3 } from './phi3.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

export type { Decoder, LinearModule } from './decoder.ts';
export type { ModelConfig } from './config.ts';

const families: Readonly<Record<string, (config: ModelConfig) => Decoder>> = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma2,
  gemma3_text: gemma3Text,
  gemma3,
  phi3,
  gpt2,
};

/** Fields of other families that change the computation, with the value that leaves it as it is. */
const neutralFields: ModelConfig = {
  attention_multiplier: 1,
  embedding_multiplier: 1,
  residual_multiplier: 1,
  logits_scaling: 1,
  logit_scale: 1,
  is_encoder_decoder: false,
  clip_qkv: null,
};

/** The decoder that a configuration describes. Refuses an unknown `model_type`, and what is not computed, by name. */
export function decoderFromConfig(config: ModelConfig): Decoder {
  const { model_type: name } = config;
  // Only what stands in the list: every object also knows names such as constructor.
  const family = typeof name === 'string' && Object.hasOwn(families, name) ? families[name] : undefined;
  if (!family) throw unsupported('model_type', name, Object.keys(families).join(', '));
  if (config.quantization_config) {
    const method = (config.quantization_config as ModelConfig)['quant_method'];
    const supported = 'a checkpoint that is not quantised (float32, float16 or bfloat16)';
    throw unsupported('quantization_config', method ?? config.quantization_config, supported);
  }
  for (const [field, neutral] of Object.entries(neutralFields)) {
    if ((config[field] ?? neutral) !== neutral) throw unsupported(field, config[field], String(neutral));
  }
  return family(config);
}
