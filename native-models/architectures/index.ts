/** The registry: `model_type` of config.json → architecture. Adding a family is one file and one line here. */

import { ModelError } from '../errors.ts';
import type { ModelConfig } from './config.ts';
import type { Decoder } from './decoder.ts';
import { gemma2 } from './gemma2.ts';
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
  phi3,
  gpt2,
};

/** The decoder that a configuration describes; refuses an unknown `model_type` by name. */
export function decoderFromConfig(config: ModelConfig): Decoder {
  const family = families[String(config.model_type)];
  if (family) return family(config);
  throw new ModelError('model-unsupported', {
    field: 'model_type',
    value: String(config.model_type),
    supported: Object.keys(families).join(', '),
  });
}
